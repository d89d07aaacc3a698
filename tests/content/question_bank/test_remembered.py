"""What a run remembers of other bids: it saves time, and changes nothing that is said of any."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.rules import remembered
from question_bank.rules.fired import Fired
from question_bank.rules.outcomes import findings, situation_of
from question_bank.rules.remembered import Remembered
from tests.bids_drawn import FACTS, NAMES, TEXT, drawn_bids
from tests.rules.scoring.test_gaps import FULL

ROOT = Path(__file__).resolve().parents[3]
WRITTEN = {*NAMES, TEXT, "But not this"}


def in_words_of(number, value):
    """The same answers, every text in words that no other bid uses."""
    if isinstance(value, dict):
        return {key: in_words_of(number, entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [in_words_of(number, entry) for entry in value]
    return f"{value} ({number})" if value in WRITTEN else value


def found(answers, facts, known):
    situation = situation_of(FULL.bare_questions, answers, facts, FULL.fact_specs)
    all_found = findings(FULL.bare_questions, FULL.bank.checks, situation, known)
    fired = [(f.rule, f.words, f.sources, f.ceiling, f.flag) for f in all_found.fired]
    return fired, all_found.not_checked


@pytest.mark.parametrize("facts", [FACTS, {}], ids=["facts given", "no facts"])
@pytest.mark.parametrize("most", [remembered.MOST_KEPT, 3], ids=["much kept", "little kept"])
def test_what_is_remembered_of_other_bids_changes_nothing(facts, most, monkeypatch):
    monkeypatch.setattr(remembered, "MOST_KEPT", most)
    known = Remembered(facts)

    for number, drawn in enumerate(drawn_bids(FULL, 40, seed="remembered")):
        answers = in_words_of(number, drawn)
        assert found(answers, facts, known) == found(answers, facts, None)

    assert max(len(part.found) for part in known._of_part.values()) <= most


def test_nothing_that_somebody_wrote_is_remembered_but_an_exception():
    known = Remembered(FACTS)
    for answers in drawn_bids(FULL, 10, seed="remembered"):
        found(answers, FACTS, known)

    kept = [(key, made) for part in known._of_part.values() for key, made in part.found.items()]
    fired = [one for _, made in kept for one in made if isinstance(one, Fired)]
    shown = [one.because._situation.answers for one in fired]
    assert len(shown) > 100
    assert not [text for text in (*NAMES, TEXT) if text in repr((shown, [key for key, _ in kept]))]


def test_another_tender_s_facts_are_not_answered_from_what_was_remembered():
    known = Remembered(FACTS)
    answers = next(drawn_bids(FULL, 1, seed="remembered"))
    found(answers, FACTS, known)
    later = {**FACTS, "target_rpo": "0min", "award_date": "2036-01-29"}

    assert found(answers, later, known) == found(answers, later, None)
    assert found(answers, later, None) != found(answers, FACTS, None)


def test_only_the_run_over_very_many_bids_remembers_any():
    """No page may: it would answer one company from what another wrote."""
    made = [
        path.relative_to(ROOT).as_posix()
        for folder in ("question_bank", "tenders", "supplier_portal", "scoring", "records")
        for path in (ROOT / folder).rglob("*.py")
        if "Remembered(" in path.read_text(encoding="utf-8")
    ]

    assert made == ["records/assessing_many.py"]
