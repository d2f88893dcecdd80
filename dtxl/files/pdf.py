"""PDF by way of LibreOffice, where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from dtxl.core.errors import DtxlError, WriteError
from dtxl.files.safe import write_whole

_PROGRAMS = ("soffice", "libreoffice", r"C:\Program Files\LibreOffice\program\soffice.exe")


def to_pdf(document: Path, pdf: Path, timeout: float = 180) -> None:
    """Write `document` as `pdf`. Raises DtxlError where LibreOffice is missing or fails; says what to do."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise DtxlError("Máy chưa cài LibreOffice nên chưa xuất được PDF. Hãy mở tệp Word và chọn Lưu dưới dạng PDF.")
    with tempfile.TemporaryDirectory(prefix="dtxl-pdf-") as folder:
        profile = Path(folder, "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        try:
            done = subprocess.run(
                [*command, "--outdir", folder, str(document.resolve())],
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DtxlError(f"LibreOffice không xuất được PDF: {error}") from error
        made = Path(folder, document.stem + ".pdf")
        if done.returncode or not made.exists():
            raise WriteError(f"LibreOffice không xuất được PDF từ {document.name}.")
        write_whole(pdf, made.read_bytes())
