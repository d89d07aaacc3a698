"""How an entry from elsewhere stands to what is here, and what may be chosen for it."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.loader import newest_edition
from question_bank.rules.sharing import Entry, EntryKind, LibraryRefused, Origin
from question_bank.rules.taking import (
    Held,
    Here,
    Standing,
    Taking,
    pack_faults,
    previewed,
    refuse_unfit_choices,
)

THEM, US, OTHERS = "T" * 22, "U" * 22, "O" * 22
BANK = newest_edition().bank
PACK = dict(newest_edition().raw_packs["slp-essential"])


def entry(name="ELS-01", version=2, token=THEM, kind=EntryKind.QUESTION, **content):
    raw = {"id": name, "version": version, "title": "Noise", **content}
    return Entry(kind, name, version, raw, Origin("Them", token, "2026.11"))


def here(name="ELS-01", version=None, token=THEM, **content):
    held = {}
    if version is not None:
        raw = {"id": name, "version": version, "title": "Noise", **content}
        held["question", name] = Held(version, raw, token)
    return Here(US, "HOL", held, {"SLP", "slp-full"})


@pytest.mark.parametrize(
    ("one", "place", "faults", "standing"),
    [
        (entry(), here(), [], Standing.NEW),
        (entry(), here(), ["it names R99"], Standing.LACKING),
        (entry(), here(version=2), [], Standing.SAME),
        (entry(), here(version=2), ["it names R99"], Standing.SAME),
        (entry(), here(version=1), [], Standing.NEWER),
        (entry(), here(version=3), [], Standing.OLDER),
        (entry(), here(version=2, why="Other"), [], Standing.CONFLICT),
        (entry(), here(version=1, token=OTHERS), [], Standing.CONFLICT),
        (entry("SLP-99"), here(), [], Standing.CONFLICT),
        (entry("slp-full", kind=EntryKind.PACK), here(), [], Standing.CONFLICT),
        (entry("HOL-07"), here(), [], Standing.CONFLICT),
        (entry("HOL-07", token=US), here(), [], Standing.NEW),
        (entry("HOL-07", token=US), here("HOL-07", 1, US), [], Standing.CONFLICT),
    ],
)
def test_an_entry_stands_so_to_what_is_here(one, place, faults, standing):
    assert previewed(one, place, faults).standing is standing


def test_what_is_ours_is_never_replaced():
    for one in (entry("HOL-07", token=US), entry("HOL-07"), entry(version=2, why="Changed")):
        place = here(one.id, 2, US if one.id.startswith("HOL") else THEM)
        assert Taking.TAKE not in previewed(one, place, []).possible


def test_a_choice_that_was_not_offered_is_refused():
    preview = previewed(entry(), here(version=3), [])

    with pytest.raises(LibraryRefused, match="Select what to do with ELS-01"):
        refuse_unfit_choices([preview], {preview.entry.key: Taking.TAKE})


def test_a_pack_says_what_the_bank_lacks():
    pack = deepcopy(PACK)
    pack["sections"][0]["questions"][0] |= {"id": "ELS-09"}
    pack["sections"][0]["weight"] = 1

    said = pack_faults(pack, BANK)

    assert said[-1] == "The bank has no question ELS-09"
    assert "the sections' weights sum to" in said[0]
    assert pack_faults(PACK, BANK) == []


ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
PLACES = st.sampled_from(
    [
        ("sections",),
        ("sections", 0),
        ("sections", 0, "questions"),
        ("sections", 0, "questions", 0),
        ("sections", 0, "questions", 0, "parts"),
        ("sections", 0, "questions", 0, "weight"),
        ("sections", 0, "weight"),
        ("for",),
        ("minutes",),
    ]
)


@settings(max_examples=60)
@given(PLACES, ODD)
def test_nothing_in_a_pack_from_elsewhere_is_answered_with_anything_but_sentences(path, odd):
    pack = deepcopy(PACK)
    place = pack
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd

    assert all(isinstance(sentence, str) for sentence in pack_faults(pack, BANK))
