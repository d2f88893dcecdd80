"""`kho/`: every file ever received, unchanged, named by its SHA-256."""

from pathlib import Path

from dtxl.core.errors import WorkspaceError
from dtxl.files.safe import digest, write_whole


class Archive:
    """A folder of files by hash; the first two digits make the sub-folder, so that none grows too large."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def keep(self, content: bytes) -> str:
        """Store `content` whole and durably before anything refers to it; gives its hash. Kept twice is kept once."""
        sha256 = digest(content)
        path = self.path(sha256)
        if not path.exists():
            write_whole(path, content)
        return sha256

    def read(self, sha256: str) -> bytes:
        """The file's bytes. Raises WorkspaceError where it is gone or no longer what it was."""
        try:
            content = self.path(sha256).read_bytes()
        except OSError as error:
            raise WorkspaceError(f"Không đọc được tệp lưu {self.path(sha256)}: {error.strerror}") from error
        if digest(content) != sha256:
            raise WorkspaceError(f"Tệp lưu {self.path(sha256)} đã bị thay đổi so với khi nhận.")
        return content
