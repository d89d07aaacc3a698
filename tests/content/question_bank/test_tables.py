"""What tables offer each other and refuse within a row: written wrongly, a sentence says so."""

from __future__ import annotations

import pytest

from question_bank.rules.questions import Kind
from question_bank.rules.reading import ContentError, read_bank
from tests.content.question_bank.test_mistakes import BANK, in_entry, in_part, problems, spoiled

PLACE = "SLP-12.c, offers_rows_from"
OFFER = {"part": "SLP-13.b", "columns": {"name": "provider"}, "because": "It names companies"}
TESTED = {"where": {"result": "not-tested"}, "filled": "last_restore", "says": "Remove it"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"part": "SLP-13.q"}, f"{PLACE}: SLP-13.q is not a part"),
        ({"part": "SLP-13.a"}, f"{PLACE}: SLP-13.a is a narrative; rows come from a table"),
        (
            {"columns": {"nmae": "provider"}},
            f"{PLACE}: SLP-12.c has no column ‘nmae’; did you mean ‘name’?",
        ),
        (
            {"columns": {"name": "providr"}},
            f"{PLACE}: SLP-13.b has no column ‘providr’; did you mean ‘provider’?",
        ),
        (
            {"columns": {"country": "provider"}},
            f"{PLACE}: ‘country’ (country) cannot hold everything that ‘provider’ of SLP-13.b "
            "(short-text) can be",
        ),
        (
            {"columns": {"personal": "personal"}},
            f"{PLACE}: ‘personal’ (choice) cannot hold everything that ‘personal’ of SLP-13.b "
            "(choice) can be",
        ),
        (
            {"except_own": "nam"},
            f"{PLACE}: ‘nam’ is not among its columns; did you mean ‘name’?",
        ),
        (
            {"given": {"hosting": "yess"}},
            f"{PLACE}, given: ‘yess’ is no choice of ‘hosting’; did you mean ‘yes’?",
        ),
        (
            {"where": {"by_ap": "yes"}},
            f"{PLACE}, where: T1 has no column ‘by_ap’; did you mean ‘by_api’?",
        ),
    ],
)
def test_an_offer_that_cannot_be_made_is_named(changed, sentence):
    assert problems(in_part("SLP-12.c", offers_rows_from=[OFFER | changed])) == [sentence]


def test_rows_are_offered_only_to_a_table_that_takes_them():
    offers = [OFFER | {"columns": {"theme": "name"}}]

    assert problems(in_part("SLP-10.b", offers_rows_from=offers)) == [
        "SLP-10.b, offers_rows_from: rows can be added only to a table whose rows are not given"
    ]


def test_tables_that_fill_each_other_are_named():
    back = [{"part": "SLP-12.c", "columns": {"provider": "name"}, "because": "It names hosts"}]

    found = problems(in_part("SLP-13.b", offers_rows_from=back))

    assert [one for one in found if "circle" in one and one.startswith("SLP-13.b")] == [
        "SLP-13.b, offers_rows_from: it goes round in a circle; drop one of them"
    ]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"filled": "last_restor"},
            "T5, contradictions: T5 has no column ‘last_restor’; did you mean ‘last_restore’?",
        ),
        (
            {"filled": "rto"},
            "T5, contradictions: ‘rto’ is required, so it cannot be left empty",
        ),
        (
            {"where": {"result": "untested"}},
            "T5, contradictions: ‘untested’ is no choice of ‘result’; did you mean ‘not-tested’?",
        ),
    ],
)
def test_a_contradiction_that_cannot_be_told_is_named(changed, sentence):
    assert problems(in_entry("schemas", "T5", contradictions=[TESTED | changed])) == [sentence]


@pytest.mark.parametrize(
    ("offer", "sentence"),
    [
        (
            OFFER | {"columns": {"name": "provider", "data": "name"}},
            "say in ‘match’ which columns tell that a row is listed",
        ),
        (OFFER | {"from": "x"}, "‘from’ is not a known key"),
        ({"part": "SLP-13.b", "because": "x"}, "‘columns’ is missing"),
    ],
    ids=["what tells rows apart", "unknown key", "no columns"],
)
def test_an_offer_written_wrongly_is_refused(offer, sentence):
    with pytest.raises(ContentError, match=f"^{PLACE}: {sentence}"):
        read_bank(spoiled(in_part("SLP-12.c", offers_rows_from=[offer])))


def test_what_one_table_offers_another_can_be_kept_as_a_draft():
    offering = {part.id: {offer.part for offer in part.offers} for part in BANK.all_parts()}

    assert {part: sources for part, sources in offering.items() if sources} == {
        "SLP-12.c": {"SLP-13.b", "SLP-07.i", "SLP-06.c"},
        "SLP-11.a": {"SLP-13.b"},
        "SLP-03.e": {"SLP-13.b"},
        "LON-03.a": {"SLP-14.a2"},
        "LON-04.b": {"SLP-11.a"},
        "LON-05.b": {"SLP-13.b"},
        "ALG-03.a": {"ALG-01.b"},
    }
    assert all(BANK.parts[part].kind is Kind.TABLE for part in offering if offering[part])
