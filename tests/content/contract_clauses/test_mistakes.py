"""Whatever is written wrongly in the clause library is named in a sentence, and crashes nothing."""

from __future__ import annotations

import copy

import pytest

from contract_clauses.loader import raw_library
from contract_clauses.rules.integrity import library_problems
from contract_clauses.rules.reading import read_library
from question_bank import loader
from question_bank.rules.reading import ContentError

BANK = loader.shipped_bank()
RAW = raw_library()
FEW = ("C07", "C14", "C22")
SAMPLE = {**RAW, "clauses": [clause for clause in RAW["clauses"] if clause["id"] in FEW]}
JUNK = [None, True, -1, "junk", [], [7], {}, {"junk": 7}]


def places_in(value, so_far, seen):
    """Yield one path for each different place of content: keys, and the first of each list."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        path = (*so_far, key)
        kind = tuple("*" if isinstance(step, int) else step for step in path)
        if kind not in seen:
            seen.add(kind)
            yield path
        if isinstance(inner, dict | list):
            yield from places_in(inner, path, seen)


def with_junk(raw, path, junk):
    """Return a copy of ``raw`` with ``junk`` at ``path``; what is not on the way is shared."""
    changed = copy.copy(raw)
    changed[path[0]] = junk if len(path) == 1 else with_junk(raw[path[0]], path[1:], junk)
    return changed


def problems_of(raw):
    try:
        return list(library_problems(read_library(raw), BANK))
    except ContentError as error:
        return list(error.sentences)


@pytest.mark.parametrize(
    "path", list(places_in(SAMPLE, (), set())), ids=lambda path: ".".join(map(str, path))
)
def test_no_junk_in_the_library_crashes_the_check(path):
    for junk in JUNK:
        sentences = problems_of(with_junk(SAMPLE, path, junk))

        assert all(isinstance(sentence, str) and ": " in sentence for sentence in sentences)


def test_mistakes_in_several_clauses_are_reported_together():
    raw = with_junk(SAMPLE, ("clauses", 0, "version"), "first")
    raw = with_junk(raw, ("clauses", 1, "text"), "The Supplier must.")
    raw = with_junk(raw, ("annexes", 0, "columns"), {"id": "x"})

    assert [sentence.partition(":")[0] for sentence in problems_of(raw)] == [
        "C07, version", "C14", f"annex {RAW['annexes'][0]['id']}, columns",
    ]  # fmt: skip
