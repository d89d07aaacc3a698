"""Each check X1 to X14 on the full pack and on a questionnaire without one of its parts.

A row changes a good bid so that its answers disagree, changes it so that they only nearly do, and
names a part without which the check can no longer tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.loader import shipped_packs
from question_bank.rules.checks import CheckState, check_results, reach_of
from question_bank.rules.compared import clarification_question, sides
from question_bank.rules.outcomes import check_after_marking, findings, situation_of
from scoring.rules.evaluation import evaluate_bid
from tenders.rules.questionnaire import choose
from tests.content.question_bank import good_bid as good
from tests.content.question_bank.test_red_flags import BANK, QUESTIONS, SPECS, record, rows, stored

DISAGREE, AGREE, IN_PART, NOT_APPLICABLE = (
    CheckState.DISAGREE,
    CheckState.AGREE,
    CheckState.IN_PART,
    CheckState.NOT_APPLICABLE,
)
CHECKS = {case.rule: case for case in BANK.checks}


def register(**cells: Any) -> dict[str, Any]:
    return rows("SLP-05.a", **cells)


NO_OTHER_CERTIFICATE = {"SLP-05.c": None, "SLP-05.c2": None, "SLP-05.e": None, "SLP-05.a": None}
PROMISED = {"SLP-05.g": "yes", "SLP-05.g3": ["iso-27001"]}
LOW = {"SLP-07": 2, "SLP-12": 2}


@dataclass(frozen=True)
class Row:
    rule: str
    fires: dict[str, Any]
    nearly: dict[str, Any]
    without: str
    then: CheckState = NOT_APPLICABLE
    marks: dict[str, int] | None = None
    nearly_marks: dict[str, int] | None = None
    # The answers that both the supplier and the officer are shown, by part or fact.
    names: tuple[str, ...] = ()


ROWS = (
    Row(
        "X1", rows("SLP-13.b", country="US"), rows("SLP-13.b", country="GB"),
        "SLP-07.i", DISAGREE, names=("SLP-13.b", "tender.permitted_countries"),
    ),
    Row(
        "X2", rows("SLP-07.i", backup_provider="Example Vaults"),
        rows("SLP-07.i", backup_provider="EXAMPLE CLOUD limited"),
        "SLP-12.c", names=("SLP-07.i", "SLP-12.c", "SLP-13.a2"),
    ),
    Row(
        "X3", {"SLP-12.a": "no"},
        {"SLP-12.a": "no", **rows("SLP-07.i", backup_provider=good.OURS)}
        | {"SLP-13.b": [{**good.DATASET, "provider": good.OURS}]},
        "SLP-12.a", names=("SLP-12.a", "SLP-13.b", "SLP-13.a2", "SLP-07.i"),
    ),
    Row(
        "X4:personal-data-denied", {"SLP-01.c": "no-personal-data"},
        {"SLP-01.c": "no-personal-data", "SLP-13.b": [good.DATASET]},
        "SLP-01.c", names=("SLP-01.c", "SLP-13.b"),
    ),
    Row(
        "X4:role-without-personal-data", {"SLP-13.b": [good.DATASET]}, {},
        "SLP-13.b", names=("SLP-01.c", "SLP-13.b"),
    ),
    Row(
        "X5:dataset-not-listed", rows("SLP-11.a", dataset="Weather"),
        rows("SLP-11.a", dataset="COUNTS"), "SLP-11.a", names=("SLP-11.a", "SLP-13.b"),
    ),
    Row(
        "X5:dataset-not-covered", {"SLP-11.a": [good.ENDPOINT]}, {},
        "SLP-13.b", names=("SLP-13.b", "SLP-11.a"),
    ),
    Row(
        "X6", {"SLP-12.c": [good.SUBCONTRACTOR, {**good.SUBCONTRACTOR, "name": "Networks"}]},
        {"SLP-12.c": [{**good.SUBCONTRACTOR, "name": "Example Cloud"}]},
        "SLP-13.f2", names=("SLP-12.c", "SLP-13.f2"),
    ),
    Row(
        "X7:denied", rows("SLP-13.f2", personal="yes"), rows("SLP-13.f2", 1, personal="yes"),
        "SLP-14.d", names=("SLP-14.d", "SLP-13.f2"),
    ),
    Row(
        "X7:not-in-the-flow", {"SLP-14.d": "yes"},
        {"SLP-14.d": "yes", **rows("SLP-13.f2", personal="yes")},
        "SLP-13.f2", names=("SLP-14.d", "SLP-13.f2"),
    ),
    Row(
        "X8:laptops", record("SLP-08.a", status="not-applicable", reason="None"),
        record("SLP-08.a", status="not-applicable", reason="None")
        | {"SLP-06.c": [{**good.ROLE, "laptop": "no", "remote": "no"}]},
        "SLP-06.c", names=("SLP-08.a", "SLP-06.c"),
    ),
    Row(
        "X8:backups", record("SLP-08.d", status="not-applicable", reason="None"),
        record("SLP-08.d", status="not-applicable", reason="None") | rows("SLP-07.i", copies="0"),
        "SLP-07.i", names=("SLP-08.d", "SLP-07.i"),
    ),
    Row(
        "X8:transfers", record("SLP-08.e", status="not-applicable", reason="None"),
        record("SLP-08.e", status="partly"), "SLP-08.e", names=("SLP-08.e", "SLP-11.a"),
    ),
    Row(
        "X8:live-storage", record("SLP-08.j", status="not-applicable", reason="None"),
        record("SLP-08.j", status="met"), "SLP-13.b", names=("SLP-08.j", "SLP-13.b"),
    ),
    Row(
        "X8:devices", record("SLP-08.k", status="not-applicable", reason="None"),
        record("SLP-08.k", status="not-applicable", reason="None")
        | rows("SLP-14.a2", device_retention="0min"),
        "SLP-14.a2", names=("SLP-08.k", "SLP-14.a2"),
    ),
    Row(
        "X9:holder", register(holder_name="Example Holdings", holder="bidder"),
        register(holder_name="Example Holdings", holder="group"),
        "SLP-13.a2", names=("SLP-05.a", "SLP-13.a2", "SLP-12.c"),
    ),
    Row(
        "X9:not-renewed-before-award", register(expires="2026-12-01"),
        register(expires="2027-01-29"), "SLP-05.c", DISAGREE,
        names=("SLP-05.a", "tender.award_date"),
    ),
    Row(
        "X9:renewal-due-before-award", register(expires="2026-12-01", renewal_booked="yes"),
        register(expires="2026-12-01", renewal_booked="no"), "SLP-05.a", IN_PART,
        names=("SLP-05.a", "tender.award_date"),
    ),
    Row(
        "X9:ends-before-contract", register(expires="2029-06-30"), register(expires="2030-03-31"),
        "SLP-05.a", IN_PART, names=("SLP-05.a", "tender.contract_end", "tender.award_date"),
    ),
    Row(
        "X9:scope-leaves-out-hosting", register(covers_subcontractors="no"),
        register(covers_subcontractors="yes"), "SLP-12.c", names=("SLP-12.c", "SLP-05.a"),
    ),
    Row(
        "X10", rows("SLP-07.i", rto="24h30min"), rows("SLP-07.i", rto="24h"),
        "SLP-07.i", names=("SLP-07.i", "tender.target_rto"),
    ),
    Row(
        "X11:undisclosed", rows("SLP-11.a", charge="100", charge_line="P9"),
        rows("SLP-11.a", charge="0"), "SLP-04.b2", DISAGREE,
        names=("SLP-11.a", "tender.price_schedule_lines", "SLP-04.b2"),
    ),
    Row(
        "X11:priced", rows("SLP-11.a", charge="100", charge_line="P7"),
        rows("SLP-11.a", charge="100", charge_line="P9"), "SLP-04.b2", DISAGREE,
        names=("SLP-11.a", "tender.price_schedule_lines"),
    ),
    Row(
        "X12", {"SLP-09.d": "2032-03-30"}, {"SLP-09.d": "2032-03-31"},
        "SLP-09.d", names=("SLP-09.d", "tender.extension_end"),
    ),
    Row(
        "X13:resilience", {}, {}, "SLP-10.b", marks=LOW, nearly_marks={"SLP-07": 3, "SLP-12": 2},
        names=("SLP-10.b", "SLP-07"),
    ),
    Row(
        "X13:supply-chain", {}, {}, "SLP-12", marks=LOW, nearly_marks={"SLP-07": 2, "SLP-12": 3},
        names=("SLP-10.b", "SLP-12"),
    ),
    Row(
        "X14:certificate", NO_OTHER_CERTIFICATE | PROMISED,
        NO_OTHER_CERTIFICATE | PROMISED | {"SLP-05.g2": "2027-01-15"},
        "SLP-05.g2", names=("SLP-05.g", "SLP-05.g2"),
    ),
    Row(
        "X14:pas-185", rows("SLP-10.b", 3, target_date=None), {},
        "SLP-10.b", names=("SLP-10.b",),
    ),
    Row(
        "X14:encryption", record("SLP-08.h", status="partly"),
        record("SLP-08.h", status="partly", exception_ends="2027-03-31"),
        "SLP-08.a", DISAGREE, names=("SLP-08.h",),
    ),
)  # fmt: skip


def asked_without(name: str):
    """The questions without one part, or without a whole question."""
    if "." not in name:
        return tuple(question for question in QUESTIONS if question.id != name)
    return tuple(
        replace(question, parts=tuple(part for part in question.parts if part.id != name))
        for question in QUESTIONS
    )


def situation(changes: dict[str, Any], questions=QUESTIONS, marks=None):
    given = {key: value for key, value in {**good.ANSWERS, **changes}.items() if value is not None}
    kept = {part.id for question in questions for part in question.parts}
    answers = {key: value for key, value in stored(given).items() if key in kept}
    asked = {question.id for question in questions}
    given_marks = {key: mark for key, mark in (marks or {}).items() if key in asked}
    return replace(situation_of(questions, answers, good.FACTS, SPECS), marks=given_marks)


def state(rule: str, changes: dict[str, Any], questions=QUESTIONS, marks=None) -> CheckState:
    found = check_results([CHECKS[rule]], questions, situation(changes, questions, marks))
    return found[0].state


def fired_in(now, questions=QUESTIONS):
    found = {entry.rule: entry for entry in findings(questions, BANK.checks, now).fired}
    return found | {entry.rule: entry for entry in check_after_marking(BANK.checks, now)}


def by_rule(rows_):
    return pytest.mark.parametrize("row", rows_, ids=lambda row: row.rule)


def test_every_check_of_the_bank_has_a_row():
    assert [row.rule for row in ROWS] == list(CHECKS)
    assert {rule.partition(":")[0] for rule in CHECKS} == {f"X{n}" for n in range(1, 15)}


@by_rule(ROWS)
def test_a_check_fires_on_answers_that_disagree(row):
    assert state(row.rule, row.fires, marks=row.marks) is DISAGREE
    assert row.rule in fired_in(situation(row.fires, marks=row.marks))


@by_rule(ROWS)
def test_a_check_stays_silent_on_a_near_miss(row):
    marks = row.nearly_marks or row.marks

    assert state(row.rule, row.nearly, marks=marks) is not DISAGREE
    assert row.rule not in fired_in(situation(row.nearly, marks=marks))


@by_rule(ROWS)
def test_a_check_without_one_of_its_parts_says_so_and_never_fires_because_of_the_gap(row):
    questions = asked_without(row.without)
    reach = reach_of(CHECKS[row.rule], questions)

    assert state(row.rule, row.fires, questions, row.marks) is row.then
    assert reach.lacking == (row.without,)
    assert reach.can_fire is (row.then is not NOT_APPLICABLE)
    kind = "part" if "." in row.without else "question"
    begins = "Applies in part" if reach.can_fire else "Does not apply"
    assert reach.says == f"{begins}: {kind} {row.without} is not asked"
    fires = row.rule in fired_in(situation(row.fires, questions, row.marks), questions)
    assert fires is (row.then is DISAGREE)


@by_rule(ROWS)
def test_a_check_names_both_answers_with_what_was_asked(row):
    now = situation(row.fires, marks=row.marks)
    compared = sides(fired_in(now)[row.rule], QUESTIONS, now, CHECKS[row.rule])

    assert tuple(side.source for side in compared)[: len(row.names)] == row.names
    assert [side for side in compared if not (side.title and side.ask and side.value)] == []


@by_rule([row for row in ROWS if not row.rule.startswith("X13")])
def test_the_question_to_the_bidder_ends_with_its_own_answers(row):
    now = situation(row.fires)
    fired = fired_in(now)[row.rule]
    compared = sides(fired, QUESTIONS, now, CHECKS[row.rule])

    text = clarification_question(fired, compared)

    assert text.startswith(f"{CHECKS[row.rule].clarification}\n\nWhat we compared:\n- ")
    assert [side.source for side in compared if side.value not in text] == []


def test_the_question_to_the_bidder_does_not_give_a_mark_away():
    now = situation({}, marks=LOW)
    fired = fired_in(now)["X13:resilience"]

    text = clarification_question(fired, sides(fired, QUESTIONS, now, CHECKS[fired.rule]))

    assert "mark" not in text.casefold()


def test_the_words_of_a_disagreement_show_the_values():
    now = situation(rows("SLP-07.i", backup_provider="Example Vaults"))

    compared = sides(fired_in(now)["X2"], QUESTIONS, now, CHECKS["X2"])

    assert [(side.title, side.value) for side in compared] == [
        ("Disaster recovery", "names “Example Vaults”"),
        ("Subcontracting of data processing", "names “Example Cloud Ltd”"),
        ("Data storage and data flow", "Example Sensing Ltd"),
    ]


def test_an_answer_of_a_part_that_is_not_asked_decides_nothing():
    """Where another answer settles the check, the missing part could not have decided it."""
    questions = asked_without("SLP-13.f2")

    assert state("X7:not-in-the-flow", {"SLP-14.d": "no"}, questions) is AGREE


def test_what_a_bidder_was_not_shown_because_of_an_answer_is_not_a_gap_in_the_questions():
    """Whoever subcontracts nothing has no register: naming a host elsewhere is then a finding."""
    assert state("X2", {"SLP-12.a": "no"}) is DISAGREE


def test_a_check_whose_tender_fact_is_missing_says_which():
    now = replace(
        situation({}), facts={k: v for k, v in good.FACTS.items() if k != "permitted_countries"}
    )

    (found,) = check_results([CHECKS["X1"]], QUESTIONS, now)

    assert (found.state, found.says) == (
        CheckState.NOT_CHECKED,
        "The tender does not give: Permitted countries",
    )


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        ("slp-full", {}),
        ("sensors-in-public-space", {}),
        (
            "slp-essential",
            {
                "X1": True, "X2": True, "X3": True, "X5:dataset-not-listed": False,
                "X5:dataset-not-covered": False, "X6": False, "X7:denied": False,
                "X7:not-in-the-flow": False, "X8:laptops": False, "X8:backups": False,
                "X8:transfers": False, "X8:devices": False, "X9:holder": False,
                "X9:not-renewed-before-award": True, "X9:renewal-due-before-award": True,
                "X9:ends-before-contract": True, "X9:scope-leaves-out-hosting": False,
                "X10": False, "X11:undisclosed": True, "X11:priced": True,
                "X13:resilience": False, "X13:supply-chain": False, "X14:pas-185": False,
                "X14:encryption": True,
            },
        ),
    ],
)  # fmt: skip
def test_a_pack_says_which_checks_it_has_no_room_for(pack, expected):
    questions = choose(BANK, shipped_packs()[pack]).bare_questions

    found = {rule: reach_of(case, questions) for rule, case in CHECKS.items()}

    assert {rule: reach.can_fire for rule, reach in found.items() if reach.lacking} == expected


FULL = choose(BANK, shipped_packs()["slp-full"])
UNCHECKED = replace(FULL, bank=replace(BANK, checks=()))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(ROWS), max_size=6, unique_by=lambda row: row.rule),
    st.dictionaries(
        st.sampled_from([question.id for question in QUESTIONS]), st.integers(0, 5), max_size=14
    ),
    st.sets(st.sampled_from(sorted(good.ANSWERS)), max_size=8),
)
def test_no_check_moves_a_level_a_mark_or_a_requirement(chosen, marks, emptied):
    changes: dict[str, Any] = dict.fromkeys(emptied)
    for row in chosen:
        changes |= row.fires
    answers = stored({k: v for k, v in {**good.ANSWERS, **changes}.items() if v is not None})

    with_checks = evaluate_bid(FULL, answers, good.FACTS, marks)
    without = evaluate_bid(UNCHECKED, answers, good.FACTS, marks)

    assert with_checks.levels == without.levels
    assert with_checks.quality == without.quality
    assert with_checks.requirements == without.requirements
