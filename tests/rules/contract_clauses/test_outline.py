"""What answers lead to in outline, how two outlines differ, and every option side by side."""

from __future__ import annotations

import json

import pytest

from contract_clauses.loader import shipped_library
from contract_clauses.rules.annexes import CommitmentLine
from contract_clauses.rules.options_compared import Candidate, Consequence, compared
from contract_clauses.rules.outline import fingerprint_of_set, outline_of, sub_clause_in_words
from contract_clauses.rules.outline_differences import ChangeKind, differences
from contract_clauses.rules.outline_kept import NotAnOutline, as_kept, read_kept
from contract_clauses.rules.promises import in_order_of_date
from contract_clauses.rules.reading import read_library
from contract_clauses.rules.trying import tried
from foundation.canonical import canonical_json
from scoring.rules.evaluation import evaluate_bid
from tests.documents.scoring.bids import FACTS, answer, full
from tests.rules.contract_clauses.small import (
    raw_library,
    raw_topic,
    schedule_of,
    situation,
)


def whole_bid(best=True):
    return {
        part.id: answer(part, best, "words")
        for part in full().parts.values()
        if part.kind != "file"
    }


def outlined(answers, library=None, facts=FACTS):
    return outline_of(
        library or shipped_library(), evaluate_bid(full(), answers, facts, {}).situation
    )


@pytest.mark.parametrize("best", [True, False])
def test_an_outline_and_a_schedule_say_the_same(best):
    answers = whole_bid(best)
    found = situation(answers, FACTS)
    outline, schedule = outline_of(shipped_library(), found), schedule_of(answers, FACTS)

    clauses = [clause for clause in schedule.clauses if clause.id]
    assert [(c.id, c.because, c.sources) for c in outline.clauses] == [
        (c.id, c.because, c.sources) for c in clauses
    ]
    for short, clause in zip(outline.clauses, clauses, strict=True):
        assert {v.name: v.words for v in clause.variables}.items() <= {
            v.name: v.words for v in short.values
        }.items()
    assert [topic.id for topic in outline.left_out] == [topic.id for topic in schedule.excluded]
    assert [(p.part, p.due) for p in outline.promises] == [
        (line.part, line.due) for line in schedule.commitments
    ]
    given = [value.given for clause in outline.clauses for value in clause.values if value.given]
    assert sorted(given) == sorted(deviation.given for deviation in schedule.deviations)


@pytest.mark.parametrize("best", [True, False])
def test_what_is_kept_is_read_again_as_it_was_and_is_small(best):
    outline = outlined(whole_bid(best))
    text = canonical_json(as_kept(outline))

    assert read_kept(json.loads(text)) == outline
    assert len(text) < 60_000


@pytest.mark.parametrize(
    "kept", [{}, {"format": "other/1"}, {"format": "supplier-assurance-outline/1"}]
)
def test_what_is_no_outline_is_not_read(kept):
    with pytest.raises(NotAnOutline):
        read_kept(kept)


def test_the_same_answers_differ_in_nothing():
    answers = whole_bid()

    assert not differences(outlined(answers), outlined(answers), shipped_library())


def test_a_clause_that_goes_is_named_with_the_reason():
    before = whole_bid()
    after = {key: value for key, value in before.items() if not key.startswith("SLP-12")}
    changes = differences(outlined(before), outlined(after | {"SLP-12.a": "no"}), shipped_library())

    (gone,) = changes.of_kind(ChangeKind.LEAVES)
    assert (gone.id, gone.because) == (
        "C15",
        "No subcontracting is declared, and no answer names a third party that stores or handles "
        "data.",
    )
    assert [line.part for line in changes.promises_gone] == ["SLP-12.d"]


def test_a_figure_below_the_minimum_is_told_with_both_figures():
    before = whole_bid() | {"SLP-01.g": "12h"}
    changes = differences(
        outlined(before), outlined(before | {"SLP-01.g": "72h"}), shipped_library()
    )

    (change,) = changes.clauses
    (value,) = change.values
    assert (change.id, change.kind, value.before, value.after, value.given) == (
        "C13",
        ChangeKind.CHANGED,
        "12",
        "24",
        "72",
    )
    assert value.short == "The tendered notification time is longer than the council requires"


def test_a_clause_that_was_open_and_now_applies_is_told_apart():
    library = read_library(
        raw_library(
            raw_topic(included_when={"part": "SLP-12.a", "is": "yes"}, otherwise="Not asked.")
        )
    )
    answers = {"SLP-12.a": "yes"}
    before, after = (outline_of(library, situation(given)) for given in ({}, answers))

    assert [(c.id, c.kind) for c in differences(before, after, library).clauses] == [
        ("C50", ChangeKind.CERTAIN)
    ]
    assert [(c.id, c.kind) for c in differences(after, before, library).clauses] == [
        ("C50", ChangeKind.OPEN)
    ]


