"""What every model of the regulation shares."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

NAME_PATTERN = r"^[^\W\d]\w*$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=63)]
"""A name that expressions can use: letters (Chinese too), digits and ``_``, not starting with a digit."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
"""A grade, axis value, reason or flag as it appears in results."""

Scalar = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A literal (``100``, ``5%``, ``1000`` with a Chinese unit, a date, a text) or the name of a parameter."""

ExpressionText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


def as_list(value: Any) -> Any:
    """A single value where a list may stand counts as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


_OneOrMore = str | tuple[str, ...]
Requirements = Annotated[tuple[str, ...], BeforeValidator(as_list, json_schema_input_type=_OneOrMore)]
Names = Annotated[tuple[str, ...], BeforeValidator(as_list, json_schema_input_type=_OneOrMore)]


class Model(BaseModel):
    """Frozen and closed: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Traced(Model):
    """A block that names the requirements it answers (catalogue ids)."""

    req: Requirements = ()


class Text(Traced):
    """A text in Chinese and English; a plain text stands for both."""

    zh: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    en: str = Field(default="", max_length=2000)

    def get(self, lang: str) -> str:
        """The text in ``lang``; Chinese where there is no English."""
        return self.en if lang == "en" and self.en else self.zh


def as_text(value: Any) -> Any:
    """A plain text counts as the text in both languages."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


AnyText = Annotated[Text, BeforeValidator(as_text, json_schema_input_type=str | Text)]


class Period(Model):
    """A length of time; exactly one unit. ``after`` or ``before`` names the date it is counted from."""

    days: Scalar | None = None
    working_days: Scalar | None = None
    hours: Scalar | None = None
    months: Scalar | None = None
    years: Scalar | None = None
    after: Name | None = None
    before: Name | None = None

    @property
    def unit(self) -> str:
        """The unit that is given."""
        return next(u for u in ("days", "working_days", "hours", "months", "years") if getattr(self, u) is not None)

    @property
    def length(self) -> str:
        """The number, or the parameter that gives it, as written."""
        return str(getattr(self, self.unit))
