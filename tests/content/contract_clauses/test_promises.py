"""Whatever a bid promises by the award, by go-live or by a date becomes a row of C29, or holds.

Every answer of the bank that sounds like something still to come is either in PROMISES, and then
tried, or in NO_PROMISE with why it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from contract_clauses.loader import shipped_library
from contract_clauses.rules.annexes import THROUGHOUT, CommitmentLine
from contract_clauses.rules.holding import holds_on
from contract_clauses.rules.obligations import Origin
from contract_clauses.rules.obligations_drafted import drafted
from contract_clauses.rules.obligations_due import has_days
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule import build_schedule
from contract_clauses.rules.selection import Ground, choose_clauses
from question_bank.loader import shipped_bank
from scoring.rules.evaluation import evaluate_bid
from tests.covering_bids import FACTS, PARTIES, answers_of, situation, with_cells
from tests.documents.scoring.bids import full

STILL_TO_COME = re.compile(
    r"\b(award|go-live|by a date|with a date|date by which|by which date|by when|will|would|"
    r"first day|planned|not yet|after changes|when (?:it|you) will|date of joining|in future|"
    r"from the start|until when)\b",
    re.I,
)
ENCRYPTED = [f"SLP-08.{letter}" for letter in "abcdeghjk"]
DAY = "2027-06-30"
GO_LIVE = "Go-live"

# What is promised: the answers, the part whose row it becomes, its day, what it must precede.
# A promise of a certificate that names no certificate is refused by the form, so it always does.
NOT_HELD = dict.fromkeys(["SLP-05.a", "SLP-05.c", "SLP-05.c2", "SLP-05.d", "SLP-05.e", "SLP-05.f"])
CERTIFICATE = NOT_HELD | {"SLP-05.g3": ["iso-27001"], "SLP-05.g2": "2027-01-20"}
PROMISES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    **{
        f"SLP-05.g={given}": (
            CERTIFICATE | {"SLP-05.g": answer}, "SLP-05.g3", "20 January 2027", "Award"
        )
        for given, answer in (
            ("yes", {"answer": "yes"}),
            ("yes-with-exception", {"answer": "yes-with-exception", "exception": "Not our hosts"}),
        )
    },
    **{
        f"{part}/status={status}": (
            {part: with_cells(part, status=status, exception_ends=DAY)}, part, "30 June 2027", ""
        )
        for part in ENCRYPTED
        for status in ("partly", "not-met")
    },
    **{
        f"SLP-10.b/status={status}": (
            {"SLP-10.b": with_cells("SLP-10.b", status=status, target_date=DAY)},
            "SLP-10.b", "30 June 2027", "",
        )
        for status in ("partly", "does-not")
    },
    "SLP-06.f4=planned": (
        {"SLP-06.f2": "independent", "SLP-06.f4": "planned"}, "SLP-06.f4", "", GO_LIVE,
    ),
    "SLP-11.d3=after-award": ({"SLP-11.d3": "after-award"}, "SLP-11.d3", "1 March 2027", GO_LIVE),
    "ALG-01.e=yes": ({"ALG-01.e": {"answer": "yes"}}, "ALG-01.e", "", GO_LIVE),
    "ALG-02.d=included": ({"ALG-02.d": "included"}, "ALG-02.d", "", GO_LIVE),
    "ALG-02.d=included-once": ({"ALG-02.d": "included-once"}, "ALG-02.d", "", GO_LIVE),
    "ALG-03.c=yes": ({"ALG-03.c": {"answer": "yes"}}, "ALG-03.c", "", GO_LIVE),
    "LON-01.a=will-sign": (
        {"LON-01.a": "will-sign", "LON-01.a2": DAY}, "LON-01.a2", "30 June 2027", "",
    ),
    "LON-02.a=already": ({"LON-02.a": "already"}, "LON-02.a", "", GO_LIVE),
    "LON-02.a=ready": ({"LON-02.a": "ready", "LON-02.c": DAY}, "LON-02.c", "30 June 2027", ""),
    "LON-02.a=after-changes": (
        {"LON-02.a": "after-changes", "LON-02.c": DAY}, "LON-02.c", "30 June 2027", "",
    ),
}  # fmt: skip
# The same answers without their day, where the form lets a bidder leave it out.
UNDATED: dict[str, dict[str, Any]] = {
    "SLP-05.g=yes": CERTIFICATE | {"SLP-05.g": {"answer": "yes"}, "SLP-05.g2": None},
    "SLP-05.g=yes-with-exception": CERTIFICATE
    | {
        "SLP-05.g": {"answer": "yes-with-exception", "exception": "So far"},
        "SLP-05.g2": None,
    },
    **{
        f"{part}/status={status}": {part: with_cells(part, status=status, exception_ends=None)}
        for part in ENCRYPTED
        for status in ("partly", "not-met")
    },
    **{
        f"SLP-10.b/status={status}": {
            "SLP-10.b": with_cells("SLP-10.b", status=status, target_date=None)
        }
        for status in ("partly", "does-not")
    },
}
# The days of the promises above, which the form does not let a bidder leave out.
REQUIRED = ("LON-01.a2", "LON-02.c", "SLP-05.g3")
NO_PROMISE = {
    "LON-01.a=adheres": "how the work is done, from the first day on: C20 and the whole contract",
    "LON-01.a=neither": "a refusal",
    "LON-02.a=not-known": "it hangs on being asked, and nobody knows what it takes: a flag",
    "LON-05.b/publisher=nobody": "a refusal",
    "LON-05.c=summary": "says how, not when",
    "SLP-02.a": "a right from the start, which C02 gives",
    "SLP-02.b2=council-owns": "a right from the start, which C02 gives",
    "SLP-07.d2=not-copied": "what would happen after a failure",
    "SLP-07.e2=rebuild-elsewhere": "what would happen after a failure",
    "SLP-07.e2=nowhere": "what would happen after a failure",
    "SLP-09.d": "kept until a day: a row of its own, not one to be reached",
}
# The places at which the day of a promise is given.
DAYS = {"SLP-05.g2", "LON-01.a2", "LON-02.c", "SLP-10.b/target_date"} | {
    f"{part}/exception_ends" for part in ENCRYPTED
}


def sounding_like_promises() -> Iterator[str]:
    for part in shipped_bank().all_parts():
        if part.kind in ("commitment", "date"):
            yield from _sounding(part.id, f"{part.label} {part.ask}")
        for option in part.options:
            yield from _sounding(f"{part.id}={option.value}", option.label)
        for column in part.schema.columns if part.schema else ():
            name = f"{part.id}/{column.id}"
            yield from _sounding(name, column.label) if column.kind == "date" else ()
            for option in column.options:
                yield from _sounding(f"{name}={option.value}", option.label)


def _sounding(name: str, words: str) -> Iterator[str]:
    if STILL_TO_COME.search(words):
        yield name


def schedule_with(answers: dict[str, Any]) -> Schedule:
    found = situation(answers_of(best=True, **answers), FACTS)
    return build_schedule(shipped_library(), found, full(), found.answers, PARTIES)


@cache
def of_the_best() -> tuple[CommitmentLine, ...]:
    return schedule_with({}).commitments


def test_every_answer_that_sounds_like_a_promise_is_looked_at():
    known = {*PROMISES, *NO_PROMISE, *DAYS}
    commitments = {name.partition("=")[0] for name in PROMISES}

    assert [
        name for name in sounding_like_promises() if name not in known and name not in commitments
    ] == []


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_a_promise_becomes_a_row_with_a_day_or_before_something(promise):
    answers, part, day, before = PROMISES[promise]

    schedule = schedule_with(answers)

    lines = [line for line in schedule.commitments if line.part == part and line.due != THROUGHOUT]
    assert lines != []
    assert {(line.due, line.before) for line in lines} == {(day, before)}
    # It is an obligation with a day of C29, and that clause is there to make it binding.
    tracked = [
        one for one in drafted(schedule) if one.origin is Origin.COMMITMENT and one.parts == (part,)
    ]
    assert {one.clause_id for one in tracked} == {"C29"}
    assert any(has_days(one.wording.time) for one in tracked)
    # That promise alone brings the clause in.
    alone = situation(answers, FACTS, risks=frozenset())
    assert {
        choice.ground for choice in choose_clauses(shipped_library(), alone)
        if choice.topic.id == "C29"
    } == {Ground.MET}  # fmt: skip


@pytest.mark.parametrize("promise", sorted(UNDATED))
def test_a_promise_without_a_day_holds_the_schedule(promise):
    evaluation = evaluate_bid(full(), answers_of(best=True, **UNDATED[promise]), FACTS, {})

    [hold] = holds_on(evaluation.findings.fired, {})

    assert (hold.check, hold.stands) == ("X14", True)


def test_every_other_day_of_a_promise_has_to_be_given():
    assert [part for part in REQUIRED if not shipped_bank().parts[part].required] == []
    dated = {name for name, (_, _, day, _) in PROMISES.items() if day and name not in UNDATED}
    # The documentation has its day from the tender, which the council gives.
    assert dated == {
        "LON-01.a=will-sign", "LON-02.a=ready", "LON-02.a=after-changes", "SLP-11.d3=after-award",
    }  # fmt: skip


def test_a_no_promises_nothing():
    refused = schedule_with(
        {"ALG-03.c": {"answer": "no"}, "ALG-01.e": {"answer": "no"}, "ALG-02.d": "none"}
    ).commitments

    assert {line.part for line in refused} & {"ALG-03.c", "ALG-01.e", "ALG-02.d"} == set()


def test_an_exception_stays_with_a_promise_that_is_due_before_go_live():
    given = {"answer": "yes-with-exception", "exception": "Not at night"}

    [line] = [
        one for one in schedule_with({"ALG-03.c": given}).commitments if one.part == "ALG-03.c"
    ]

    assert line.promise == (
        "Test each component in the Council's conditions, and give the Council the report. The "
        "Supplier stated an exception; it counts only so far as a clause allows it"
    )


def test_what_is_promised_before_go_live_and_throughout_has_a_row_for_each():
    lines = [(line.due, line.before) for line in of_the_best() if line.part == "ALG-01.e"]

    assert lines == [("", GO_LIVE), (THROUGHOUT, "")]
