"""The sheets of the plan workbook and their columns, one description for writing, reading and the guide."""

from dtxl.planbook.fields import LIST_GROUPS, LIST_INDICATORS, LIST_LEVELS, Field, Table, Type

GUIDE, PLAN, LISTS = "Hướng dẫn", "Kế hoạch", "_danh_muc"

# Columns of the sheet “Kế hoạch”: only the first two are read.
LABEL, VALUE, NOTE = "Nội dung", "Giá trị", "Giải thích"

INFO = (
    Field("Mã kế hoạch", "id", Type.CODE, help="Chữ không dấu, số, dấu chấm, gạch nối. Đã phát biểu mẫu thì không đổi.",
          required=True),
    Field("Tên kế hoạch", "title", help="Ghi như trích yếu; in trên biểu mẫu và báo cáo.", required=True),
    Field("Số, ký hiệu", "number", Type.LINE, help="Như trong văn bản; bản dự thảo có thể chưa có số: /KH-BCĐCĐS."),
    Field("Ngày ban hành", "date", Type.DAY, help="Ô kiểu ngày, ví dụ 15/03/2024. Dự thảo thì để trống."),
    Field("Năm thực hiện", "year", Type.WHOLE, help="Bốn chữ số, ví dụ 2024.", low=1990, high=2100),
    Field("Cơ quan ban hành kế hoạch", "issuer", help="Tên cơ quan đứng tên kế hoạch."),
    Field("Tỉnh, thành phố", "province", Type.LINE, help="Không ghi chữ “tỉnh”, ví dụ: Bắc Giang."),
    Field("Mã tỉnh, thành phố", "province_code", Type.CODE, digits=2,
          help="Mã trong danh mục đơn vị hành chính, hai chữ số, ví dụ 24."),
    Field("Cơ quan tổng hợp", "aggregator", Type.LINE, help="Nơi các cơ quan gửi biểu mẫu về."),
    Field("Ngày các cơ quan gửi báo cáo", "agency_due_day", Type.WHOLE, required=True, low=1, high=31,
          help="Ngày trong tháng cuối kỳ, từ 1 đến 31. Hạn từng kỳ ghi ở sheet Kỳ báo cáo."),
    Field("Ngày trình báo cáo tổng hợp", "report_due_day", Type.WHOLE, required=True, low=1, high=31,
          help="Ngày trong tháng cuối kỳ, từ 1 đến 31. Hạn từng kỳ ghi ở sheet Kỳ báo cáo."),
    Field("Chức danh người ký kế hoạch", "signer_title", Type.LINES, help="Mỗi dòng in một dòng (Alt+Enter)."),
    Field("Người ký kế hoạch", "signer_name", Type.LINE, help="Họ và tên."),
)  # fmt: skip
REPORT = (
    Field("Cơ quan chủ quản", "superior", help="Dòng trên ở góc trái đầu báo cáo; không có thì để trống."),
    Field("Cơ quan ban hành báo cáo", "issuer", help="Dòng dưới ở góc trái đầu báo cáo, in đậm."),
    Field("Ký hiệu báo cáo", "symbol", Type.LINE, help="Phần sau số của báo cáo, ví dụ: BC-BCĐCĐS."),
    Field("Địa danh", "place", Type.LINE, help="Ghi trước ngày tháng, ví dụ: Bắc Giang."),
    Field("Kính gửi", "addressees", Type.LINES, help="Mỗi nơi một dòng (Alt+Enter)."),
    Field("Chức danh người ký báo cáo", "signer_title", Type.LINES, help="Mỗi dòng in một dòng (Alt+Enter)."),
    Field("Người ký báo cáo", "signer_name", Type.LINE, help="Họ và tên."),
)
DEMANDS = (
    Field("Bắt buộc thủ trưởng duyệt số liệu", "signed", Type.CHOICE, menu="dm_co_khong", later=True,
          help="Có: bản nộp thiếu họ tên thủ trưởng hoặc ngày duyệt số liệu bị trả lại. Để trống: không."),
    Field("Nhiệm vụ chưa thực hiện phải nêu lý do", "task_reason", Type.CHOICE, menu="dm_co_khong", later=True,
          help="Có: nhiệm vụ “Chưa thực hiện” không ghi khó khăn, vướng mắc thì bị trả lại. Để trống: không."),
    Field("Không có số liệu phải giải trình", "absent_note", Type.CHOICE, menu="dm_co_khong", later=True,
          help="Có: chọn “Chưa có số liệu”, “Không thuộc phạm vi” mà không giải trình: bị trả lại. Để trống: không."),
    Field("Tỷ lệ cơ quan báo cáo tối thiểu (%)", "coverage", Type.WHOLE, low=1, high=100, later=True,
          help="Ít cơ quan báo cáo hơn mức này thì số toàn tỉnh là tạm tính. Để trống: mức chung của chương trình."),
)  # fmt: skip
SECTIONS = (
    ("A. VĂN BẢN KẾ HOẠCH", "info", INFO),
    ("B. BÁO CÁO TỔNG HỢP", "report", REPORT),
    ("C. YÊU CẦU ĐỐI VỚI BẢN NỘP", "demands", DEMANDS),
)

