"""A condition that no answers can make true is told from one that some can."""

from __future__ import annotations

import pytest

from question_bank import loader
from question_bank.rules.conditions.agreement import Asker
from question_bank.rules.conditions.grammar import read_condition

BANK = loader.shipped_bank()
ASKER = Asker(BANK.parts, BANK.facts)

OFFLINE = {"part": "SLP-07.f", "is": "offline"}
NONE = {"part": "SLP-07.f", "is": "none"}
SUBCONTRACTS = {"part": "SLP-12.a", "is": "yes"}


def all_of(*conditions):
    return {"all": list(conditions)}


NEVER = {
    "two options of one choice": all_of(OFFLINE, NONE),
    "an option and not it": all_of(OFFLINE, {"not": OFFLINE}),
    "outside every option": {
        "part": "SLP-07.f",
        "not_in": ["offline", "immutable-separate", "online-replica", "none"],
    },
    "answered and missing": all_of({"answered": "SLP-07.g"}, {"missing": "SLP-07.g"}),
    "compared and missing": all_of(
        {"part": "SLP-07.g", "after": "2026-01-01"}, {"missing": "SLP-07.g"}
    ),
    "an option lacking and chosen": all_of(
        {"part": "SLP-06.e", "has": "secure-boot"}, {"part": "SLP-06.e", "lacks": "secure-boot"}
    ),
    "neither of an option and its lack": {
        "not": {
            "any": [
                {"part": "SLP-06.e", "has": "secure-boot"},
                {"part": "SLP-06.e", "lacks": "secure-boot"},
            ]
        }
    },
    "a number beyond its limit": {"part": "SLP-11.e2", "more_than": 60},
    "a number below its limit": {"part": "SLP-11.e2", "less_than": 0},
    "a number between two neighbours": all_of(
        {"part": "SLP-11.e2", "more_than": 5}, {"part": "SLP-11.e2", "less_than": 6}
    ),
    "a day before and after": all_of(
        {"part": "SLP-07.g", "before": "2026-01-02"}, {"part": "SLP-07.g", "after": "2026-01-01"}
    ),
    "longer and shorter": all_of(
        {"part": "SLP-01.g", "more_than": "24h"}, {"part": "SLP-01.g", "at_most": "1d"}
    ),
    "one cell with two values": {
        "any_row": "SLP-13.b",
        "where": all_of(
            {"column": "personal", "is": "none"}, {"column": "personal", "is": "personal"}
        ),
    },
    "more rows than the table takes": {"rows": "SLP-07.i", "more_than": 60},
    "a cell of a record with two values": all_of(
        {"part": "SLP-08.a", "column": "status", "is": "met"},
        {"part": "SLP-08.a", "column": "status", "is": "not-met"},
    ),
    "a fact with two values": all_of({"fact": "ai", "is": "yes"}, {"fact": "ai", "is": "no"}),
    "against what shows the part": all_of(
        {"answered": "SLP-14.d2"}, {"part": "SLP-14.d", "is": "no"}
    ),
    "against what shows the part two steps back": all_of(
        {"answered": "SLP-09.c2"}, {"part": "SLP-09.c", "is": "council-arranges"}
    ),
    "never": {"not": {"always": True}},
}

POSSIBLE = {
    "one of two": {"any": [OFFLINE, all_of(OFFLINE, NONE)]},
    "two parts": all_of(OFFLINE, SUBCONTRACTS),
    "two rows may differ": all_of(
        {"any_row": "SLP-13.b", "where": {"column": "personal", "is": "none"}},
        {"any_row": "SLP-13.b", "where": {"column": "personal", "is": "personal"}},
    ),
    "every row of no rows": all_of(
        {"every_row": "SLP-11.a", "where": {"column": "auth", "is": "none"}},
        {"rows": "SLP-11.a", "less_than": 1},
    ),
    "several chosen together": {"part": "SLP-06.e", "has": ["secure-boot", "closed-ports"]},
    "a fact nobody knows yet": {"part": "SLP-07.g", "before": "tender.contract_end"},
    "an age": {
        "part": "SLP-07.g",
        "older_than": {"months": 18, "before": "tender.closes_at"},
    },
    "names": {
        "names": [{"part": "SLP-13.b", "column": "provider"}],
        "absent_from": [{"part": "SLP-12.c", "column": "name"}],
    },
    "one of several missing": {"missing": ["SLP-07.g", "SLP-07.f"]},
    "with what shows the part": all_of(
        {"answered": "SLP-14.d2"}, {"part": "SLP-14.d", "is": "yes"}
    ),
    "a commitment with an exception": {"part": "SLP-02.a", "is_not": "no"},
    "always": {"always": True},
}


@pytest.mark.parametrize("entry", NEVER.values(), ids=NEVER.keys())
def test_what_does_not_go_together_is_never_true(entry):
    assert ASKER.can_hold(read_condition(entry, "here")) is False


@pytest.mark.parametrize("entry", POSSIBLE.values(), ids=POSSIBLE.keys())
def test_what_goes_together_can_be_true(entry):
    assert ASKER.can_hold(read_condition(entry, "here")) is True


def test_an_outcome_counts_only_where_its_part_is_shown():
    raw_data_kept = read_condition({"part": "SLP-14.d", "is": "no"}, "here")

    found = ASKER.can_hold(raw_data_kept), ASKER.can_hold(raw_data_kept, within="SLP-14.d2")

    assert found == (True, False)


def test_what_rests_on_a_part_that_nobody_is_asked_is_never_true():
    asker = Asker({"SLP-07.f": BANK.parts["SLP-07.f"]}, BANK.facts)

    found = [
        asker.can_hold(read_condition(entry, "here"))
        for entry in (OFFLINE, SUBCONTRACTS, {"not": SUBCONTRACTS}, {"missing": "SLP-12.a"})
    ]

    assert found == [True, False, False, False]
