"""Which rounds there are, and the command line."""

import argparse
import importlib
import sys
import time
import traceback

import pytest

from tests.stress.page import Broken, put, seen_on

# Round → its title on the page; each is a module with `run(size) -> (text, packages)`.
ROUNDS = {
    "reader": "Reader: spoilt and hostile files",
    "importers": "Importers: many at once, killed at random",
    "kills": "Kills: collect stopped at any moment",
    "calls": "Calls: a fault at every system call that changes something",
    "thrice": "Three times the same folder",
    "country": "Country: the returns of all agencies",
}


def main(arguments: list[str] | None = None) -> None:
    """Run the rounds named, all by default, one after another. Status 1 where one is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress", description=__doc__)
    parser.add_argument("rounds", nargs="*", metavar="ROUND", help=", ".join(ROUNDS))
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--dry", action="store_true", help="print only, leave docs/stress.md as it is")
    asked = parser.parse_args(arguments)
    unknown = set(asked.rounds) - set(ROUNDS)
    if unknown:
        parser.error(f"no such round: {', '.join(sorted(unknown))}")
    faults = [name for name in asked.rounds or ROUNDS if not _one(name, asked.size, asked.dry)]
    raise SystemExit(1 if faults else 0)


def _one(name: str, size: str, dry: bool) -> bool:
    begun = time.perf_counter()
    try:
        text, packages = importlib.import_module(f"tests.stress.{name}").run(size)
    except (Broken, AssertionError) as fault:
        sys.stderr.write(f"{name}: BROKEN: {fault}\n")
        traceback.print_exc()
        return False
    except pytest.skip.Exception as reason:  # a program that is not installed here
        sys.stderr.write(f"{name}: not run: {reason}\n")
        return False
    seconds = time.perf_counter() - begun
    body = f"{text}\n\n{seen_on(seconds, *packages)} Size: {size}."
    sys.stdout.write(f"## {ROUNDS[name]}\n\n{body}\n\n")
    sys.stdout.flush()
    if not dry:
        put(ROUNDS[name], body, list(ROUNDS.values()))
    return True
