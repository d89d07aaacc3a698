"""How well founded a rating is: the weakest answer behind it decides."""

from __future__ import annotations

import pytest

from scoring.rules.evaluation import evaluate_bid
from scoring.rules.knowledge import Confidence, Strength, knowledge_of
from scoring.rules.results import Cause
from tests.content.question_bank import good_bid as good
from tests.rules.scoring.test_gaps import FULL, complete


def known(*sources, changes=None, marks=None, facts=good.FACTS, tested=()):
    found = evaluate_bid(FULL, complete(FULL, changes), facts, marks or {})
    cause = Cause("a rule", "red", "says", "words", "SLP-07", sources)
    return knowledge_of([cause], found.situation, FULL, frozenset(tested))


@pytest.mark.parametrize(
    ("source", "strength", "confidence", "words"),
    [
        ("SLP-07.f", Strength.ASSERTED, Confidence.LOW,
         "Low: SLP-07.f is asserted, with nothing that shows it"),
        ("SLP-07.g", Strength.DOCUMENTED, Confidence.MEDIUM,
         "Medium: SLP-07.g is documented (SLP-07.g2: file “A document”)"),
        ("SLP-07.i", Strength.DOCUMENTED, Confidence.MEDIUM,
         "Medium: SLP-07.i is documented (SLP-07.i row 1: when a restore was last tested "
         "14 May 2026)"),
        ("SLP-05.c", Strength.CERTIFIED, Confidence.HIGH,
         "High: SLP-05.c is independently certified (SLP-05.c: certificate valid until "
         "31 December 2032)"),
    ],
)  # fmt: skip
def test_an_answer_is_as_strong_as_what_goes_with_it(source, strength, confidence, words):
    found = known(source)

    assert (found.strength, found.confidence, found.words) == (strength, confidence, words)


def test_what_the_authority_tested_itself_is_known_best():
    assert known("SLP-07.f", tested=["SLP-07.f"]).words == (
        "High: SLP-07.f is tested by the authority"
    )


def test_the_weakest_answer_decides():
    found = known("SLP-05.c", "SLP-07.f", "SLP-07.g")

    assert (found.confidence, [ground.source for ground in found.weakest]) == (
        Confidence.LOW,
        ["SLP-07.f"],
    )


def test_what_is_so_of_several_answers_is_said_once():
    assert known("SLP-07.f", "SLP-01.c", "SLP-02.c").words == (
        "Low: SLP-07.f, SLP-01.c and SLP-02.c are asserted, with nothing that shows them"
    )


def test_a_certificate_that_had_ended_when_bids_closed_certifies_nothing():
    ended = {"SLP-05.c": {**good.CERTIFICATE, "expires": "2026-09-17"}}

    assert known("SLP-05.c", changes=ended).strength is Strength.DOCUMENTED
    assert known("SLP-05.c", facts={}).strength is Strength.DOCUMENTED


def test_an_answer_that_was_not_given_is_known_from_nothing():
    assert known("SLP-07.g", changes={"SLP-07.g": None}).words == ("Low: SLP-07.g is not answered")


def test_an_address_shows_something_once_somebody_could_look_it_up():
    assert known("SLP-11.d").strength is Strength.ASSERTED
    assert known("SLP-11.d", marks={"SLP-11": 4}).strength is Strength.DOCUMENTED


def test_a_low_mark_rests_on_the_whole_question():
    assert known("SLP-07").strength is Strength.DOCUMENTED


def test_tender_facts_and_what_an_officer_says_are_no_answers():
    assert known("tender.closes_at") is None
    assert known() is None
    assert known("SLP-07.g", "tender.closes_at").strength is Strength.DOCUMENTED
