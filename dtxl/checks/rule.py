"""What a rule is: a function from a Case to findings, registered with the codes it can raise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

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
class Case:
    """What a rule may look at."""

    form: Form
    submission: Submission
    earlier: Earlier | None = None

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

    def result(self, row: IndicatorRow) -> Fraction | None:
        """The indicator's value as typed (a ratio as percent, 0 to 100); None where a number is missing."""
        numbers = [self.submission.number(name) for name in self.figures(row)]
        if len(numbers) == 2:
            return ratio(numbers[0], numbers[1])
        return None if numbers[0] is None else Fraction(numbers[0])

    def mark(self, code: str, name: str, *, found: str | None = None, **args: object) -> Finding:
        """A finding at the cell of field `name`, as it stands in the returned file."""
        value, field = self.value(name), self.form.by_name[name]
        return finding(
            code,
            sheet=value.sheet if value else field.sheet,
            cell=value.cell if value else field.cell,
            field=name,
            found=value.raw if found is None and value else found or "",
            label=field.label,
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
