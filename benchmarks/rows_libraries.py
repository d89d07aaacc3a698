"""Rows 7, 8, 10 and 11: the same job by ours, by a plain loop and by libraries, side by side."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.beside import beside, questionnaire
from benchmarks.harness import Line, Row, sized

ROUNDS = sized(3, 1)
OURS, FLOOR = {"ours": False}, {"floor": False}


def compared(
    what: str,
    module: str,
    limit: str,
    peers: dict[str, str],
    *given: object,
    turns: int,
    most: float | None = None,
    fail: float | None = None,
    more: dict[str, str] | None = None,
) -> Line:
    """Return a line: ours, the way that is the limit, and libraries by the names they go under.

    ``more``: further ways of ours own environment that are shown beside it.
    """
    here = {"ours": False, limit: False} | dict.fromkeys(more or {}, False)
    ways = here | dict.fromkeys(peers, True)
    found = beside(module, ways, *given, turns=sized(turns, 1), rounds=ROUNDS)
    names = (more or {}) | peers
    return Line(
        what,
        found["ours"]["ms"],
        found[limit]["ms"],
        most=most,
        fail=fail,
        rise=found["ours"]["rise"],
        peers={label: found[way]["ms"] for way, label in names.items() if way in peers},
        rises={label: found[way]["rise"] for way, label in names.items() if way in peers},
        said=", ".join(f"{label} {found[way]['ms']:.1f} ms" for way, label in (more or {}).items()),
    )


def reweighed() -> list[Line]:
    # Without numpy, which the service does not need otherwise, the limit is a loop over decimals.
    peers = {"numpy": "numpy (floating point)", "pandas": "pandas (from rows)"}
    sizes = ((100, 50, 9), (sized(5000, 500), 150, 3))
    return [
        compared(f"{bids:,} × {asked}", "weights", "decimals", peers, bids, asked, turns=turns)
        for bids, asked, turns in sizes
    ]


def sheets() -> list[Line]:
    peers = {
        "xlsxwriter": "XlsxWriter (constant memory)",
        "openpyxl_write_only": "openpyxl (write only)",
        "openpyxl": "openpyxl",
        "pandas": "pandas (openpyxl)",
    }
    sizes = ((1000, 50, 3), (sized(5000, 500), 150, 1))
    return [
        compared(
            f"{bids:,} × {asked}",
            "sheets",
            "floor",
            peers,
            bids,
            asked,
            turns=turns,
            most=2.5,
            fail=4,
        )
        for bids, asked, turns in sizes
    ]


def word() -> list[Line]:
    from benchmarks.beside.word_ours import written_down

    with tempfile.TemporaryDirectory() as folder:
        written_down(Path(folder), 60)
        return [
            compared(
                "60 clauses, 180 sub-clauses, 60 tables",
                "word",
                "floor",
                {"docxtpl": "docxtpl", "python_docx": "python-docx"},
                folder,
                60,
                turns=7,
                most=2.5,
                fail=4,
                more={"zip_alone": "the zip alone"},
            )
        ]


def questions() -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        questionnaire.written_down(Path(folder))
        loaded = compared(
            "load 150 questions from YAML",
            "questionnaire",
            "yaml_alone",
            {"content_loader": "content loader"},
            folder,
            turns=3,
        )
        ways = {"checked_by_ours": False, "checked_by_content_loader": True}
        found = beside("questionnaire", ways, folder, turns=sized(9, 1), rounds=ROUNDS)
        times = {way: one["ms"] / questionnaire.CHECKS for way, one in found.items()}
        served = beside("questionnaire", {"edition": False}, folder, turns=1, rounds=ROUNDS)
        return [
            loaded,
            Line(
                "check 15 answers",
                times["checked_by_ours"],
                most=0.5,
                peers={"content loader": times["checked_by_content_loader"]},
            ),
            Line(
                "load the shipped bank as served, once a process", served["edition"]["ms"], most=150
            ),
        ]


def _row(
    name: str, number: str, does: str, limit: str, target: str, run: Callable[[], list[Line]]
) -> Row:
    return Row(name, number, does, limit, target, run)


ROWS = (
    _row(
        "reweigh",
        "7",
        "New weights for bids whose marks are in memory: exact totals, ranks and ties",
        "a plain loop over decimals that adds and sorts, without ties",
        "an aim: never slower than pandas, exact to the last digit",
        reweighed,
    ),
    _row(
        "sheet",
        "8",
        "An Excel file of marks with widths, a heading that stays, colours and totals",
        "the same cells as strings in one loop, packed as fast as ours",
        "2.5 × (never over 4), never slower than the best library, memory +20 MB at most",
        sheets,
    ),
    _row(
        "word",
        "10",
        "A contract schedule as Word; ours alone writes cross-references and the contents",
        "the same text and tables as strings in one loop, packed with our other parts",
        "2.5 × (never over 4), never slower than the best library",
        word,
    ),
    _row(
        "questions",
        "11",
        "Load 150 questions from YAML with all their checks, then check 15 answers",
        "reading the files and the C parser of YAML alone",
        "an aim: 50 ms and 0.5 ms; never slower than the content loader",
        questions,
    ),
)
