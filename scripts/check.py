"""What the check finds in regulation files: ``scripts/check.py FILE...`` (``FENJI_LANG=en`` for English)."""

from __future__ import annotations

import sys
from pathlib import Path

from fenji.engine.check import check_file
from fenji.engine.issues import Level
from fenji.facts.contract import load_contract


def main(files: list[str]) -> int:
    """Print every finding; 1 when any regulation cannot run."""
    contract, failed = load_contract(), 0
    for name in files:
        checked = check_file(Path(name), contract)
        for issue in checked.issues:
            print(f"{issue.place}: {issue.level.value}: {issue.message}")
        errors = sum(issue.level is Level.ERROR for issue in checked.issues)
        print(f"{name}: {errors} errors, {len(checked.issues) - errors} warnings")
        failed += not checked.ok
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
