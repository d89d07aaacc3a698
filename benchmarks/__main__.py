"""Measure: `python -m benchmarks [ROW …]`, or `make bench`, or `make bench ROW=autosave`.

Each row runs in a process of its own. Prints a line for each figure; writes what was found into
docs/performance-figures.json and docs/performance.md. Ends with 1 where a ratio is more than a
third worse than the committed one, or anything was lost or failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.harness import QUICK, ROOT, as_values, from_values, tell
from benchmarks.rows import COMMANDS, ROWS


def main(wanted: list[str]) -> int:
    if wanted[:1] == ["--here"]:
        return one(wanted[1], Path(wanted[2]))
    if wanted[:1] == ["--page"]:
        figures.write_page()
        return 0
    names = [*ROWS, *COMMANDS]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        print(f"There is no row {unknown[0]!r}. Rows: {', '.join(names)}")
        return 2
    committed = figures.committed()
    wrong = [
        sentence
        for name in wanted or names
        for sentence in (
            commanded(name) if name in COMMANDS else measure(name, committed.get(name, {}))
        )
    ]
    for sentence in wrong:
        print(sentence)
    return 1 if wrong else 0


def measure(name: str, before: Mapping[str, Any]) -> list[str]:
    """Measure a row in a process of its own, print and note it; return what is wrong with it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "benchmarks", "--here", name, str(path)]
        if subprocess.run(command, cwd=ROOT).returncode:
            return [f"{name}: the measurement itself failed; its reason stands above."]
        lines = [from_values(values) for values in json.loads(path.read_text())]
    for line in lines:
        print(figures.in_words(name, line), flush=True)
    if QUICK:
        return figures.complaints(name, lines, {})
    figures.note(name, lines, time.monotonic() - began)
    return figures.complaints(name, lines, before)


def commanded(name: str) -> list[str]:
    """Run a measurement that prints figures and goals of its own, beside no limit."""
    given = COMMANDS[name].quick if QUICK else ()
    command = [sys.executable, "-m", f"benchmarks.{name}", *given]
    failed = subprocess.run(command, cwd=ROOT).returncode
    return [f"{name}: a goal is missed; the figures stand above."] if failed else []


def one(name: str, path: Path) -> int:
    tell(f"{name}: {ROWS[name].does}")
    path.write_text(json.dumps([as_values(line) for line in ROWS[name].run()]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