GROUPS = Table(
    "Nhóm chỉ tiêu", "NHÓM CHỈ TIÊU", "Các đề mục của phụ lục chỉ tiêu, theo thứ tự in trong báo cáo.",
    "Đề mục của phụ lục chỉ tiêu", "Sửa tên; thêm nhóm ở cuối bảng.",
    (
        Field("Mã nhóm chỉ tiêu", "code", Type.CODE, 18, "Ví dụ: I, II. Không trùng nhau.", required=True),
        Field("Tên nhóm chỉ tiêu", "name", Type.TEXT, 80, "Ví dụ: Phát triển chính quyền số.", required=True),
        Field("Lĩnh vực", "topic", Type.LINE, 28, "Lĩnh vực của nhóm, gọi thống nhất: Chính quyền số."),
    ),
)  # fmt: skip

INDICATORS = Table(
    "Chỉ tiêu", "CHỈ TIÊU",
    "Mỗi dòng một chỉ tiêu; mục tiêu ghi ở sheet Mục tiêu. Ô nền cam là điều máy phỏng đoán: xem lại, sửa nếu cần, rồi "
    "xóa tên cột đó trong cột Phỏng đoán.",
    "Chỉ tiêu, ai theo dõi, ai thực hiện, cách hỏi số liệu", "Sửa mọi cột; thêm, bớt dòng.",
    (
        Field("Mã chỉ tiêu", "code", Type.CODE, 9, "Ví dụ: I.13. Chỉ gồm chữ không dấu, số, dấu chấm, gạch nối; "
              "không trùng nhau. Đã phát biểu mẫu thì không đổi mã.", required=True),
        Field("Mã nhóm", "group", Type.REF, 8, "Mã ở sheet Nhóm chỉ tiêu.", menu=LIST_GROUPS),
        Field("Tên chỉ tiêu", "name", Type.TEXT, 34, "Tên gọn, không kèm mục tiêu; in trên biểu mẫu và báo cáo.",
              required=True),
        Field("Loại", "kind", Type.CHOICE, 10, "Tỷ lệ: hỏi tử số và mẫu số. Các loại khác: hỏi một giá trị.",
              required=True, menu="dm_loai"),
        Field("Đơn vị tính", "unit", Type.LINE, 8, "Ví dụ: %, hồ sơ, điểm."),
        Field("Nội dung tử số", "numerator", Type.TEXT, 21, "Nhãn của ô tử số trên biểu mẫu, ví dụ: Số hồ sơ nộp trực "
              "tuyến. Không phải tỷ lệ: nhãn của ô giá trị."),
        Field("Nội dung mẫu số", "denominator", Type.TEXT, 21, "Nhãn của ô mẫu số trên biểu mẫu, ví dụ: Tổng số hồ sơ "
              "tiếp nhận."),
        Field("Chỉ nhận số nguyên", "whole", Type.CHOICE, 8.5, "Có: chỉ nhận số nguyên (đếm hồ sơ, người, xã). Không: "
              "nhận số lẻ (tỷ đồng, ha).", required=True, menu="dm_co_khong"),
        Field("Chủ trì theo dõi, đánh giá", "monitor", Type.REF, 20, "Tên cơ quan như ở sheet Cơ quan, hoặc tên gọi "
              "khác. Được hỏi thay khi người thực hiện không nộp biểu mẫu."),
        Field("Chủ trì thực hiện", "implementers", Type.REFS, 27, "Mỗi dòng một cơ quan hoặc nhóm cơ quan (Alt+Enter); "
              "tên như ở sheet Cơ quan, Nhóm cơ quan, hoặc mã."),
        Field("Tổng hợp các cơ quan", "over_agencies", Type.CHOICE, 10, "Cộng: số của tỉnh là tổng số các cơ quan (tỷ "
              "lệ: tổng tử số chia tổng mẫu số).", required=True, menu="dm_giua_co_quan"),
        Field("Tính giữa các kỳ", "over_periods", Type.CHOICE, 10, "Lũy kế: số từ đầu năm. Cộng dồn: số riêng của "
              "kỳ, cả năm là tổng các kỳ. Thời điểm: số có ở cuối kỳ.", required=True, menu="dm_giua_ky"),
        Field("Phỏng đoán", "guessed", Type.LINES, 15, "Tên các cột do máy đoán, mỗi dòng một cột. Xem lại rồi thì xóa "
              "đi."),
        Field("Nguyên văn chỉ tiêu", "text", Type.TEXT, 40, "Lời văn đầy đủ, kèm mục tiêu.", required=True),
        Field("Câu gốc", "span", Type.SOURCE, 40, "Trích từ văn bản để đối chiếu; không cần sửa."),
    ),
    frozen=3, unprinted=2,
)  # fmt: skip

