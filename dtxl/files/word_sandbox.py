"""The one place where a template's tags are run: what they may do is listed, all else is refused before it runs.

A template shows values, chooses and repeats. It calls nothing, sets nothing, includes nothing, and reaches only what
was given to it: dictionaries, lists, texts, numbers. Its work is counted, by what was given to it, so that no nesting
of loops runs without end; there is no clock in it: the same template ends in the same way on every machine.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from dtxl.core.text import without_control

_NODES = frozenset(
    {
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
        nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg,
        nodes.Add, nodes.Sub, nodes.Filter, nodes.Test, nodes.List, nodes.Tuple,
    }
)  # fmt: skip
# None of these runs what it is given; `join`, which alone can make much of little, is counted before it is done.
_FILTERS = frozenset(
    {"capitalize", "count", "d", "default", "e", "escape", "first", "int", "join", "last", "length", "lower",
     "title", "trim", "upper"}
)  # fmt: skip
_TESTS = frozenset(
    {"defined", "undefined", "none", "even", "odd", "string", "number", "sequence", "mapping", "eq", "ne", "lt",
     "le", "gt", "ge", "==", "!=", "<", "<=", ">", ">="}
)  # fmt: skip
_LOOP = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem"}
)  # fmt: skip
_COUNTED, _WEIGHED = "_dtxl_counted", "_dtxl_weighed"
_WORDS = {
    nodes.Call: "gọi hàm", nodes.Assign: "đặt biến", nodes.Mul: "phép nhân", nodes.Pow: "phép lũy thừa",
    nodes.Keyword: "tham số có tên", nodes.Slice: "cắt danh sách", nodes.Dict: "tập khóa và giá trị",
    nodes.Mod: "phép chia lấy dư", nodes.Div: "phép chia", nodes.FloorDiv: "phép chia", nodes.Concat: "phép nối ~",
    nodes.AssignBlock: "đặt biến", nodes.Include: "chèn tệp khác", nodes.Import: "nạp tệp khác",
    nodes.FromImport: "nạp tệp khác", nodes.Extends: "tệp mẫu gốc", nodes.Macro: "macro", nodes.CallBlock: "gọi hàm",
    nodes.Block: "khối block", nodes.With: "khối with", nodes.FilterBlock: "khối filter",
}  # fmt: skip
# Letters that a filling may go through, of the template and of what it is given. A row of the report's annexes has some
# 5,000 for its eight items; the rest is room for a template of one's own, and the most is what memory holds easily.
_LEAST_WORK, _WORK_PER_ITEM, _MOST_WORK = 10_000_000, 3_000, 200_000_000
_WORK_PER_NODE = 20  # of a loop's tags, on each pass


class Refused(TemplateSyntaxError):
    """A template does what templates may not; `message` is Vietnamese."""

    def __init__(self, message: str, lineno: int = 1) -> None:
        super().__init__(message, lineno)


class Sandbox(SandboxedEnvironment):
    """The environment for one filling with `given`, the context. Texts are escaped; a name without a value is an error.

    Raises Refused for tags that do more than they may and for work beyond what `given` can need.
    """

    intercepted_binops = frozenset({"+"})

    def __init__(self, given: Any) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=self._shown)
        self.globals.clear()
        self.filters = {name: self._weighing(self.filters[name]) for name in _FILTERS}
        self.filters |= {"join": self._join, _COUNTED: self._count, _WEIGHED: self._weighed}
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.begin(given)

    def begin(self, given: Any) -> None:
        """Count anew, for another filling of what was compiled here, with `given`."""
        self._left = min(_LEAST_WORK + _WORK_PER_ITEM * _items(given), _MOST_WORK)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            self._allow(node)
        for loop in list(tree.find_all(nodes.For)):
            letters = sum(len(data.data) for data in loop.find_all(nodes.TemplateData))
            weight = letters + _WORK_PER_NODE * sum(1 for _ in loop.find_all(nodes.Expr))
            loop.iter = self._through(loop.iter, _COUNTED, nodes.Const(weight, lineno=loop.lineno))
        for operand in list(tree.find_all(nodes.Operand)):
            operand.expr = self._through(operand.expr, _WEIGHED)
        return tree

    def _through(self, value: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Filter:
        made = nodes.Filter(cast(nodes.Expr, value), name, list(arguments), [], None, None, lineno=value.lineno)
        made.set_environment(self)
        return made

    def _allow(self, node: nodes.Node) -> None:
        line = node.lineno or 1
        if type(node) not in _NODES:
            what = _WORDS.get(type(node), type(node).__name__)
            raise Refused(f"mẫu không được dùng {what}; chỉ dùng {{{{ tên }}}}, for và if", line)
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise Refused(f"mẫu không được dùng bộ lọc “{node.name}”; dùng được: {', '.join(sorted(_FILTERS))}", line)
        if isinstance(node, nodes.Test) and node.name not in _TESTS:
            raise Refused(f"mẫu không được dùng phép thử “{node.name}”", line)
        if isinstance(node, nodes.For) and node.recursive:
            raise Refused("mẫu không được dùng vòng lặp đệ quy", line)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An item of a dictionary, or what a loop tells of itself; nothing else has attributes here."""
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item of a dictionary by its name, of a list by its number."""
        if isinstance(obj, Mapping) and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def _count(self, items: Iterable[Any], weight: int) -> Iterator[Any]:
        """A loop's items, each pass paid for by the letters of the template in the loop."""
        if isinstance(items, Undefined):
            str(items)  # raises: the name is told
        if not isinstance(items, list | tuple):
            raise Refused("vòng lặp for chỉ đi qua danh sách")
        for item in items:
            self._spend(weight)
            yield item

    def _join(self, items: Any, between: Any = "") -> str:
        """A list's or text's parts with `between` between them, paid for before it is made."""
        if not isinstance(items, list | tuple | str):
            raise Refused("bộ lọc “join” chỉ nối danh sách")
        pieces, text = [str(item) for item in items], str(between)
        self._spend(sum(map(len, pieces)) + len(text) * len(pieces))
        return text.join(pieces)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`+`, paid for before it is done; of two texts, two lists or two numbers."""
        self._weighed(left)
        self._weighed(right)
        return super().call_binop(context, operator, left, right)

    def _weighing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter whose value is paid for by its length."""
        place = int(hasattr(function, "jinja_pass_arg"))  # before the value stands what the filter asked the engine for

        @functools.wraps(function)
        def paid(*arguments: Any, **named: Any) -> Any:
            self._weighed(arguments[place])
            return function(*arguments, **named)

        return paid

    def _weighed(self, value: Any) -> Any:
        if isinstance(value, str | list | tuple | Mapping):
            self._spend(len(value))
        return value

    def _shown(self, value: Any) -> Any:
        """What a tag prints: text that XML can hold or a number; no list, no object of the engine's own."""
        if isinstance(value, Undefined):
            str(value)  # raises: the name is told
        if value is not None and not isinstance(value, str | int | float | Decimal):
            raise Refused("thẻ {{ }} chỉ in chữ hoặc số, không in cả danh sách")
        if isinstance(value, str) and (clean := without_control(value)) != value:
            value = type(value)(clean)
        return self._weighed(value)

    def _spend(self, letters: int) -> None:
        self._left -= letters
        if self._left < 0:
            raise Refused("các vòng lặp lồng nhau làm tài liệu dài quá mức; xem lại thẻ for")


def _items(given: Any) -> int:
    if isinstance(given, Mapping):
        return 1 + sum(map(_items, given.values()))
    if isinstance(given, list | tuple):
        return 1 + sum(map(_items, given))
    return 1
