"""What becomes of a mark that was written without the service."""

from __future__ import annotations

import pytest

from scoring.rules.mark_import import (
    Outcome,
    Saved,
    Written,
    mark_in,
    outcome_of,
    points_in,
    points_said,
    points_text,
)

HERE = Saved(2, 3, "As it is here", "", "", {})
FIRST = Saved(1, 4, "As it was first", "", "", {})


def written(mark, reason, based_on):
    return Written(bid="b", question_id="SLP-07", based_on=based_on, mark=mark, reason=reason)


@pytest.mark.parametrize(
    ("one", "stands", "made_from", "becomes"),
    [
        (written(None, "", 0), None, None, Outcome.UNCHANGED),
        (written(None, "", 2), HERE, None, Outcome.UNCHANGED),
        (written(3, "As it is here\r\n", 2), HERE, None, Outcome.UNCHANGED),
        (written(3, "As it is here", 0), HERE, None, Outcome.UNCHANGED),
        (written(4, "As it was first", 1), HERE, FIRST, Outcome.UNCHANGED),
        (written(5, "New", 0), None, None, Outcome.CHANGES),
        (written(5, "New", 2), HERE, None, Outcome.CHANGES),
        (written(5, "New", 1), HERE, FIRST, Outcome.CONFLICTS),
        (written(5, "New", 0), HERE, None, Outcome.CONFLICTS),
        (written(5, "New", 9), HERE, None, Outcome.CONFLICTS),
    ],
    ids=[
        "blank", "emptied", "as here", "as here, from elsewhere", "only changed here", "first",
        "changed there", "changed in both", "marked in both", "of a number that never was",
    ],
)  # fmt: skip
def test_only_what_somebody_changed_in_the_workbook_alone_would_change(
    one, stands, made_from, becomes
):
    assert outcome_of(one, stands, made_from) == becomes


@pytest.mark.parametrize("text", ["6", "-1", "3.5", "٣", "three", "33", ""], ids=repr)
def test_a_mark_is_one_of_six_numbers(text):
    with pytest.raises(ValueError, match="Enter a mark from 0 to 5 as a whole number"):
        mark_in(text)


def test_points_are_read_as_people_write_them():
    assert mark_in(" 4 ") == 4
    assert points_in("4.1, 4.2; 3.1\n4.1", {"3.1", "4.1", "4.2"}) == ["4.1", "4.2", "3.1"]
    said = points_said(["4.1"], ["5.1", "5.2"])
    assert said == {"4.1": True, "5.1": False, "5.2": False}
    assert (points_text(said, met=True), points_text(said, met=False)) == ("4.1", "5.2, 5.1")
