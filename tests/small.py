"""A small plan that tests build on: three indicators, three tasks, one office, one district, two communes."""

from datetime import date, datetime
from decimal import Decimal

from dtxl.files.xlsx_edit import Editor
from dtxl.forms import draw_form
from dtxl.intake import Register
from dtxl.model.form import Form, build_form, sign
from dtxl.model.period import default_periods
from dtxl.model.plan import (
    Agency,
    AgencyGroup,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    Plan,
    PlanInfo,
    Target,
    Task,
)

KEY = b"0123456789abcdef0123456789abcdef"
PERIOD = "2024-Q1"
IN_TIME = datetime(2024, 3, 12, 9, 30)

_ALL = ("Các sở, ngành", "UBND huyện, thị xã, thành phố", "UBND xã, phường, thị trấn")


def small_plan() -> Plan:
    """The plan; its third indicator is money, its first has a target for each level."""
    targets = tuple(
        Target(">=", Decimal(value), "%", scope, 2024)
        for scope, value in (("cấp tỉnh", 100), ("cấp huyện", 95), ("cấp xã", 80))
    )
    indicators = (
        Indicator(
            "I.1", "I", "Tỷ lệ xử lý hồ sơ công việc trên môi trường mạng", "", "Tỷ lệ xử lý hồ sơ công việc",
            Kind.RATIO, "%", targets, "Giám đốc Sở Thông tin và Truyền thông", _ALL, "Số hồ sơ xử lý trên mạng",
            "Tổng số hồ sơ công việc",
        ),
        Indicator(
            "I.2", "I", "Tỷ lệ hồ sơ trực tuyến đạt trên 70%", "", "Tỷ lệ hồ sơ trực tuyến", Kind.RATIO, "%",
            (Target(">", Decimal(70), "%", None, 2024),), "Giám đốc Sở Thông tin và Truyền thông", _ALL,
            "Số hồ sơ trực tuyến", "Tổng số hồ sơ tiếp nhận",
        ),
        Indicator(
            "II.1", "II", "Tỷ trọng thương mại điện tử đạt 10%", "", "Tỷ trọng thương mại điện tử", Kind.RATIO, "%",
            (Target(">=", Decimal(10), "%", None, 2024),), "Giám đốc Sở Thông tin và Truyền thông",
            ("Các doanh nghiệp trên địa bàn tỉnh",), "Doanh thu thương mại điện tử", "Tổng mức bán lẻ", whole=False,
        ),
    )  # fmt: skip
    tasks = (
        Task("III.1.01", "Sở Thông tin và Truyền thông", "Vận hành Trung tâm giám sát", None),
        Task("III.1.02", "Sở Thông tin và Truyền thông", "Phê duyệt hồ sơ cấp độ", date(2024, 3, 1), "trước 01/3/2024"),
        Task("IV.3.01", "UBND huyện, thị xã, thành phố", "Chỉ đạo Tổ công nghệ số cộng đồng", None),
    )
    agencies = (
        Agency("STTTT", "Sở Thông tin và Truyền thông", "province", "", ("SN",)),
        Agency("217", "UBND huyện Lạng Giang", "district"),
        Agency("07375", "UBND thị trấn Vôi", "commune", "217"),
        Agency("07378", "UBND xã Nghĩa Hòa", "commune", "217"),
    )
    groups = (
        AgencyGroup("SN", "Các sở, ngành"),
        AgencyGroup("H", "UBND huyện, thị xã, thành phố", ("district",)),
        AgencyGroup("X", "UBND xã, phường, thị trấn", ("commune",)),
        AgencyGroup("DN", "Các doanh nghiệp trên địa bàn tỉnh", (), (), False),
    )
    info = PlanInfo("bac-giang-2024", "Kế hoạch chuyển đổi số năm 2024", "12/KH-BCĐ", date(2024, 3, 1), 2024,
                    aggregator="Sở Thông tin và Truyền thông", province="Bắc Giang")  # fmt: skip
    return Plan(
        info,
        (IndicatorGroup("I", "Phát triển chính quyền số"), IndicatorGroup("II", "Phát triển kinh tế số")),
        indicators,
        tasks,
        (Level("province", "cấp tỉnh"), Level("district", "cấp huyện"), Level("commune", "cấp xã")),
        agencies,
        groups,
        periods=default_periods(2024, 15, 25),
    )


def form_of(agency: str, plan: Plan | None = None, period: str = PERIOD) -> Form:
    plan = plan or small_plan()
    dates = next(p for p in plan.periods if p.code == period)
    return build_form(plan, plan.agency_by_code[agency], dates)


def good_values(form: Form) -> dict[str, str | Decimal]:
    """What makes a form acceptable as it is: numbers on target, states, a contact."""
    typed: dict[str, str | Decimal] = {"agency.contact": "Nguyễn Văn An"}
    for row in form.indicator_rows:
        typed[f"{row.indicator.code}.numerator"] = Decimal(120)
        typed[f"{row.indicator.code}.denominator"] = Decimal(120)
    for row in form.task_rows:
        typed[f"task.{row.task.code}.state"] = "Đang thực hiện"
    return typed


def fill_form(form: Form, typed: dict[str, object], blank: bytes | None = None) -> Editor:
    """An open editor on the form with `typed` in it; None clears a cell."""
    editor = Editor(blank or draw_form(form, KEY))
    for name, value in typed.items():
        field = form.by_name[name]
        editor.put(field.sheet, field.cell, value)  # type: ignore[arg-type]
    return editor


def register(plan: Plan | None = None, period: str = PERIOD) -> Register:
    """What intake knows of the small plan, all of whose forms were issued."""
    plan = plan or small_plan()
    forms = {a.code: form_of(a.code, plan, period) for a in plan.agencies}
    issued = {
        form_of(a.code, plan, p.code).identity.form: (a.code, p.code) for a in plan.agencies for p in plan.periods
    }
    return Register(
        plan.info.id, plan.info.title, period, "quý I năm 2024", KEY, forms.get, issued.get,
        lambda code: plan.agency_by_code[code].name if code in plan.agency_by_code else "",
    )  # fmt: skip


def signed(form: Form) -> str:
    return sign(form.identity, KEY)
