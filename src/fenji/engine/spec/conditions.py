"""Conditions (``when``) and selectors (``for``)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from fenji.engine.spec.base import ExpressionText, Model, Scalar, as_list


class AtLeast(Model):
    """True when ``at_least`` of the conditions are true."""

    at_least: Scalar
    of: tuple[ExpressionText, ...] = Field(min_length=1)


def _kind(value: Any) -> str:
    if isinstance(value, dict | AtLeast):
        return "at_least"
    return "all" if isinstance(value, list | tuple) else "one"


Condition = Annotated[
    Annotated[ExpressionText, Tag("one")]
    | Annotated[AtLeast, Tag("at_least")]
    | Annotated[
        tuple[
            Annotated[
                Annotated[ExpressionText, Tag("one")] | Annotated[AtLeast, Tag("at_least")], Discriminator(_kind)
            ],
            ...,
        ],
        Tag("all"),
    ],
    Discriminator(_kind),
]
"""One condition, a list (all of them), or ``{at_least: n, of: [...]}``."""

Wanted = Annotated[tuple[str, ...], BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...])]


def _selector_kind(value: Any) -> str:
    return "everyone" if isinstance(value, str) else "keys"


Selector = Annotated[
    Annotated[str, Tag("everyone")] | Annotated[dict[str, Wanted], Tag("keys")], Discriminator(_selector_kind)
]
"""``everyone``, or keys (grade, an axis, reason, flag, standing, ungraded) that must all hold; ``any`` is any value."""
