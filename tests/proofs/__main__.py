"""``make prove``: lists the parts; ``PART=name`` runs one, ``PART=all`` what has not passed yet."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime

from tests.proofs import figures, harness
from tests.proofs.harness import Part
from tests.proofs.parts import PARTS


def main() -> int:
    asked = argparse.ArgumentParser(prog="make prove", description=__doc__)
    asked.add_argument("part", nargs="?", default="")
    asked.add_argument("--pieces", type=int, help="run so many pieces of it and stop")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    wanted = asked.parse_args()
    if not wanted.part:
        show()
        return 0
    known = {part.name: part for part in PARTS}
    if wanted.part != "all" and wanted.part not in known:
        say(f"There is no part {wanted.part!r}: {', '.join(known)}")
        return 2
    chosen = known.values() if wanted.part == "all" else [known[wanted.part]]
    # A part that has passed whole has nothing left to run: it is done at once.
    return max(prove(part, wanted.pieces, wanted.jobs) for part in chosen)


def prove(part: Part, at_most: int | None, jobs: int) -> int:
    """Run what is left of a part, write its figures, and return 1 if anything failed."""
    say(f"== {part.name}: {part.shows}")
    failed = harness.run(part, at_most=at_most, jobs=jobs, say=say)
    figures.note(part, PARTS)
    passed, pieces = len(harness.passed_of(part)), len(part.pieces())
    say(f"{part.name}: {passed} of {pieces} pieces have passed, {len(failed)} failed just now")
    return 1 if failed else 0


def show() -> None:
    """Print the parts: what each shows, about how long it takes, when it last passed."""
    known = figures.kept()
    say("make prove PART=name runs one, PART=all what has not passed for this state of the code.")
    say("PIECES=2 stops after two pieces; the next run goes on. JOBS=1 runs one piece at a time.")
    for part in PARTS:
        figure = known.get(part.name)
        last = "never run"
        if figure:
            last = f"passed {figure['date']}"
            last += "" if figures.is_whole(figure) else ", in part"
            last += "" if figure["code"] == harness.code() else ", for other code"
        say(f"\n{part.name} (about {part.minutes} min; {last})\n  {part.shows}")


def say(text: str) -> None:
    # Lines of a long run bear their time.
    at = f"{datetime.now(UTC):%H:%M:%S} " if len(sys.argv) > 1 else ""
    print(f"{at}{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
