"""What stands in the way of an issue, and how two issues differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_clauses.rules.holding import Hold
from contract_clauses.rules.issuing import (
    CannotIssue,
    changes,
    checked_words,
    in_the_way,
    says_the_same,
    to_issue,
)
from contract_clauses.rules.parts import Bracket
from contract_clauses.rules.wording import Segment, SegmentKind
from tests.rules.contract_clauses.test_schedule import schedule_of


def bare():
    return replace(schedule_of(), brackets=())


def test_nothing_stands_in_the_way_of_a_settled_schedule():
    released = Hold("X14", (("A promise has no date", "…"),), is_released=True)

    assert in_the_way(bare(), [released], {}, is_successful=True) == ()


def test_everything_in_the_way_is_named_with_where_it_is_settled():
    schedule = replace(bare(), brackets=(Bracket("C14", 14, "Continuity", "rto", "hours"),))
    held = Hold("X14", (("A promise has no date", "…"),), is_released=False)

    found = in_the_way(schedule, [held], {"R10": "Backup"}, is_successful=False)

    assert [(way.kind, way.target) for way in found] == [
        ("", ""), ("value", "C14:rto"), ("check", "X14"), ("risk", "R10"),
    ]  # fmt: skip


def test_words_that_do_not_print_stand_in_the_way_of_a_clause_that_is_in_alone():
    schedule = bare()
    clause = next(clause for clause in schedule.clauses if clause.id)

    found = in_the_way(schedule, [], {}, {}, {clause.id, "C99"}, is_successful=True)

    assert [(way.kind, way.target) for way in found] == [("words", clause.id)]
    assert found[0].words == (
        f"Clause {clause.number}, {clause.title}, prints without the words somebody wrote for it, "
        "which stand for another version of the library: write it again, or go back to the words "
        "of the library"
    )


def test_the_day_and_the_draft_mark_do_not_make_a_schedule_say_something_else():
    schedule = bare()

    assert says_the_same(schedule, to_issue(schedule, 3))
    assert not says_the_same(schedule, replace(schedule, clauses=schedule.clauses[:-1]))


def test_a_clause_that_only_moved_did_not_change():
    before = bare()
    moved = replace(
        before,
        clauses=tuple(replace(clause, number=clause.number + 1) for clause in before.clauses),
    )

    assert changes(before, moved) == ()
    assert changes(before, before) == ()


def test_a_reference_to_a_clause_that_moved_is_no_change():
    before = bare()
    first = before.clauses[-1]
    paragraph = first.paragraphs[0]

    def referring(number):
        segments = (Segment(SegmentKind.CLAUSE, f"clause {number}", "C06"),)
        clause = replace(first, paragraphs=(replace(paragraph, segments=segments),))
        return replace(before, clauses=(*before.clauses[:-1], clause))

    assert changes(referring(8), referring(9)) == ()


def test_what_comes_goes_and_changes_is_told_by_clause():
    before = bare()
    last, other = before.clauses[-1], before.clauses[-2]
    paragraph = replace(
        other.paragraphs[0], segments=(Segment(SegmentKind.WORDS, "Quite another duty."),)
    )
    after = replace(
        before,
        clauses=(*before.clauses[:-2], replace(other, paragraphs=(paragraph,))),
    )

    there = {change.title: change for change in changes(before, after)}
    back = {change.title: change for change in changes(after, before)}

    assert there[f"{other.title} ({other.id})"].came == ("Quite another duty.",)
    assert there[f"{last.title} ({last.id})"].kind == "goes"
    assert back[f"{last.title} ({last.id})"].kind == "comes in"
    assert set(there) == set(back)


def test_turning_down_takes_words_and_no_book():
    assert checked_words(" ", "Enter why", needed=False) == ""
    for text in (" ", "x" * 2001):
        with pytest.raises(CannotIssue):
            checked_words(text, "Enter why", needed=True)
