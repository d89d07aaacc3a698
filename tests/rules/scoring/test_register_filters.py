"""Which risks of a register are shown, as the address says."""

from dataclasses import replace
from datetime import date

import pytest

from scoring.rules.accepting import Acceptance
from scoring.rules.actions import Action, ActionState
from scoring.rules.ratings import Rating
from scoring.rules.register import RiskState
from scoring.rules.register_filters import (
    Filters,
    filters_from,
    is_borne_by_nobody,
    is_overdue,
    offered_by,
    shown,
)
from tests.rules.scoring.test_heat_map import risk

TODAY = date(2027, 3, 1)
YESTERDAY, TOMORROW = date(2027, 2, 28), date(2027, 3, 2)


def act(due, state=ActionState.OPEN):
    return Action("a", 1, state, "Test it", "", due, "", "Ines", TODAY)


ROWS = [
    risk(1, (4, 5), (2, 3), owner="Head of Parks", due=YESTERDAY, clauses=("C14", "C02")),
    risk(2, (3, 3), category="legal", treatment="transfer", state=RiskState.PROPOSED),
    risk(10, (5, 5), (3, 4), owner="Àine", review_on=YESTERDAY, clauses=("C02",)),
    risk(9, (1, 2), state=RiskState.DROPPED, due=YESTERDAY),
]


def ids(said, reopened=()):
    return [row.risk_id for row in shown(ROWS, filters_from(said), TODAY, reopened)]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, ["R02", "R10", "R01", "R09"]),
        ({"state": "accepted"}, ["R10", "R01"]),
        ({"band": "medium"}, ["R02", "R01"]),
        ({"band": "low"}, []),
        ({"band": "low", "state": "dropped"}, ["R09"]),
        ({"category": "legal"}, ["R02"]),
        ({"treatment": "transfer"}, ["R02"]),
        ({"owner": "Àine"}, ["R10"]),
        ({"owner": "nobody"}, ["R02", "R09"]),
        ({"clause": "C14"}, ["R01"]),
        ({"cell": "4x5"}, ["R01"]),
        ({"cell": "1x2"}, []),
        ({"above": "yes"}, ["R10"]),
        ({"overdue": "yes"}, ["R10", "R01"]),
        ({"reopened": "yes"}, ["R02"]),
        ({"state": "accepted", "overdue": "yes", "clause": "C14"}, ["R01"]),
        ({"sort": "left"}, ["R10", "R02", "R01", "R09"]),
        ({"sort": "due"}, ["R01", "R02", "R10", "R09"]),
        ({"sort": "owner"}, ["R01", "R10", "R02", "R09"]),
        ({"sort": "risk"}, ["R01", "R02", "R09", "R10"]),
    ],
)
def test_a_register_shows_what_the_address_asks_for(said, found):
    assert ids(said, {"token-2"}) == found


def test_what_no_register_can_hold_is_no_wish():
    said = {"state": "gone", "owner": "x" * 201, "cell": "9x9", "sort": "x", "above": "1"}

    assert filters_from(said | {"band": "", "category": "garden"}) == Filters()


def test_an_address_that_was_kept_shows_none_where_no_risk_is_like_that_any_more():
    for said in ({"band": "very high"}, {"owner": "Who left"}, {"state": "merged"}):
        assert ids(said) == []


def test_the_address_says_again_what_it_asked_for():
    said = {"owner": "nobody", "above": "yes", "sort": "due"}
    wanted = filters_from(said)

    assert wanted.address == said
    assert (wanted.is_set, Filters(sort="due").is_set) == (True, False)
    assert wanted.in_words == "owner nobody, above the appetite"


def test_only_what_the_register_holds_is_offered():
    offered = offered_by(ROWS)

    assert offered.bands == ("high", "medium", "low")
    assert offered.owners == ("Head of Parks", "Àine")
    assert offered.clauses == ("C02", "C14")
    assert offered_by(ROWS[:1]).has_nobody is False


@pytest.mark.parametrize(
    ("changed", "late"),
    [
        ({"due": YESTERDAY}, True),
        ({"due": TODAY}, False),
        ({"due": YESTERDAY, "state": RiskState.TREATED}, False),
        ({"due": YESTERDAY, "state": RiskState.CLOSED}, False),
        ({"review_on": YESTERDAY, "state": RiskState.TREATED}, True),
        ({"listed_actions": (act(YESTERDAY),)}, True),
        ({"listed_actions": (act(YESTERDAY, ActionState.DONE), act(TOMORROW))}, False),
    ],
)
def test_a_risk_is_overdue_where_something_about_it_should_have_happened(changed, late):
    assert is_overdue(replace(risk(1), **changed), TODAY) is late


def test_a_rating_that_is_left_counts_before_the_one_without_contract_terms():
    rows = [risk(1, (5, 5), (1, 1)), risk(2, (5, 5))]

    assert [row.residual for row in shown(rows, Filters(band="low"), TODAY)] == [Rating(1, 1)]


def accepted(likelihood, impact, until=TOMORROW):
    rating = Rating(likelihood, impact)
    return Acceptance(1, True, rating, 6, until, "reviewer", "Borne", "Rhea", TODAY)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (risk(1, (4, 5)), True),
        (risk(1, (4, 5), (3, 4)), True),
        (risk(1, (4, 5), (2, 3)), False),
        (risk(1, (2, 3)), False),
        (risk(1, (4, 5), (3, 4), acceptance=accepted(3, 4)), False),
        (risk(1, (4, 5), (3, 4), acceptance=accepted(3, 4, YESTERDAY)), True),
        (risk(1, (4, 5), acceptance=accepted(3, 5)), True),
        (risk(1, (4, 5), state=RiskState.DROPPED), False),
    ],
)
def test_what_is_graver_now_than_the_appetite_is_borne_by_nobody_until_somebody_accepts_it(
    row, found
):
    assert is_borne_by_nobody(row, TODAY) == found
