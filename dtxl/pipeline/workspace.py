"""A workspace: one plan's folder, where everything that the team touches is an ordinary file."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from dtxl.core import names
from dtxl.core.errors import DtxlError, WorkspaceError
from dtxl.extract import extract_document
from dtxl.extract.agencies import read_units, units_for, with_agencies
from dtxl.files.safe import digest, write_whole
from dtxl.model.period import default_period
from dtxl.model.plan import Agency, PeriodDates, Plan
from dtxl.planbook import read_planbook, write_planbook
from dtxl.store import Archive, Store, open_store, shown

PLANBOOK, DATABASE, ARCHIVE, TEMPLATES = "ke-hoach.xlsx", "dtxl.db", "kho", "mau"
SENT, INBOX, RETURNED = "gui-di", "nhan-ve", "tra-lai"
CONSOLIDATED, REPORT = "tong-hop.xlsx", "bao-cao.docx"
WORDING = "cau-chu.toml"  # among the templates: the report's phrases, for staff to change

Progress = Callable[[int, int], None]  # (done, of)


def no_progress(_done: int, _of: int) -> None:
    """Where nobody watches."""


@dataclass(frozen=True)
class Workspace:
    """An open workspace. Close it with `close` when done."""

    root: Path
    database: str | None = None  # URL instead of the SQLite file

    @cached_property
    def plan(self) -> Plan:
        """The whole plan, of all its years."""
        return read_planbook(self.root / PLANBOOK)

    def plan_in(self, period: PeriodDates) -> Plan:
        """The plan as it binds in the period's year: what forms, returns and results of a period go by."""
        year = period.end.year
        if year not in self._plans:
            self._plans[year] = self.plan.due_in(year)
        return self._plans[year]

    @cached_property
    def _plans(self) -> dict[int, Plan]:
        return {}

    @cached_property
    def store(self) -> Store:
        return open_store(self.database or self.root / DATABASE)

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.root / ARCHIVE)

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()

    def period(self, code: str) -> PeriodDates:
        """The period as the plan workbook has it, else with the decree's cut-offs.

        Raises DtxlError for what is no period, and for one that the plan, which has a year, does not name; a plan with
        targets for later years has the periods of the years up to the last of them too.
        """
        for period in self.plan.periods:
            if period.code == code:
                return period
        first = self.plan.info.year
        last = max((t.year for i in self.plan.indicators for t in i.targets if t.year), default=first or 0)
        if first and code[:4].isdigit() and not first <= int(code[:4]) <= max(first, last):
            raise DtxlError(
                f"Kỳ {code} không thuộc kế hoạch năm {first}. Nếu cần kỳ này, thêm một dòng ở sheet "
                f"“Kỳ báo cáo” của {PLANBOOK}."
            )
        return default_period(code, self.plan.info.agency_due_day, self.plan.info.report_due_day)

    def folder(self, period: str, name: str = "") -> Path:
        return self.root / period / name

    def form_path(self, period: str, agency: Agency) -> Path:
        """Where an agency's form is written: a folder for each district, one for the offices."""
        district = agency if not agency.parent else self.plan.agency_by_code.get(agency.parent, agency)
        top = self.plan.levels[0].code if self.plan.levels else ""
        group = "00-so-nganh" if agency.level == top else names.folder_name(district.code, district.name)
        return self.folder(period, SENT) / group / f"{file_stem(agency)}.xlsx"

    def relative(self, path: Path) -> str:
        """`path` as kept and shown: relative to the workspace where it is in it, with forward slashes."""
        path = path.resolve()
        root = self.root.resolve()
        text = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        # Names that are no Unicode (old Windows archives unpacked elsewhere) are shown by their bytes.
        return os.fsencode(text).decode("utf-8", "backslashreplace")

    def write_output(self, path: Path, content: bytes, *, force: bool = False) -> None:
        """Write a file that staff may edit afterwards. Raises WorkspaceError where they did, unless `force`."""
        name = self.relative(path)
        if path.exists() and not force:
            current = digest(path.read_bytes())
            if current != digest(content) and not self.store.is_output(name, current):
                raise WorkspaceError(
                    f"Tệp {name} đã được sửa sau khi tạo. "
                    "Đổi tên hoặc chuyển tệp đi nơi khác, hoặc thêm --force để ghi đè."
                )
        # Remembered first: were the command stopped in between, the next run still knows the file as its own.
        self.store.remember_output(name, digest(content))
        write_whole(path, content)


def file_stem(agency: Agency) -> str:
    """ "07213-ubnd-xa-dong-son": see `dtxl.core.names`."""
    return names.file_stem(agency.code, agency.name)


def open_workspace(root: Path, database: str | None = None) -> Workspace:
    """The workspace in `root`. Raises WorkspaceError where there is none."""
    if not (root / PLANBOOK).is_file():
        raise WorkspaceError(
            f"Thư mục {root} không có tệp {PLANBOOK}. Tạo trước bằng lệnh: dtxl init {root} --plan TỆP-KẾ-HOẠCH"
        )
    workspace = Workspace(root, database)
    sent = any(root.glob(f"*/{SENT}/*/*.xlsx"))
    fresh = not database and not (root / DATABASE).exists()
    if sent and (fresh or not workspace.store.issued()):
        # A new database has a new signing key: every form that was sent out would come back as a stranger.
        workspace.close()
        raise WorkspaceError(
            f"Thư mục {root} đã có biểu mẫu gửi đi nhưng cơ sở dữ liệu "
            f"({shown(database) if database else DATABASE}) không có hoặc trống. "
            "Khôi phục từ bản sao lưu, hoặc kiểm tra lại --db."
        )
    return workspace


def find_workspace(root: Path | None, files: Sequence[Path], database: str | None = None) -> Workspace | None:
    """The workspace named, else the one in whose folder the first file lies, else None."""
    if root is not None:
        return open_workspace(root, database)
    for folder in files[0].resolve().parents if files else ():
        if (folder / PLANBOOK).is_file():
            return open_workspace(folder, database)
    return None


def extract_plan(source: Path, units: Path | None = None) -> Plan:
    """A plan document → the whole plan, with the units of its day (or those of `units`)."""
    plan = extract_document(source)
    return with_agencies(plan, read_units(units or units_for(plan.info.year, plan.info.date)))


def init_workspace(
    root: Path, source: Path, units: Path | None = None, *, force: bool = False, database: str | None = None
) -> Workspace:
    """Make a workspace from a plan document or a plan workbook. The plan workbook is written last: it marks the end."""
    target = root / PLANBOOK
    if target.exists() and not force:
        raise WorkspaceError(f"{target} đã có. Thêm --force nếu muốn tạo lại từ đầu.")
    if not source.is_file():
        raise WorkspaceError(f"Không thấy tệp kế hoạch {source}.")
    if source.suffix.lower() == ".xlsx":
        read_planbook(source)
        content = source.read_bytes()
    else:
        content = write_planbook(extract_plan(source, units))
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"Không tạo được thư mục {root}: {error.strerror}") from error
    workspace = Workspace(root, database)
    workspace.store.signing_key()
    for item in resources.files("dtxl.templates").iterdir():
        mine = root / TEMPLATES / item.name
        if item.name.endswith(".docx") and not mine.exists():
            write_whole(mine, item.read_bytes())
    if not (root / TEMPLATES / WORDING).exists():
        from dtxl.documents.wording import wording_sheet  # Word's libraries are needed here only

        write_whole(root / TEMPLATES / WORDING, wording_sheet())
    write_whole(target, content)
    return workspace
