"""What an approval rested on, and what is said of it once that has changed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from contract_clauses.rules.clause_basis import (
    Basis,
    NotABasis,
    Value,
    as_kept,
    basis_of,
    basis_of_exclusion,
    changed_since,
    read_kept,
)
from contract_clauses.rules.clause_states import ClauseState, Event, standing, why_unapproved
from contract_clauses.rules.editing import ClauseStep
from contract_clauses.rules.parts import ExcludedTopic
from foundation.canonical import canonical_json
from tests.rules.contract_clauses.small import schedule_of

HOURS = Value("hours", "24", "answer", "SLP-01.g", "Answer SLP-01.g (Hours)")
BASIS = Basis(
    lines={"1": "Within 24 hours.", "2": "Always."},
    values={"hours": HOURS},
    ground="condition met",
    because="There is personal data (SLP-02.a).",
    depth="standard",
    version=1,
    library="2026.11",
)


def event(number, step, basis=None, **more):
    return Event(number, step, "", "Ruth Okafor", "1 December", 7, basis=basis, **more)


def changed(**now):
    return changed_since(BASIS, replace(BASIS, **now))


def test_what_is_kept_is_read_again_as_it_was():
    clause = schedule_of().clause("C13")
    basis = basis_of(clause, "2026.11", 2, ["b", "a"])

    again = read_kept(json.loads(canonical_json(as_kept(basis))))

    assert again == basis
    assert again.sha256 == basis.sha256
    assert changed_since(again, basis) == ()


@pytest.mark.parametrize("wrong", [None, {}, {"format": "else"}, {**as_kept(BASIS), "values": [1]}])
def test_something_else_is_refused(wrong):
    with pytest.raises(NotABasis):
        read_kept(wrong)


def test_a_clause_that_only_moved_rests_on_the_same():
    before, moved = (basis_of(clause, "1") for clause in _at_two_numbers())

    assert changed_since(before, moved) == ()


def _at_two_numbers():
    clause = schedule_of().clause("C13")
    paragraphs = tuple(replace(one, number=f"99.{at}") for at, one in enumerate(clause.paragraphs))
    return clause, replace(clause, number=99, paragraphs=paragraphs)


def test_another_answer_is_named_with_both_figures():
    now = {"hours": replace(HOURS, words="48")}

    found = changed(values=now, lines={**BASIS.lines, "1": "Within 48 hours."})

    assert found == ("answer SLP-01.g, hours: 24 → 48",)


def test_a_value_from_elsewhere_is_named_with_where_from():
    officer = Value("hours", "12", "officer", "hours", "Entered by Ines Roy: agreed")

    assert changed(values={"hours": officer}) == ("hours: 24 → 12 (Entered by Ines Roy: agreed)",)


def test_the_same_figure_on_another_ground_is_a_change():
    minimum = replace(HOURS, source_words="The authority's minimum, in place of 72")

    assert changed(values={"hours": minimum}) == (
        "hours: Answer SLP-01.g (Hours) → The authority's minimum, in place of 72",
    )


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ({"because": "Never."}, "why it is in: There is personal data (SLP-02.a). → Never."),
        ({"depth": "enhanced"}, "depth: standard → enhanced"),
        ({"values": {}}, "hours is gone"),
        ({"reopened": ("token",)}, "something it rests on ran out"),
        (
            {"lines": {"1": "Other."}, "redrafts": 1, "redrafted": "Changed by Ines Roy: so"},
            "its words: Changed by Ines Roy: so",
        ),
        ({"lines": {"1": "Other."}, "redrafts": 2}, "its words: the library’s again"),
        ({"lines": {"1": "Other."}, "version": 2}, "version 1 of the clause → version 2"),
        ({"lines": {"1": "Other."}, "library": "2027.1"}, "clause library 2026.11 → 2027.1"),
        ({"lines": {"1": "Other."}}, "its words"),
    ],
)
def test_each_kind_of_change_is_named(now, says):
    assert changed(**now) == (says,)


def test_what_changes_nothing_of_the_words_or_the_ground_is_no_change():
    assert changed(library="2027.1", version=2, redrafts=4) == ()
    assert changed_since(replace(BASIS, reopened=("token",)), BASIS) == ()


def test_an_approval_counts_while_its_ground_stands():
    events = [event(1, ClauseStep.APPROVED, BASIS)]

    assert standing(events, BASIS, departs=True).state is ClauseState.APPROVED
    other = replace(BASIS, because="Never.")
    again = standing(events, other, departs=False)
    assert (again.state, again.must_be_approved) == (ClauseState.REOPENED, True)
    assert why_unapproved(again) == "why it is in: There is personal data (SLP-02.a). → Never."


def test_something_that_ran_out_opens_a_clause_until_it_is_approved_with_it():
    now = replace(BASIS, reopened=("token",))

    assert standing([], now, departs=False).state is ClauseState.REOPENED
    events = [event(1, ClauseStep.APPROVED, now)]
    assert standing(events, now, departs=False).state is ClauseState.APPROVED


def test_a_clause_sent_back_waits_for_a_reviewer_whatever_becomes_of_it():
    events = [event(1, ClauseStep.SENT_BACK, BASIS)]

    as_it_was = standing(events, BASIS, departs=False)
    rewritten = standing(events, replace(BASIS, redrafts=1, lines={"1": "New."}), departs=False)
    elsewise = standing(events, replace(BASIS, because="Never."), departs=False)

    assert [one.state for one in (as_it_was, rewritten, elsewise)] == [
        ClauseState.SENT_BACK,
        ClauseState.EDITED,
        ClauseState.SENT_BACK,
    ]
    assert all(one.must_be_approved for one in (as_it_was, rewritten, elsewise))
    assert why_unapproved(as_it_was) == "it was sent back"


def test_a_clause_that_is_left_out_waits_for_nobody():
    events = [event(1, ClauseStep.COMMENT)]

    found = standing(events, None, departs=False)

    assert (found.state, found.must_be_approved) == (ClauseState.EXCLUDED, False)


def test_a_clause_that_somebody_left_out_waits_for_a_reviewer_and_again_for_another_reason():
    topic = ExcludedTopic("C01", "Security", 1, "officer", "Excluded by Ines Roy: Not needed")
    out = basis_of_exclusion(topic, "2026.11")
    otherwise = replace(out, because="Excluded by Ines Roy: Elsewhere")
    agreed = [event(1, ClauseStep.APPROVED, out)]
    was_in = [event(1, ClauseStep.APPROVED, BASIS)]
    refused = [*agreed, event(2, ClauseStep.SENT_BACK, out)]

    alone = standing([], out, departs=False)

    assert (alone.state, alone.must_be_approved) == (ClauseState.EXCLUDED, True)
    assert why_unapproved(alone) == "nobody but its author agreed that it is left out"
    assert not standing(agreed, out, departs=False).must_be_approved
    for events, now in ((agreed, otherwise), (was_in, out), (refused, out)):
        assert standing(events, now, departs=False).must_be_approved
    assert standing(agreed, BASIS, departs=False).state is ClauseState.PROPOSED
    assert standing(agreed, BASIS, departs=True).state is ClauseState.EDITED


def test_a_clause_as_in_the_library_waits_only_for_its_comments():
    assert not standing([], BASIS, departs=False).must_be_approved
    asked = standing([event(1, ClauseStep.COMMENT)], BASIS, departs=False)
    assert (asked.must_be_approved, why_unapproved(asked)) == (True, "1 comment is open")
    settled = [event(1, ClauseStep.COMMENT), event(2, ClauseStep.SETTLED, about=1)]
    assert not standing(settled, BASIS, departs=False).must_be_approved
