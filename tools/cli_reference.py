"""Writes docs/reference/cli.md (and the Chinese one) from the application; a test proves that they are current."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "src"))

from fenji.cli.reference import reference  # noqa: E402 - the source stands beside, installed or not

PAGES = {"en": "docs/reference/cli.md", "zh": "docs/reference/cli.zh-CN.md"}


def main() -> int:
    """Write both pages."""
    for lang, page in PAGES.items():
        path = ROOT / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(reference(lang), encoding="utf-8")
        print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
