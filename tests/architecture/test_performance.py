"""The page of figures says what was measured, and what gets worse is told in a sentence."""

import importlib
from pathlib import Path

import pytest

from benchmarks import figures
from benchmarks.harness import Line, as_values, from_values
from benchmarks.rows import ROWS

BEFORE = {"lines": [as_values(Line("one answer", 3.0, 1.0)), as_values(Line("at rest", 90.0))]}


def test_the_tables_are_those_that_were_written_with_the_figures():
    page = figures.PAGE.read_text(encoding="utf-8")

    assert page == figures.page_with(figures.kept(), page), "run: make bench"
    # Whatever was never measured is named too.
    assert [name for name in ROWS if f"`{name}`" not in page] == []


def test_a_ratio_that_is_more_than_a_third_worse_fails_with_a_sentence():
    slower, as_slow = Line("one answer", 4.1, 1.0), Line("one answer", 7.9, 2.0)

    assert figures.complaints("autosave", [slower], BEFORE) == [
        "autosave, one answer: 4.1 × the bare limit, where 3.0 × is committed. Find out why, or "
        "commit the new figure with the reason."
    ]
    assert figures.complaints("autosave", [as_slow, Line("new", 9.0, 1.0)], BEFORE) == []


def test_what_was_lost_fails_whatever_the_figures_are():
    lost = Line("8 writers", 1.0, 1.0, wrong="2 answers were lost")

    assert figures.complaints("load", [lost], {}) == ["load, 8 writers: 2 answers were lost."]


def test_a_line_is_read_as_it_was_written_down():
    line = Line("x", 1.5, 0.5, clock=(2.0, 1.0), statements=8, peers={"y": 3.0}, said="z")

    assert from_values(as_values(line)) == line


# What is measured beside ours runs on libraries that are not ours.
MODULES = [
    path.stem
    for path in (Path(__file__).parents[2] / "benchmarks").glob("*.py")
    if path.stem != "__main__"
]


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_can_be_begun(name):
    importlib.import_module(f"benchmarks.{name}")
