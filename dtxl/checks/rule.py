"""What a rule is: a function from a Case to findings, registered with the codes it can raise."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from dtxl.checks.others import Others
from dtxl.core.codes import Severity
from dtxl.model.finding import Finding, finding
from dtxl.model.form import Form, FormField, IndicatorRow
from dtxl.model.plan import Kind
from dtxl.model.submission import Submission, Value
from dtxl.model.verdict import ratio


@dataclass(frozen=True)
class Earlier:
    """The agency's accepted return of this period before the one at hand: its field texts, and when it came."""

    values: dict[str, str]
    received: str


@dataclass(frozen=True)
class Past:
    """A period before the one at hand for which the agency had a form. `values`: its accepted return, by field; empty
    where it gave none. `name`: "quý I năm 2024"."""

    name: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Case:
    """What a rule may look at. `past`: the periods before, the last one first; `others`: what other agencies returned
    for this period. Both are empty where a form is checked by itself."""

    form: Form
    submission: Submission
    earlier: Earlier | None = None
    past: tuple[Past, ...] = ()
    others: Others | None = None

    def value(self, name: str) -> Value | None:
        return self.submission.values.get(name)

    def blank(self, name: str) -> bool:
        """Whether the field was in the file and had nothing in it (a lost row is another finding's matter)."""
        value = self.value(name)
        return value is not None and value.blank

    @cached_property
    def empty(self) -> bool:
        """Whether not one input cell was filled."""
        return all(v.blank for v in self.submission.values.values())

    def figures(self, row: IndicatorRow) -> tuple[str, ...]:
        """The names of the number fields of an indicator."""
        code = row.indicator.code
        parts = ("numerator", "denominator") if row.indicator.kind is Kind.RATIO else ("value",)
        return tuple(f"{code}.{part}" for part in parts)

    @cached_property
    def numbers(self) -> dict[str, Decimal]:
        """The figures of the indicators that could be read, by field."""
        names = (name for row in self.form.indicator_rows for name in self.figures(row))
        return {name: number for name in names if (number := self.submission.number(name)) is not None}

    def before(self, name: str, periods: int = 1) -> Decimal | None:
        """The number that the agency gave in the last period (or so many periods ago)."""
        value = self.past[periods - 1].values.get(name) if len(self.past) >= periods else None
        return value.number if value else None

    def said(self, name: str) -> bool:
        """Whether the field holds words: a dash or a row of dots says nothing."""
        value = self.value(name)
        return value is not None and any(map(str.isalnum, value.raw))

    def result(self, row: IndicatorRow) -> Fraction | None:
        """The indicator's value as typed (a ratio as percent, 0 to 100); None where a number is missing."""
        numbers = [self.submission.number(name) for name in self.figures(row)]
        if len(numbers) == 2:
            return ratio(numbers[0], numbers[1])
        return None if numbers[0] is None else Fraction(numbers[0])

    def mark(
        self,
        code: str,
        name: str,
        *,
        found: str | None = None,
        severity: Severity | None = None,
        aside: str = "",
        **args: object,
    ) -> Finding:
        """A finding at the cell of field `name`, as it stands in the returned file. `aside` is told with the field's
        label: "kỳ trước ghi 1.200"."""
        value, field = self.value(name), self.form.by_name[name]
        return finding(
            code,
            severity,
            sheet=value.sheet if value else field.sheet,
            cell=value.cell if value else field.cell,
            field=name,
            found=value.raw if found is None and value else found or "",
            label=f"{field.label}; {aside}" if aside else field.label,
            args=args,
        )

    def fields(self, *kinds: str) -> Iterator[tuple[FormField, Value]]:
        """The fields of these kinds that were found in the file."""
        for field in self.form.fields:
            value = self.value(field.name)
            if value is not None and field.kind in kinds:
                yield field, value


Rule = Callable[[Case], Iterator[Finding]]
RULES: dict[str, Rule] = {}


def rule(code: str) -> Callable[[Rule], Rule]:
    """Register a rule under the code that it raises."""

    def register(function: Rule) -> Rule:
        if code in RULES:
            raise ValueError(f"two rules for {code}")
        RULES[code] = function
        return function

    return register
