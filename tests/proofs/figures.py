"""The figures of the last runs, and the table of them in ``docs/reliability.md``."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation import sqlite
from tests import postgresql
from tests.proofs import harness
from tests.proofs.harness import Part, Result

DATA = harness.ROOT / "docs/reliability-figures.json"
PAGE = harness.ROOT / "docs/reliability.md"
BEGIN = "<!-- Written by `make prove` from reliability-figures.json: not by hand. -->"
END = "<!-- End of what is written by `make prove`. -->"

Figures = Mapping[str, Mapping[str, Any]]


def kept() -> dict[str, dict[str, Any]]:
    """Return what the last runs found, by part."""
    if not DATA.exists():
        return {}
    figures: dict[str, dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return figures


def note(part: Part, parts: Iterable[Part]) -> None:
    """Write down what has passed of a part. A whole run is not replaced by a beginning of one."""
    harness.MADE.mkdir(exist_ok=True)
    with (harness.MADE / "figures.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        _note(part, parts)


def _note(part: Part, parts: Iterable[Part]) -> None:
    pieces = [piece.name for piece in part.pieces()]
    passed = [result for name, result in harness.passed_of(part).items() if name in pieces]
    known = kept()
    if passed and (len(passed) == len(pieces) or not is_whole(known.get(part.name, {}))):
        known[part.name] = _of(part, passed, len(pieces))
    order = {each.name: number for number, each in enumerate(parts)}
    named = {name: known[name] for name in sorted(known, key=lambda name: order.get(name, 99))}
    DATA.write_text(json.dumps(named, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_page(parts)


def is_whole(figure: Mapping[str, Any]) -> bool:
    """Return whether every piece of a part had passed."""
    return bool(figure) and figure["pieces_passed"] == figure["pieces"]


def write_page(parts: Iterable[Part]) -> None:
    """Write the table into the page, between its marks."""
    PAGE.write_text(page_with(kept(), parts, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def page_with(figures: Figures, parts: Iterable[Part], page: str) -> str:
    """Return ``page`` with the table of ``figures`` between its marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{table(figures, parts)}\n\n{END}{after}"


def table(figures: Figures, parts: Iterable[Part]) -> str:
    """Return a row for each part, those that never ran included."""
    lines = [
        "| `PART=` | What it shows | Last passed | What was counted | On |",
        "|---|---|---|---|---|",
    ]
    for part in parts:
        figure = figures.get(part.name)
        cells = _cells(figure) if figure else ("**not run yet**", "", "")
        lines.append(f"| `{part.name}` | {part.shows} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    passed, pieces = figure["pieces_passed"], figure["pieces"]
    how_far = "whole" if passed == pieces else f"**not run whole**: {passed} of {pieces} pieces"
    when = f"{figure['date']}, {how_far}, code `{figure['code']}`"
    counted = ", ".join(f"{count:,} {_words(name)}" for name, count in figure["figures"].items())
    minutes = figure["seconds"] / 60
    return when, f"{counted}; {minutes:.0f} min", f"{figure['machine']}; {figure['versions']}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _of(part: Part, passed: list[Result], pieces: int) -> dict[str, Any]:
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "code": harness.code(),
        "pieces": pieces,
        "pieces_passed": len(passed),
        "figures": harness.summed(passed),
        "seconds": round(sum(result.seconds for result in passed)),
        "machine": _machine(),
        "versions": _versions(),
        "repeat": f"make prove PART={part.name}",
    }


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    apart = "nothing but loopback" if harness.is_apart() else "network not shut off"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, {apart}"


def _versions() -> str:
    names = [
        f"Python {platform.python_version()}",
        f"SQLite {sqlite.driver().sqlite_version}",
    ]
    programs = postgresql.programs()
    if programs is not None:
        said = _said_by(Path(programs) / "postgres")
        names.append(f"PostgreSQL {said.split()[2]}")
    return ", ".join(names)


def _said_by(program: Path) -> str:
    return subprocess.run(
        [program, "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()