TARGETS = Table(
    "Mục tiêu", "MỤC TIÊU CỦA CHỈ TIÊU",
    "Mỗi dòng một mục tiêu; một chỉ tiêu có thể có nhiều mục tiêu (theo cấp, theo năm). Giá trị là số, không kèm chữ.",
    "Mức phải đạt của từng chỉ tiêu", "Sửa mọi cột; thêm, bớt dòng. Mỗi chỉ tiêu có ít nhất một dòng.",
    (
        Field("Mã chỉ tiêu", "code", Type.REF, 14, "Mã ở sheet Chỉ tiêu.", required=True, menu=LIST_INDICATORS),
        Field("So sánh", "op", Type.CHOICE, 12, "Tối thiểu, đạt: ≥. Trên: >. Tối đa: ≤. Dưới: <.", required=True,
              menu="dm_so_sanh"),
        Field("Giá trị", "value", Type.NUMBER, 12, "Chỉ gõ số, ví dụ 85,5. Phần trăm: gõ 85,5 và ghi % ở cột Đơn vị.",
              required=True),
        Field("Đơn vị", "unit", Type.LINE, 14, "Ví dụ: %, hồ sơ, điểm."),
        Field("Phạm vi", "scope", Type.LINE, 36, "Để trống: mọi cơ quan. Hoặc tên một cấp (cấp xã), hoặc tên một nhóm "
              "ở sheet Nhóm cơ quan.", menu=LIST_LEVELS, strict=False),
        Field("Năm", "year", Type.WHOLE, 10, "Bốn chữ số; để trống nếu kế hoạch không nêu.", low=1990, high=2100),
        Field("Hạn hoàn thành", "deadline", Type.DAY, 16, "Ô kiểu ngày, ví dụ 31/12/2024; để trống nếu không nêu."),
    ),
)  # fmt: skip

CONDITIONS = Table(
    "Điều kiện", "ĐIỀU KIỆN GIỮA CÁC SỐ LIỆU",
    "Không bắt buộc. Mỗi dòng một điều kiện mà số liệu của từng cơ quan phải thỏa mãn; bản nộp sai điều kiện bị báo.",
    "Điều kiện mà số liệu của từng cơ quan phải thỏa mãn", "Thêm, sửa, bớt dòng; để trống nếu không cần.",
    (
        Field("Điều kiện", "text", Type.LINE, 52, "Mã chỉ tiêu, dấu chấm, rồi tử số, mẫu số, giá trị hoặc kết quả; "
              "dùng + - × ( ) và ≤ ≥ < > = ≠. Ví dụ: I.1.tử số ≤ I.2.tử số + I.3.giá trị", required=True),
        Field("Diễn giải", "why", Type.TEXT, 64, "Nói bằng lời cho cơ quan hiểu, ví dụ: số hồ sơ trực tuyến không lớn "
              "hơn tổng số hồ sơ tiếp nhận.", required=True),
        Field("Mức", "warns", Type.CHOICE, 12, "Lỗi: bản nộp bị trả lại. Cảnh báo: vẫn nhận, đề nghị kiểm tra. Để "
              "trống: lỗi.", menu="dm_muc"),
    ),
    later=True,
)  # fmt: skip

