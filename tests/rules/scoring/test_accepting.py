"""What is left of a risk above the appetite needs a name, and a name counts for a time."""

from datetime import date, timedelta

import pytest

from accounts.rules.roles import Role
from scoring.rules.accepting import Acceptance, Standing, role_to_accept, standing_of
from scoring.rules.actions import Action, ActionState
from scoring.rules.matrix import STANDARD
from scoring.rules.ratings import Rating
from scoring.rules.register_changes import Change, Difference, differences

TODAY = date(2027, 3, 1)


def accepted(rating=None, *, until=TODAY, taken_back=False):
    rating = rating or Rating(3, 4)
    return Acceptance(
        1, not taken_back, rating, 9, until, "officer", "Borne", "Ines Roy", date(2027, 1, 1)
    )


@pytest.mark.parametrize(
    ("left", "last", "standing"),
    [
        (None, None, Standing.NOT_RATED),
        (Rating(3, 3), None, Standing.WITHIN),
        (Rating(3, 4), None, Standing.NEVER),
        (Rating(3, 4), accepted(), Standing.ACCEPTED),
        (Rating(2, 5), accepted(), Standing.ACCEPTED),
        (Rating(4, 4), accepted(), Standing.GRAVER),
        (Rating(3, 4), accepted(until=TODAY - timedelta(days=1)), Standing.EXPIRED),
        (Rating(3, 4), accepted(until=None), Standing.EXPIRED),
        (Rating(3, 4), accepted(taken_back=True), Standing.TAKEN_BACK),
        (Rating(3, 3), accepted(taken_back=True), Standing.WITHIN),
    ],
)
def test_a_risk_stands_against_the_appetite_as_the_day_and_the_rating_say(left, last, standing):
    assert standing_of(left, 9, last, TODAY) is standing


def test_whatever_is_above_and_not_accepted_now_needs_somebody():
    assert {one for one in Standing if one.needs_acceptance} == {
        Standing.NEVER, Standing.EXPIRED, Standing.TAKEN_BACK, Standing.GRAVER,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("score", "held", "role"),
    [
        (12, {Role.OFFICER}, Role.OFFICER),
        (12, {Role.AUDITOR, Role.REVIEWER}, Role.REVIEWER),
        (16, {Role.OFFICER}, None),
        (16, {Role.OFFICER, Role.REVIEWER}, Role.REVIEWER),
        (12, {Role.CONTRACT_MANAGER}, None),
        (12, set(), None),
    ],
)
def test_somebody_accepts_as_a_role_the_scale_names(score, held, role):
    assert role_to_accept(STANDARD, score, held) is role


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        (ActionState.OPEN, TODAY - timedelta(days=1), True),
        (ActionState.OPEN, TODAY, False),
        (ActionState.OPEN, None, False),
        (ActionState.DONE, TODAY - timedelta(days=1), False),
    ],
)
def test_an_open_action_is_late_after_its_day(state, due, late):
    action = Action("a", 1, state, "Copy", "", due, "", "Ines Roy", TODAY)

    assert action.is_late(TODAY) is late


def test_a_change_is_told_with_what_was_before_and_what_is_after():
    found = differences({"Owner": "Parks", "Due": ""}, {"Owner": "Roads", "Due": "", "Review": "x"})
    change = Change(None, TODAY, "Ines Roy", "Changed", "They moved", found)

    assert found == (Difference("Owner", "Parks", "Roads"), Difference("Review", "", "x"))
    assert change.line == (
        "1 March 2027, Ines Roy: Changed; Owner: Parks → Roads; Review: nothing → x: They moved"
    )
