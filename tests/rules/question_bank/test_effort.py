"""How long a supplier needs is a sum, rounded so that nobody is promised too little work."""

from dataclasses import dataclass

import pytest

from question_bank.rules.effort import Effort, effort, minutes_to_answer


@dataclass
class Asked:
    """What of a question the reckoning looks at."""

    minutes: int
    parts: tuple[str, ...]


WHOLE = Asked(60, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("parts", "minutes"),
    [(("a", "b", "c"), 60), (("a", "b"), 40), (("a",), 20), ((), 0)],
    ids=["all", "two of three", "one of three", "none"],
)
def test_minutes_follow_the_parts_asked(parts, minutes):
    assert minutes_to_answer(Asked(60, parts), WHOLE) == minutes


def test_minutes_are_rounded_up_in_steps_of_five():
    assert minutes_to_answer(Asked(50, ("a",)), WHOLE) == 20


def test_a_question_without_parts_takes_no_time():
    assert minutes_to_answer(Asked(60, ())) == 0


@pytest.mark.parametrize(
    ("minutes", "hours", "days"),
    [(0, 0, 3), (60, 1, 4), (61, 2, 4), (120, 2, 4), (121, 3, 5), (715, 12, 9)],
)
def test_hours_are_rounded_up_and_two_fit_into_a_day_beside_three_to_sign(minutes, hours, days):
    assert (Effort(minutes).hours, Effort(minutes).working_days) == (hours, days)


def test_the_effort_is_the_sum_of_the_questions():
    assert effort([(Asked(60, ("a",)), WHOLE), (WHOLE, None)]).minutes == 80