TASKS = Table(
    "Nhiệm vụ", "NHIỆM VỤ GIAO CÁC CƠ QUAN", "Mỗi dòng một nhiệm vụ của một cơ quan hoặc một nhóm cơ quan.",
    "Việc giao từng cơ quan, thời hạn", "Sửa mọi cột; thêm, bớt dòng.",
    (
        Field("Mã nhiệm vụ", "code", Type.CODE, 12, "Ví dụ: III.1.05. Không trùng nhau; đã phát biểu mẫu thì không "
              "đổi.",
              required=True),
        Field("Cơ quan thực hiện", "agency", Type.REF, 28, "Tên (hoặc tên gọi khác, mã) ở sheet Cơ quan hay Nhóm cơ "
              "quan.", required=True),
        Field("Nội dung nhiệm vụ", "text", Type.TEXT, 60, "In trên biểu mẫu và báo cáo.", required=True),
        Field("Thời hạn", "deadline", Type.DAY, 13, "Ô kiểu ngày, ví dụ 01/06/2024; để trống: thường xuyên."),
        Field("Thời hạn ghi trong kế hoạch", "deadline_text", Type.TEXT, 18, "Như trong văn bản, ví dụ: xong trước "
              "01/6/2024."),
        Field("Mục", "section", Type.TEXT, 24, "Đề mục trong phần của cơ quan."),
        Field("Câu gốc", "span", Type.SOURCE, 50, "Trích từ văn bản để đối chiếu; không cần sửa."),
    ),
    frozen=2, unprinted=1,
)  # fmt: skip

LEVELS = Table(
    "Cấp", "CẤP HÀNH CHÍNH", "Các cấp có cơ quan nộp biểu mẫu.", "Các cấp hành chính của tỉnh",
    "Thường không phải sửa.",
    (
        Field("Mã cấp", "code", Type.CODE, 18, "Như trong danh mục đơn vị hành chính: province, district, commune.",
              required=True),
        Field("Tên cấp", "name", Type.LINE, 40, "Như kế hoạch gọi: cấp tỉnh, cấp huyện, cấp xã.", required=True),
    ),
)  # fmt: skip

AGENCIES = Table(
    "Cơ quan", "CƠ QUAN NỘP BIỂU MẪU",
    "Mỗi dòng một cơ quan, đơn vị nhận và nộp biểu mẫu. Mã là chữ (07207), giữ số 0 ở đầu.",
    "Ai nộp biểu mẫu", "Sửa tên, nhóm, tên gọi khác; thêm, bớt dòng.",
    (
        Field("Mã cơ quan", "code", Type.CODE, 22, "Chữ không dấu, số, dấu chấm, gạch nối; không trùng. Xã, huyện: mã "
              "đơn vị hành chính, giữ số 0 ở đầu. Đã phát biểu mẫu thì không đổi.", required=True),
        Field("Tên cơ quan", "name", Type.LINE, 44, "Tên đầy đủ.", required=True),
        Field("Cấp", "level", Type.REF, 13, "Tên cấp ở sheet Cấp.", required=True, menu=LIST_LEVELS),
        Field("Mã cơ quan cấp trên", "parent", Type.REF, 16, "Mã của cơ quan cấp trên trong sheet này (xã: mã huyện); "
              "không có thì để trống."),
        Field("Thuộc nhóm", "groups", Type.REFS, 22, "Mã ở sheet Nhóm cơ quan, mỗi dòng một mã (Alt+Enter)."),
        Field("Tên gọi khác", "aliases", Type.LINES, 40, "Các tên khác mà kế hoạch dùng, mỗi dòng một tên "
              "(Alt+Enter)."),
    ),
    frozen=2,
)  # fmt: skip

