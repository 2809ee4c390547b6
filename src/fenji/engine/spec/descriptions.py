"""What every block and key of a regulation means, for the reference page, the JSON Schema and editors."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import yaml

Descriptions = dict[str, dict[str, dict[str, str]]]
BLOCK = ""


@lru_cache(maxsize=1)
def _data() -> tuple[dict[str, dict[str, str]], Descriptions]:
    text = files(__package__).joinpath("descriptions.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - all scalars stay text
    return data["any"], data["models"]


def described(model: str, key: str, lang: str) -> str:
    """What a key of a block (or, with :data:`BLOCK`, the block itself) means, in ``zh`` or ``en``.

    Raises:
        KeyError: when nothing describes it; a test keeps that from happening.
    """
    shared, models = _data()
    own = models.get(model, {})
    return (own[key] if key in own or key == BLOCK else shared[key])[lang]


def all_described() -> Descriptions:
    """Every description by block and key, without the shared ones."""
    return _data()[1]
