"""What several test modules share: a whole workspace on the sample plan, made once a run; LibreOffice."""

import os
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import hypothesis
import pytest

from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.workspace import Workspace, init_workspace
from tests.databases import Databases, server

PERIOD = "2024-Q1"

# No deadline: a machine under load is no failure. In CI the examples are the same each time.
hypothesis.settings.register_profile("dtxl", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("dtxl")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the golden files anew; review the diff")


@pytest.fixture(scope="session")
def issued_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace on the sample plan with the forms of the first quarter issued; copy it, do not change it."""
    root = tmp_path_factory.mktemp("issued") / "bac-giang-2024"
    with resources.as_file(resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")) as source:
        workspace = init_workspace(root, source)
    issue_forms(workspace, PERIOD)
    workspace.close()
    return root


@pytest.fixture
def issued(issued_folder: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A workspace of one's own with the forms issued."""
    root = tmp_path / "bac-giang-2024"
    shutil.copytree(issued_folder, root)
    workspace = Workspace(root)
    yield workspace
    workspace.close()


# Three offices, two districts, six communes: enough for whatever does not need all 241.
FEW = ("STTTT", "VPUBND", "SKHDT", "217", "213", "07375", "07378", "07381", "07384", "07387", "07390")


@pytest.fixture(scope="session")
def few_folder(issued_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `issued_folder`, with the forms of FEW only."""
    root = tmp_path_factory.mktemp("few") / "bac-giang-2024"
    shutil.copytree(issued_folder, root, ignore=shutil.ignore_patterns(PERIOD))
    workspace = Workspace(root)
    issue_forms(workspace, PERIOD, FEW)
    workspace.close()
    return root


@pytest.fixture
def few(few_folder: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A workspace of one's own with the forms of FEW issued."""
    root = tmp_path / "bac-giang-2024"
    shutil.copytree(few_folder, root)
    workspace = Workspace(root)
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def postgres():  # type: ignore[no-untyped-def]
    """New PostgreSQL databases, of a server of one's own."""
    with server() as url:
        yield Databases(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place for a new store, of each kind."""
    if request.param == "sqlite":
        return tmp_path / "dtxl.db"
    url: str = request.getfixturevalue("postgres").new()
    return url


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Convert a file with headless LibreOffice: (path, format) → the file made."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice (Debian: libreoffice-calc-nogui, libreoffice-writer-nogui)")
    home = tmp_path_factory.mktemp("soffice")

    def convert(path: Path, to: str) -> Path:
        out = home / f"{path.stem}-{to}"
        out.mkdir(exist_ok=True)
        subprocess.run(
            [program, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless", "--convert-to", to,
             "--outdir", str(out), str(path)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return out / f"{path.stem}.{to}"

    return convert
