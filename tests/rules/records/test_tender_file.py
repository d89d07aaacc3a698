"""The tender file says what it cannot be read as, key by key."""

import pytest

from question_bank.loader import shipped_bank
from records.rules.tender_file import FORMAT, TenderFile, mistakes_and_tender

SPECS = {name: fact.spec for name, fact in shipped_bank().facts.items()}


def read(**changes):
    content = {"format": FORMAT, "pack": "slp-full", "facts": {}} | changes
    return mistakes_and_tender(content, SPECS, pack="slp-full")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"format": "x"}, f"format: must be “{FORMAT}”"),
        ({"titel": "x"}, "‘titel’ is not a key of a tender file; did you mean ‘title’?"),
        (
            {"pack": "slp"},
            "pack: must be “slp-full”, the questionnaire being assessed, or left out",
        ),
        ({"quality_weight": 101}, "quality_weight: must be a whole number from 0 to 100"),
        ({"quality_weight": True}, "quality_weight: must be a whole number from 0 to 100"),
        ({"title": 7}, "title: must be readable text of at most 300 characters"),
        ({"title": "a\0"}, "title: must be readable text of at most 300 characters"),
        ({"authority": []}, "authority: must be an object with name and address"),
        ({"authority": {"phone": ""}}, "authority.phone: not known; the keys are name, address"),
        ({"facts": []}, "facts: must be an object of fact ids and values"),
        (
            {"facts": {"target_rtoo": "24h"}},
            "facts.target_rtoo: is not a tender fact; did you mean ‘target_rto’?",
        ),
        (
            {"facts": {"target_rto": "soon"}},
            "facts.target_rto: Target recovery time must be a length of time, like 4h, 90min or "
            "1d 6h",
        ),
    ],
)
def test_a_mistake_is_named_with_what_was_expected(changes, line):
    mistakes, _ = read(**changes)

    assert mistakes == [line]


def test_facts_are_returned_as_stored():
    _, tender = read(facts={"target_rto": "1d", "notification_hours": 24, "ai": None})

    assert tender.facts == {"target_rto": "24h", "notification_hours": "24"}


def test_what_is_left_out_stands_in_brackets():
    _, tender = read()

    assert (tender.authority, tender.title) == (TenderFile().authority, "[title of the tender]")


def test_a_file_that_is_no_object_is_refused():
    mistakes, _ = mistakes_and_tender([], SPECS, pack="slp-full")

    assert mistakes == ["The file must hold one JSON object"]
