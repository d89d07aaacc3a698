"""Assess the three bids of the demonstration: `python -m benchmarks.assess [times]`.

The whole command, from the start of the process to the last document written. Prints its
processor time, which depends less than the clock on what else the machine does.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "records/content/demonstration"
BIDS = ("larkmead-sensing", "brightwater-urban-analytics", "omniflow-mobility-insights")
GOAL = 5.0


def seconds(folder: Path) -> float:
    """Return the processor time of one run that writes into ``folder``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = [str(CONTENT / f"{name}.json") for name in BIDS]
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "assess", "--answers", *answers]
        + ["--tender", str(CONTENT / "tender.json"), "--out", str(folder / "out")],
        cwd=ROOT,
        env={**os.environ, "ASSURANCE_INSTANCE_FOLDER": str(folder / "instance")},
        capture_output=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    found = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            found.append(seconds(Path(folder)))
    print(
        f"assess three bids: median {statistics.median(found):.1f} s of processor time, "
        f"at most {max(found):.1f} s (goal {GOAL:.0f} s)"
    )


if __name__ == "__main__":
    main()
