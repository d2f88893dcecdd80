"""The repository holds together: packages are listed, pages are up to date, nothing names a machine."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_every_package_is_in_the_wheel() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(config["options"]["packages"].split())
    found = {".".join(p.parent.relative_to(ROOT).parts) for p in ROOT.glob("dtxl/**/__init__.py")}
    assert listed == found | {"dtxl.templates", "dtxl.samples"}
    data = config["options.package_data"]
    for path in ROOT.glob("dtxl/**/*.toml"):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        assert "*.toml" in data.get(package, ""), f"{path} would be missing in the wheel"


def test_pages_that_the_code_says_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, "docs/build.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", ["README.md", *(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/*.md"))])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), f"{page} → {target}"


def test_modules_stay_small() -> None:
    long = {
        p.name: n for p in ROOT.glob("dtxl/**/*.py") if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
