"""Do a job some turns long in this process; print its processor time and what memory grew by.

Several turns are warmed up by one that does not count; a single turn is the first of its process.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time

from benchmarks.harness import peak, resident


def main(module: str, way: str, turns: str, *given: str) -> None:
    jobs = importlib.import_module(f"benchmarks.beside.{module}")
    # What the job needs is made before the clock runs, and libraries are imported.
    job = getattr(jobs, way)(*given)
    before = resident()
    if int(turns) > 1:
        job()
    taken, size = [], 0
    for _ in range(int(turns)):
        began = time.process_time()
        size = job()
        taken.append((time.process_time() - began) * 1000)
    rise = max(0.0, peak() - before)
    print(json.dumps({"ms": statistics.median(taken), "rise": rise, "size": size}))


if __name__ == "__main__":
    main(*sys.argv[1:])