AGENCY_GROUPS = Table(
    "Nhóm cơ quan", "NHÓM CƠ QUAN",
    "Cách kế hoạch gọi chung nhiều cơ quan. Gồm mọi cơ quan của các cấp ghi ở đây và các cơ quan có ghi mã nhóm.",
    "Cách kế hoạch gọi chung nhiều cơ quan", "Sửa mọi cột; thêm, bớt dòng.",
    (
        Field("Mã nhóm", "code", Type.CODE, 22, "Chữ không dấu, số, dấu chấm, gạch nối; không trùng.", required=True),
        Field("Tên nhóm", "name", Type.LINE, 50, "Như kế hoạch gọi: Các sở, ngành.", required=True),
        Field("Gồm mọi cơ quan cấp", "levels", Type.REFS, 20, "Tên cấp ở sheet Cấp, mỗi dòng một cấp; để trống nếu chỉ "
              "gồm các cơ quan ghi mã nhóm."),
        Field("Tên gọi khác", "aliases", Type.LINES, 46, "Các cách gọi khác trong kế hoạch, mỗi dòng một tên."),
        Field("Có nộp biểu mẫu", "returns", Type.CHOICE, 12, "Không: doanh nghiệp, ngân hàng… không nộp biểu mẫu; cơ "
              "quan theo dõi được hỏi thay.", required=True, menu="dm_co_khong"),
    ),
    frozen=2,
)  # fmt: skip

RECIPIENTS = Table(
    "Nơi nhận", "NƠI NHẬN VĂN BẢN", "Mỗi dòng một nơi nhận, theo thứ tự in; không ghi gạch đầu dòng và dấu chấm phẩy.",
    "Nơi nhận của kế hoạch và của báo cáo", "Sửa, thêm, bớt, đổi thứ tự dòng.",
    (
        Field("Văn bản", "document", Type.CHOICE, 16, "Nơi nhận của kế hoạch hay của báo cáo.", required=True,
              menu="dm_van_ban"),
        Field("Nơi nhận", "recipient", Type.TEXT, 90, "Ví dụ: Như Kính gửi; Lưu: VT.", required=True),
    ),
)  # fmt: skip

PERIODS = Table(
    "Kỳ báo cáo", "KỲ BÁO CÁO", "Thời gian tính số liệu (cả ngày đầu và ngày cuối) và thời hạn của từng kỳ.",
    "Thời gian tính số liệu, hạn nộp", "Sửa ngày; ngày ghi ở đây được dùng.",
    (
        Field("Mã kỳ", "code", Type.CODE, 14, "2024-Q1, 2024-H1 (6 tháng), 2024-9M, 2024 (cả năm).", required=True),
        Field("Tên kỳ", "name", Type.LINE, 28, "Như viết trong báo cáo: quý I năm 2024.", required=True),
        Field("Số liệu từ ngày", "start", Type.DAY, 17, "Ô kiểu ngày.", required=True),
        Field("Số liệu đến ngày", "end", Type.DAY, 17, "Ô kiểu ngày; tính cả ngày này.", required=True),
        Field("Hạn các cơ quan gửi", "agency_due", Type.DAY, 17, "Ô kiểu ngày; không trước ngày cuối của số liệu.",
              required=True),
        Field("Hạn trình báo cáo", "report_due", Type.DAY, 17, "Ô kiểu ngày; không trước hạn các cơ quan gửi.",
              required=True),
    ),
)  # fmt: skip

QUESTIONS = Table(
    "Cần xác nhận", "NHỮNG ĐIỀU CẦN XÁC NHẬN",
    "Những chỗ máy đọc chưa chắc. Đối chiếu với văn bản, sửa ở sheet liên quan, rồi xóa dòng đã xong.",
    "Chỗ máy đọc chưa chắc, kèm câu gốc", "Xem trước tiên; xong việc nào xóa dòng đó.",
    (
        Field("Về việc gì", "about", Type.TEXT, 28),
        Field("Vì sao cần xác nhận", "why", Type.TEXT, 50),
        Field("Câu gốc", "span", Type.SOURCE, 80),
    ),
    tab="#ED7D31",
)  # fmt: skip

TABLES = (
    GROUPS, INDICATORS, TARGETS, CONDITIONS, TASKS, LEVELS, AGENCIES, AGENCY_GROUPS, RECIPIENTS, PERIODS, QUESTIONS,
)  # fmt: skip
SHEETS = (GUIDE, PLAN, *(table.sheet for table in TABLES))
