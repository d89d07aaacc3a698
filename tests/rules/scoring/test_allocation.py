"""Who marks what, as it follows from what was given, declined and taken away."""

from __future__ import annotations

from scoring.rules.allocation import AllocationKind as Kind
from scoring.rules.allocation import Given, Lack, allocation_from, lacking

TOM, UMA = 1, 2
LARK, QUAY = 10, 11


def follow(*events):
    return allocation_from(Given(*event) for event in events)


def test_what_is_given_everywhere_is_marked_in_every_bid():
    stands = follow(("Q1", TOM, None, Kind.GIVEN), ("Q2", UMA, None, Kind.GIVEN))

    assert list(stands.cells_of(TOM, [LARK, QUAY])) == [(LARK, "Q1"), (QUAY, "Q1")]
    assert stands.people_for("Q2", QUAY) == (UMA,)


def test_somebody_stands_in_for_another_in_one_bid():
    stands = follow(
        ("Q1", TOM, None, Kind.GIVEN),
        ("Q1", TOM, LARK, Kind.TAKEN),
        ("Q1", UMA, LARK, Kind.GIVEN),
    )

    assert stands.people_for("Q1", LARK) == (UMA,)
    assert stands.people_for("Q1", QUAY) == (TOM,)
    assert list(stands.cells_of(TOM, [LARK, QUAY])) == [(QUAY, "Q1")]
    assert list(stands.cells_of(UMA, [LARK, QUAY])) == [(LARK, "Q1")]


def test_cells_are_those_of_people_for_whatever_the_events():
    stands = follow(
        ("Q1", TOM, None, Kind.GIVEN),
        ("Q2", TOM, LARK, Kind.GIVEN),
        ("Q1", TOM, QUAY, Kind.TAKEN),
        ("Q3", TOM, None, Kind.GIVEN),
        ("Q3", TOM, None, Kind.TAKEN),
        ("Q3", TOM, QUAY, Kind.GIVEN),
    )

    by_person = set(stands.cells_of(TOM, [LARK, QUAY]))
    by_cell = {
        (bid, question)
        for bid in (LARK, QUAY)
        for question in ("Q1", "Q2", "Q3")
        if stands.marks(TOM, question, bid)
    }
    assert by_person == by_cell == {(LARK, "Q1"), (LARK, "Q2"), (QUAY, "Q3")}


def test_what_is_declined_stays_until_it_is_taken():
    declined = ("Q1", TOM, None, Kind.DECLINED, "I know nothing of it", "expertise")
    waiting = follow(("Q1", TOM, None, Kind.GIVEN), declined)
    kept = follow(("Q1", TOM, None, Kind.GIVEN), declined, ("Q1", TOM, None, Kind.KEPT))
    taken = follow(("Q1", TOM, None, Kind.GIVEN), declined, ("Q1", TOM, None, Kind.TAKEN))

    assert waiting.declined == {("Q1", TOM, None): ("expertise", "I know nothing of it")}
    assert waiting.people_for("Q1", LARK) == kept.people_for("Q1", LARK) == (TOM,)
    assert (kept.declined, taken.declined) == ({}, {})
    assert taken.people_for("Q1", LARK) == ()


def test_a_question_lacks_evaluators_below_the_number_it_needs():
    stands = follow(("Q1", TOM, None, Kind.GIVEN), ("Q2", TOM, None, Kind.GIVEN))

    assert lacking(stands, {"Q1": 2, "Q2": 1, "Q3": 1}) == (Lack("Q1", 2, 1), Lack("Q3", 1, 0))
