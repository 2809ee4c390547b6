"""The way to the next grade: the change, graded again, gives what it promises; one step less does not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenji.engine.explain import Path, Way, path_up, paths_up, told
from fenji.engine.explain.borders import Borders
from fenji.engine.explain.path import default_target
from tests.engine.explain.books import Book, book

SINGLE = ("s03-annual-sales", "s22-enterprise-levels", "s24-heavy-vehicle", "s25-hsbc", "s27-value-x-potential")
COMPARED = ("s13-abc", "s14-rfm", "s26-pyramid")
CELLS = ("s18-scale-x-potential", "s21-value-x-relation")
CHECKED = 4


def changed(found: Book, row: dict[str, object], way: Way, new: Any) -> dict[str, object]:
    """A base row with a new value, as the base table keeps it."""
    column = f"i_{way.name}"
    cells: dict[str, object] = {f"m_{way.name}": False} if f"m_{way.name}" in found.schema else {}
    if way.kind == "label":
        judged = found.plan.regulation.indicators[way.name].judged
        assert judged is not None and judged.scale is not None
        return {**row, **cells, column: found.plan.regulation.scales[judged.scale][new]}
    if way.kind != "number":
        return {**row, **cells, column: new}
    how = found.plan.number_columns.get(way.name)
    if how is not None and how.quotient:
        return {**row, **cells, column: new.numerator, f"{column}__d": new.denominator}
    if f"{column}__d" in found.schema:
        cells[f"{column}__d"] = 1
    kind = found.schema[column]
    value = Decimal(int(new * 10**kind.scale)).scaleb(-kind.scale) if kind.is_decimal() else int(new)
    return {**row, **cells, column: value}


def step_of(found: Book, way: Way) -> Any:
    """The smallest change of a figure: a cent, one, a day."""
    if way.kind == "date":
        return dt.timedelta(days=1)
    kind = found.schema[f"i_{way.name}"]
    how = found.plan.number_columns.get(way.name)
    places = 2 if how is not None and how.quotient else kind.scale if kind.is_decimal() else 0
    return Fraction(1, 10**places)


def result(found: Book, rows: list[dict[str, object]], at: int, row: dict[str, object], target: str) -> str | None:
    """What one customer is graded when its row is replaced and everybody is graded again."""
    graded = found.graded([*rows[:at], row, *rows[at + 1 :]])
    answer = graded["grade" if target == "grade" else f"a_{target}"][at].as_py()
    return None if answer is None else str(answer)


def proved(found: Book, rows: list[dict[str, object]], path: Path, way: Way) -> None:
    """Applies a way, and one step less."""
    at = int(path.customer[1:])
    codes = (found.plan.grade if path.target == "grade" else found.plan.axes[path.target]).codes
    assert result(found, rows, at, changed(found, rows[at], way, way.new), path.target) == way.grade
    if way.kind in ("label", "text") or way.old is None:
        return
    step = step_of(found, way)
    less: Any = way.new - step if way.new > way.old else way.new + step  # type: ignore[operator]
    if less == way.old or (less > way.old) != (way.new > way.old):  # type: ignore[operator]
        return
    again = result(found, rows, at, changed(found, rows[at], way, less), path.target)
    assert again is None or codes.number(again) > codes.number(way.grade)


def prove(name: str, seed: int, size: int) -> int:
    """Proves the ways of some customers of a random book; returns how many there were."""
    found = book(name)
    rows = found.rows(seed, size)
    paths = paths_up(found.plan, found.graded(rows), [f"c{i:05}" for i in range(20)])
    ways = [(path, way) for path in paths if path.way for way in (path.way, *path.others[:1])][:CHECKED]
    for path, way in ways:
        proved(found, rows, path, way)
    return len(ways)


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=2)
@given(seed=st.integers(0, 10**6))
def test_the_change_gives_the_grade_and_one_step_less_does_not(name: str, seed: int) -> None:
    prove(name, seed, 30)


@pytest.mark.parametrize("name", COMPARED)
@settings(max_examples=2)
@given(seed=st.integers(0, 10**6))
def test_it_holds_where_customers_are_compared_with_each_other(name: str, seed: int) -> None:
    prove(name, seed, 40)


@pytest.mark.parametrize("name", CELLS)
@settings(max_examples=1)
@given(seed=st.integers(0, 10**6))
def test_it_holds_on_the_first_axis_of_grades_that_are_cells(name: str, seed: int) -> None:
    assert default_target(book(name).plan) != "grade"
    prove(name, seed, 30)


@pytest.mark.parametrize("name", [*SINGLE, *COMPARED, *CELLS])
def test_the_books_have_ways_to_prove(name: str) -> None:
    assert prove(name, 5, 40) > 0


def only(name: str, values: dict[str, object]) -> tuple[Book, Path]:
    found = book(name)
    trace = found.graded([{c: values.get(c) for c in found.schema} | {"customer_id": "c", "x_scope": True}])
    path = path_up(found.plan, trace, "c")
    assert path is not None
    return found, path


def test_the_change_is_told_in_yuan_and_cents() -> None:
    found, path = only("s03-annual-sales", {"i_annual_sales": Decimal("4871600.00")})
    assert told(found.plan, path, "zh") == "年度销售额再增加 ¥128,400.00 即可升为 A 级"
    assert path.way is not None and path.way.change == 128400


def test_a_judgement_is_told_by_its_labels() -> None:
    values = {
        "i_own_revenue": Decimal("60000000.00"), "i_industry_position": 2, "i_business_value": 2, "i_potential": 2,
    }  # fmt: skip
    found, path = only("s22-enterprise-levels", values)
    assert path.grade == "L3"
    assert told(found.plan, path, "zh") == "业务价值由“量一般”提高到“稳定”即可升为 L2 级"


def test_whoever_is_awaited_is_named_instead_of_a_way() -> None:
    found, path = only("s22-enterprise-levels", {"i_own_revenue": Decimal("200000000.00")})
    assert path.status == "awaiting" and path.way is None
    assert told(found.plan, path, "zh").startswith("尚待行业地位（由市场部判断）")


def test_the_best_grade_and_grades_without_order_say_so() -> None:
    found, path = only("s03-annual-sales", {"i_annual_sales": Decimal("20000000.00")})
    assert told(found.plan, path, "zh") == "已是最高等级"
    found, path = only("s28-six-segments", {})
    assert path.status == "unranked"


def test_several_figures_at_once_are_not_promised_as_one() -> None:
    values = {
        "i_own_revenue": Decimal("60000000.00"), "i_industry_position": 2, "i_business_value": 2, "i_potential": 1,
    }  # fmt: skip
    found, path = only("s22-enterprise-levels", values)
    assert path.status == "none"
    assert told(found.plan, path, "en") == "No change of one figure alone reaches a better grade"


def test_a_personal_attribute_is_never_a_lever() -> None:
    found = book("s23-property-codes")
    used = Borders(found.plan, found.graded(found.rows(4, 2)).schema)
    assert "born_on" in used.used
    assert "born_on" not in {lever.name for lever in used.levers}
