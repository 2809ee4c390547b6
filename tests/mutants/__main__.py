"""``make mutants``: how many changes of each regulation its cases notice.

Names or their beginnings choose regulations; ``--alive`` lists what no case notices (one alone: always).
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

from fenji.regulations import library
from tests.mutants.run import GOAL, Library, Tally

LISTED = "--alive"
COLUMNS = ("killed", "alive", "equal", "refused", "share")


def say(*lines: str) -> None:
    """Prints lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def tally(name: str) -> Tally:
    """One regulation."""
    return Library(name).tally()


def main(wanted: list[str]) -> int:
    """Prints the table; 1 when a regulation is below the goal."""
    prefixes = [w for w in wanted if w != LISTED]
    names = [name for name in library.ids() if not prefixes or any(name.startswith(w) for w in prefixes)]
    say(f"{'regulation':<40}" + "".join(f"{column:>9}" for column in COLUMNS))
    below = 0
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(tally, names):
            counts = (found.killed, len(found.alive), found.equivalent, found.refused)
            say(f"{found.name:<40}" + "".join(f"{count:>9}" for count in counts) + f"{found.share:>8.1f}%")
            below += found.share < GOAL
            if LISTED in wanted or len(names) == 1:
                say(*(f"  alive  {change.name}" for change in found.alive))
            say(*(f"  listed as equivalent, but no change: {name}" for name in found.unused))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
