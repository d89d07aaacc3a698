"""A Word document in proportion to its clauses: `word_growing`."""

from __future__ import annotations

from benchmarks.beside import beside
from benchmarks.harness import Line, Row, sized

USUAL = sized(60, 10)
SIZES = (sized(10, 5), USUAL, sized(600, 20))
# How often each is written in a process, so that all sizes take about as long.
TURNS = {10: 40, 60: 15, 600: 3}
ROUNDS = sized(3, 1)
# So often as much as in the usual document a clause may take.
MOST_TIMES = 1.3


def measured() -> list[Line]:
    found = {
        clauses: beside(
            "word", {"ours": False}, ".", clauses, turns=TURNS.get(clauses, 1), rounds=ROUNDS
        )["ours"]
        for clauses in SIZES
    }
    usual = found[USUAL]["ms"] / USUAL
    return [
        Line(
            f"a clause of {clauses}",
            one["ms"] / clauses,
            usual,
            most=MOST_TIMES,
            fail=MOST_TIMES,
            rise=one["rise"],
            said=f"the document in {one['ms']:.1f} ms",
        )
        for clauses, one in found.items()
    ]


ROWS = (
    Row(
        "word_growing",
        "",
        "A contract schedule of 10, 60 and 600 clauses as Word, each with three sub-clauses and a "
        "table: time for one clause",
        f"a clause of {USUAL}",
        f"at most {MOST_TIMES} × the time for a clause, whatever the size",
        measured,
    ),
)
