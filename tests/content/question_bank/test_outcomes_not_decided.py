"""Outcomes that need a cell no row has are not decided: none of them would hold."""

from __future__ import annotations

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.conditions.deciding import decide
from question_bank.rules.conditions.needed import cells_needed
from question_bank.rules.conditions.verdict import Truth
from question_bank.rules.outcomes import findings, situation_of
from question_bank.rules.questions import ROWED
from tenders.rules.questionnaire import choose
from tests.bids_drawn import FACTS, drawn_bids

BIDS = 25


def test_what_is_not_decided_would_not_hold_and_misses_no_fact():
    full = choose(shipped_bank(), shipped_packs()["slp-full"])
    facts = {name: value for name, value in FACTS.items() if name != "target_rto"}
    rowed = [part for part in full.parts.values() if part.kind in ROWED]
    needing = [one for part in rowed for one in part.outcomes if cells_needed(one.when, part)]
    assert len(needing) > 80
    held = 0

    for answers in drawn_bids(full, BIDS):
        situation = situation_of(full.bare_questions, answers, facts, full.fact_specs)
        found = findings(full.bare_questions, (), situation)
        fired = {one.rule for one in found.fired}
        for part in rowed:
            for one in part.outcomes if part.id in situation.parts else ():
                holds = decide(one.when, situation) is Truth.TRUE
                assert holds == (one.rule in fired), one.rule
                held += holds and one in needing
    assert held > BIDS
    assert any("target_rto" in one.facts for one in found.not_checked)
