"""The figures of the last runs, the tables of them in docs/performance.md, and what got worse."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import gunicorn
import sqlalchemy

from benchmarks.harness import ROOT, Line, as_values, from_values
from benchmarks.rows import ROWS
from foundation import sqlite
from tests import postgresql
from tooling import draw_growth

DATA = ROOT / "docs/performance-figures.json"
PAGE = ROOT / "docs/performance.md"
BEGIN = "<!-- Written by `make bench` from performance-figures.json: not by hand. -->"
END = "<!-- End of what is written by `make bench`. -->"
# A ratio may be so much worse than the committed one before `make bench` fails.
WORSE = 4 / 3

_PICTURE = (
    "![Milliseconds of processor time by number of bids; the figures are those of the table]"
    "(pictures/growth.svg)",
    "",
)

Kept = dict[str, dict[str, Any]]


def kept() -> Kept:
    """Return what the last runs found, by row."""
    return _read(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}


def committed() -> Kept:
    """Return what was committed last; without a repository, what lies there now."""
    name = f"HEAD:{DATA.relative_to(ROOT)}"
    run = subprocess.run(
        ["git", "show", name],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return _read(run.stdout) if run.returncode == 0 else kept()


def _read(text: str) -> Kept:
    found: Kept = json.loads(text)
    return found


def lines_of(figure: Mapping[str, Any]) -> list[Line]:
    return [from_values(values) for values in figure.get("lines", ())]


def note(name: str, lines: Iterable[Line], seconds: float) -> None:
    """Write down what a row found, and the page anew."""
    known = kept()
    known[name] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "seconds": round(seconds),
        "load": round(os.getloadavg()[1], 1),
        "machine": _machine(),
        "versions": _versions(),
        "lines": [as_values(line) for line in lines],
    }
    ordered = {each: known[each] for each in ROWS if each in known}
    DATA.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draw_growth.main()
    write_page()


def complaints(name: str, lines: Iterable[Line], before: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each line that went wrong, or is over a third worse than committed."""
    known, found = {line.what: line for line in lines_of(before)}, []
    for line in lines:
        if line.wrong:
            found.append(f"{name}, {line.what}: {line.wrong}.")
        earlier = known.get(line.what)
        if earlier is None or earlier.ratio is None or line.ratio is None:
            continue
        if line.ratio > earlier.ratio * WORSE:
            found.append(
                f"{name}, {line.what}: {line.ratio:.1f} × the bare limit, where "
                f"{earlier.ratio:.1f} × is committed. Find out why, or commit the new figure with "
                "the reason."
            )
    return found


def in_words(name: str, line: Line) -> str:
    """Return a line as it is printed while measuring."""
    said = [f"{name:10} {line.what:34} {_amount(line.ours, line.unit)}"]
    if line.limit is not None and line.ratio is not None:
        said.append(f"limit {_amount(line.limit, line.unit)}, {line.ratio:.1f} ×")
    if line.statements is not None:
        said.append(f"{line.statements} statements")
    said += [_memory(line)] if _memory(line) else []
    said += [f"{peer} {_amount(ms, line.unit)}" for peer, ms in line.peers.items()]
    return ", ".join([*said, *filter(None, (line.said, line.verdict, line.wrong))])


