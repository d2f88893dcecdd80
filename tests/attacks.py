"""Mutants of files, by seed; the files made to kill their reader are the product's (dtxl/simulate/attacks.py)."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator

from dtxl.simulate.attacks import attacks, book, cell, package

__all__ = ["attacks", "book", "cell", "mutants", "package"]


def mutants(seed: int, origins: list[bytes], count: int) -> Iterator[tuple[int, bytes]]:
    """`count` spoilt copies of the origins in turn, each by a seed of its own so that one can be made again."""
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        origin = origins[number % len(origins)]
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            origin = chance.choice(_MUTATIONS)(origin, chance)
        yield number, origin


def _flip(content: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 64))):
        if spoilt:
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _drop(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 16, 512, 4096)) :]


def _double(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start : start + 512] + content[start:]


def _zeros(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + b"\x00" * len(content[start : start + 512]) + content[start + 512 :]


def _part(content: bytes, chance: random.Random, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part inside the zip, whose sums are then right: the damage reaches the readers."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            bodies = {name: source.read(name) for name in source.namelist()}
    except Exception:  # noqa: BLE001 - spoilt already, in whatever way
        return _flip(content, chance)
    if not bodies:
        return content
    name = chance.choice(sorted(bodies))
    bodies[name] = change(bodies[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry, body in bodies.items():
            target.writestr(entry, body)
    return out.getvalue()


def _part_bytes(content: bytes, chance: random.Random) -> bytes:
    return _part(content, chance, lambda body: _flip(body, chance))


def _part_cut(content: bytes, chance: random.Random) -> bytes:
    return _part(content, chance, lambda body: _cut(body, chance))


def _part_drop(content: bytes, chance: random.Random) -> bytes:
    return _part(content, chance, lambda body: _drop(body, chance))


_NUMBERS = (
    b"0", b"-1", b"65536", b"1048576", b"1048577", b"2147483648", b"4294967295", b"18446744073709551616", b"9" * 40,
    b"", b"NaN", b"1e999",
)  # fmt: skip


def _part_number(content: bytes, chance: random.Random) -> bytes:
    """Another number in place of one that stands in a part."""

    def change(body: bytes) -> bytes:
        places = list(re.finditer(rb"\d+", body))
        if not places:
            return body
        place = chance.choice(places)
        return body[: place.start()] + chance.choice(_NUMBERS) + body[place.end() :]

    return _part(content, chance, change)


def _part_name(content: bytes, chance: random.Random) -> bytes:
    """Another element's or attribute's name in place of one."""

    def change(body: bytes) -> bytes:
        places = list(re.finditer(rb"[a-zA-Z]{1,12}", body))
        if len(places) < 2:
            return body
        place, other = chance.choice(places), chance.choice(places)
        return body[: place.start()] + other[0] + body[place.end() :]

    return _part(content, chance, change)


_MUTATIONS = (
    _flip, _cut, _drop, _double, _zeros, _part_bytes, _part_cut, _part_drop, _part_number, _part_number, _part_name,
    _part_name,
)  # fmt: skip