def small_library():
    return read_library(
        raw_library(
            raw_topic(
                variables={
                    "hours": {
                        "label": "hours to tell",
                        "kind": "hours",
                        "from": [{"part": "SLP-01.g"}],
                    }
                },
                text=[
                    "The Supplier must tell the Council within {hours} hours.",
                    {
                        "text": "The Supplier must bind every company under {clause:C50}.",
                        "when": {"part": "SLP-12.a", "is": "yes"},
                    },
                ],
            )
        )
    )


def test_a_sub_clause_is_told_with_its_values_and_titles_in_place():
    library = small_library()
    before, after = (
        outline_of(library, situation({"SLP-01.g": "12h", "SLP-12.a": says}))
        for says in ("no", "yes")
    )

    (change,) = differences(before, after, library).clauses
    assert change.says_more == (
        "The Supplier must bind every company under the clause “Small topic”.",
    )
    assert sub_clause_in_words(library, before.clauses[0], 0) == (
        "The Supplier must tell the Council within 12 hours."
    )
    assert sub_clause_in_words(library, before.clauses[0], 9) == ""


def test_the_set_accepted_changes_with_sub_clauses_and_minimums_and_not_with_figures():
    library, shipped = small_library(), shipped_library()
    plain, other, more = (
        outline_of(library, situation(answers))
        for answers in (
            {"SLP-01.g": "12h", "SLP-12.a": "no"},
            {"SLP-01.g": "6h", "SLP-12.a": "no"},
            {"SLP-01.g": "12h", "SLP-12.a": "yes"},
        )
    )
    within, beyond = (
        fingerprint_of_set(outlined(whole_bid() | {"SLP-01.g": hours}, shipped))
        for hours in ("12h", "72h")
    )

    assert fingerprint_of_set(plain) == fingerprint_of_set(other)
    assert fingerprint_of_set(plain) != fingerprint_of_set(more)
    assert within != beyond


@pytest.mark.parametrize("best", [True, False])
def test_trying_another_answer_gives_what_the_rules_give_from_the_start(best):
    answers = whole_bid(best)
    base = tried(full(), answers, FACTS)
    parts = [part for part in full().parts.values() if part.options][::4]

    for part in parts:
        value = [part.options[-1].value] if part.kind == "choices" else part.options[-1].value
        other, afresh = (
            base.with_answer(part.id, value).evaluation,
            evaluate_bid(full(), answers | {part.id: value}, FACTS, {}),
        )
        assert (part.id, other.findings.fired) == (part.id, afresh.findings.fired)
        assert (other.risks, other.situation) == (afresh.risks, afresh.situation)


def candidates(library, *given):
    return [
        Candidate(
            says,
            says == "no",
            outline_of(library, situation({"SLP-01.g": hours, "SLP-12.a": says})),
            (Consequence("always", "Said of every answer"), Consequence(says, f"Said of {says}")),
            (),
            (),
        )
        for says, hours in given
    ]


def test_options_side_by_side_show_what_not_all_lead_to():
    library = small_library()
    table = compared(candidates(library, ("no", "12h"), ("yes", "6h")), library)

    assert [(row.label, row.is_now, [f.says for f in row.flags]) for row in table.rows] == [
        ("no", True, ["Said of no"]),
        ("yes", False, ["Said of yes"]),
    ]
    assert [row.clauses[0].values for row in table.rows] == [
        (("hours to tell", "12", ""),),
        (("hours to tell", "6", ""),),
    ]
    assert [len(row.clauses[0].says) for row in table.rows] == [0, 1]
    assert (table.common, table.is_the_same) == (0, False)


def test_options_that_lead_to_the_same_say_so():
    library = small_library()
    one, _ = candidates(library, ("no", "12h"), ("yes", "12h"))
    table = compared([one, one], library)

    assert (table.common, table.is_the_same) == (1, True)


def test_promises_come_in_the_order_in_which_they_fall_due():
    dues = ("Throughout", "1 June 2027", "", "Until 31 March 2032", "15 January 2027")
    lines = [
        CommitmentLine(number, f"Promise {number}", "SLP-01.a", "Supplier", due, "", "")
        for number, due in enumerate(dues)
    ]

    dated, lasting = in_order_of_date(lines)

    assert [line.due for line in dated] == [
        "",
        "15 January 2027",
        "1 June 2027",
        "Until 31 March 2032",
    ]
    assert [line.number for line in lasting] == [0]
