"""What bids propose: every risk for somebody, none for a clean bid, the same whoever asks and when.

The same answers and the same edition of the bank give the same proposals in the same order, in
another process too, and whatever order what proposes them comes in.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules.evaluation import evaluate_bid, examine, level_marks
from scoring.rules.gaps import gaps
from scoring.rules.risks import propose_risks
from tests.bids_drawn import FACTS, drawn_bid
from tests.content.question_bank import good_bid as good
from tests.proposals_hashed import hash_of_proposals, in_another_process
from tests.rules.scoring.test_gaps import BANK, FULL, complete

NO = {"answer": "no", "exception": "We do not"}


def row(part_id, **cells):
    return {part_id: [{**good.ANSWERS[part_id][0], **cells}, *good.ANSWERS[part_id][1:]]}


# One answer of an otherwise clean bid for each risk that answers can raise.
RAISED_BY = {
    "R01": {"SLP-01.c": "unclear"},
    "R02": {"SLP-02.c2": "supplier-terms"},
    "R03": {"SLP-03.b2": "excepted"},
    "R04": {"SLP-04.b2": "all-priced"},
    "R05": {"SLP-05.c": {**good.CERTIFICATE, "expires": "2026-08-01"}},
    "R06": {"SLP-06.a2": ["updates"]},
    "R07": {"SLP-06.b2": "internet"},
    "R08": row("SLP-06.c", mfa="no"),
    "R09": {"SLP-07.e2": "nowhere"},
    "R10": {"SLP-07.f": "online-replica"},
    "R11": {"SLP-07.d2": "not-copied"},
    "R12": {"SLP-07.g": None},
    "R13": {"SLP-08.e2": ["sha-1"]},
    "R14": {"SLP-08.a": {**good.MET, "status": "not-met", "exception_ends": "2027-06-01"}},
    "R15": {"SLP-08.i3": ["devices"]},
    "R16": {"SLP-14.c2": "kept-under-code"},
    "R17": {"SLP-01.b2": "up-to-2018"},
    "R18": {"SLP-10.a2": "nobody-senior"},
    "R19": {"SLP-11.d3": "after-award"},
    "R20": row("SLP-11.a", auth="key-in-url"),
    "R21": row("SLP-12.c", name="Another Company Ltd"),
    "R22": row("SLP-12.c", flow_down="no"),
    "R23": {"SLP-13.h2": "anywhere"},
    "R24": {"SLP-13.c2": "surplus-kept"},
    "R25": {"SLP-13.f": None},
    "R26": {"SLP-14.a": NO},
    "R27": {"SLP-14.d": "yes"},
    "R28": row("SLP-14.a2", faces="disabled-by-setting"),
    "R29": {"SLP-09.d": "2031-01-01"},
    "R30": {"SLP-06.e2": "shared"},
    "R31": {"SLP-01.g": "48h"},
    "R32": {"SLP-13.h2": "anywhere"},
    "R33": {"SLP-04.e": NO},
    "R34": {"SLP-03.c2": "some"},
    "R35": {"SLP-01.c": "no-personal-data"},
}


@pytest.mark.parametrize("risk", sorted(RAISED_BY))
def test_an_answer_raises_the_risk_and_says_which(risk):
    changes = RAISED_BY[risk]

    found = evaluate_bid(FULL, complete(FULL, changes), good.FACTS, {})
    raised = {entry.risk.id: entry for entry in found.risks}

    (part_id,) = changes
    assert part_id in {s for cause in raised[risk].causes for s in cause.sources}


def test_only_what_officers_raise_is_raised_by_no_answer():
    of_the_library = {f"R{number:02}" for number in range(1, 38)}

    assert of_the_library - set(RAISED_BY) == {"R36", "R37"}
    named = {
        risk
        for question in BANK.questions.values()
        for part in question.parts
        for outcome in part.outcomes
        if outcome.flag
        for risk in outcome.flag.risks
    }
    assert named.isdisjoint({"R36", "R37"})


POOR = [drawn_bid(FULL, number) for number in range(6)]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(range(len(POOR))), st.integers(0, 10**6))
def test_whatever_order_the_reasons_come_in_they_merge_to_the_same_proposals(number, seed):
    examined = examine(FULL, POOR[number], FACTS)
    marks = level_marks(FULL, examined.levels)
    flags = list(examined.findings.flags)
    lacking = list(gaps(FULL, examined.situation, examined.findings, examined.levels, marks))
    straight = propose_risks(FULL, flags, marks, lacking)

    # Some come twice: who says a thing again has said it once.
    shuffled, other = [*flags, *flags[:5]], [*lacking, *lacking[:2]]
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(other)

    assert propose_risks(FULL, shuffled, dict(reversed(marks.items())), other) == straight


def test_each_risk_is_proposed_once_by_id_with_causes_that_name_rule_and_edition():
    for answers in POOR:
        risks = evaluate_bid(FULL, answers, FACTS, {}).risks

        assert [entry.risk.id for entry in risks] == sorted({entry.risk.id for entry in risks})
        assert {cause.bank_version for entry in risks for cause in entry.causes} <= {BANK.version}
        assert all(cause.rule and cause.says for entry in risks for cause in entry.causes)


def test_the_same_answers_give_the_same_proposals_in_another_process():
    here = hash_of_proposals("slp-full", 60)

    assert in_another_process("slp-full", 60, "1") == here
