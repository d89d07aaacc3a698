"""Load the whole shipped bank, as each process does once: `python -m benchmarks.bank [times]`.

Each time in a process of its own, so that nothing is warm but the disk. Prints one line for the
edition that is served and one for the YAML that people edit.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL = 150

LOAD = """
import time
from question_bank import loader
began = time.perf_counter()
{load}
print((time.perf_counter() - began) * 1000)
"""
WAYS = {
    "edition, as served": "loader.newest_edition()",
    "YAML, as edited": "loader.load_bank(); loader.load_packs()",
}


def milliseconds(load: str) -> float:
    """Return how long one process takes to load; importing the code is not counted."""
    result = subprocess.run(
        [sys.executable, "-c", LOAD.format(load=load)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(result.stdout)


def main(times: int) -> None:
    for name, load in WAYS.items():
        took = [milliseconds(load) for _ in range(times)]
        middle, longest = statistics.median(took), max(took)
        print(f"bank: {name}: {middle:.0f} ms, at most {longest:.0f} ms (goal {GOAL} ms)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