def write_page() -> None:
    PAGE.write_text(page_with(kept(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def page_with(figures: Kept, page: str) -> str:
    """Return ``page`` with what ``figures`` say between its marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{tables(figures)}\n\n{END}{after}"


def tables(figures: Kept) -> str:
    parts = [_table(name, figures[name]) for name in ROWS if name in figures]
    missing = [f"`{name}`" for name in ROWS if name not in figures]
    if missing:
        parts.append(f"**Not measured yet:** {', '.join(missing)}.")
    return "\n\n".join([*parts, _missed(figures)])


def _table(name: str, figure: Mapping[str, Any]) -> str:
    row, lines = ROWS[name], lines_of(figure)
    heads = ["What", "Ours", "Limit", "×", "By the clock", "SQL", "Memory", "Beside it", ""]
    table = [[_cell(line, head) for head in heads] for line in lines]
    # A column that says nothing is left out; what was measured and what came of it stays.
    shown = [n for n, head in enumerate(heads) if not head or any(each[n] for each in table)]
    number = f"{row.number}. " if row.number else ""
    about = f"{row.does}. Limit: {row.limit}." if row.limit else f"{row.does}."
    return "\n".join(
        [
            f"### {number}`{name}`",
            "",
            f"{about} Target: {row.target}.",
            "",
            "| " + " | ".join(heads[n] for n in shown) + " |",
            "|" + "---|" * len(shown),
            *("| " + " | ".join(each[n] for n in shown) + " |" for each in table),
            "",
            *(_PICTURE if name == "growth" and draw_growth.PICTURE.exists() else ()),
            f"{figure['date']}, load {figure['load']}, {figure['machine']}; {figure['versions']}.",
        ]
    )


def _cell(line: Line, head: str) -> str:
    if head in ("Beside it", "By the clock", "×"):
        return {"Beside it": _beside, "By the clock": _clock, "×": _ratio}[head](line)
    return {
        "What": line.what,
        "Ours": _amount(line.ours, line.unit),
        "Limit": "" if line.limit is None else _amount(line.limit, line.unit),
        "SQL": "" if line.statements is None else str(line.statements),
        "Memory": _memory(line),
        "": line.verdict,
    }[head]


def _ratio(line: Line) -> str:
    return "" if line.ratio is None else f"{line.ratio:.1f}"


def _clock(line: Line) -> str:
    return "" if line.clock is None else f"{line.clock[0]:.1f} / {line.clock[1]:.1f} ms"


def _beside(line: Line) -> str:
    peers = [
        f"{name} {_amount(ms, line.unit)}"
        + (f" (+{line.rises[name]:.0f} MB)" if name in line.rises else "")
        for name, ms in line.peers.items()
    ]
    return "; ".join(filter(None, [", ".join(peers), line.against, line.said, line.wrong]))


def _memory(line: Line) -> str:
    rise = "" if line.rise is None else f"+{line.rise:.0f} MB"
    return rise if line.memory is None else f"{line.memory:.0f} MB {rise}".strip()


def _amount(value: float, unit: str) -> str:
    if unit == "ms" and value >= 10_000:
        return f"{value / 1000:,.1f} s"
    places = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{places}f} {unit}"


def _missed(figures: Kept) -> str:
    """Return plainly what does not reach its target."""
    found = [
        f"- `{name}`, {line.what}: {_measured(line)}; target: {ROWS[name].target}"
        for name in ROWS
        for line in lines_of(figures.get(name, {}))
        if line.verdict in ("missed", "not yet", "wrong")
    ]
    return "\n".join(["## What misses its target", "", *(found or ["Nothing."])])


def _measured(line: Line) -> str:
    parts = [_amount(line.ours, line.unit)]
    if line.ratio is not None:
        parts.append(f"{line.ratio:.1f} × the limit")
    if line.statements is not None:
        parts.append(f"{line.statements} statements")
    return ", ".join(parts)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}"


def _versions() -> str:
    names = [
        f"Python {platform.python_version()}",
        f"Flask {flask.__version__}" if hasattr(flask, "__version__") else "",
        f"gunicorn {gunicorn.__version__}",
        f"SQLAlchemy {sqlalchemy.__version__}",
        f"SQLite {sqlite.driver().sqlite_version}",
    ]
    programs = postgresql.programs()
    if programs is not None:
        run = subprocess.run(
            [Path(programs) / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        found = re.search(r"[\d.]+", run.stdout)
        names.append(f"PostgreSQL {found[0]}" if found else "")
    return ", ".join(filter(None, names))
