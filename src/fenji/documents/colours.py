"""The colours of grades: best green, then blue, amber, grey; readable on white and in black and white."""

from __future__ import annotations

from collections.abc import Sequence

FILLS = ("#1B7F5C", "#2F6FBA", "#C98A1B", "#8A63B8", "#3A9BB0", "#B5543F", "#6B7A3A", "#9A5B8C", "#4E5BA6", "#7A6A58")
TINTS = ("#D7EFE4", "#DCE9F8", "#FBEBCB", "#E9DFF5", "#D6EEF2", "#F7DDD6", "#E8ECD3", "#F1DEEC", "#DEE1F3", "#E9E3DC")
NONE_FILL, NONE_TINT = "#8894A3", "#E8EBEF"


def fill(grade: str | None, grades: Sequence[str]) -> str:
    """The strong colour of a grade."""
    return FILLS[grades.index(grade) % len(FILLS)] if grade in grades else NONE_FILL


def tint(grade: str | None, grades: Sequence[str]) -> str:
    """The light colour of a grade."""
    return TINTS[grades.index(grade) % len(TINTS)] if grade in grades else NONE_TINT
