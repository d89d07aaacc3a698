"""How far evaluators are apart, and what a panel takes up first."""

from __future__ import annotations

import pytest

from scoring.rules.disagreement import CellState, Disagreement, disagreement, state_of


@pytest.mark.parametrize(
    ("marks", "points", "expected"),
    [
        pytest.param([], [], Disagreement(0, 0, 0), id="nobody"),
        pytest.param([4], [{"4.1": True}], Disagreement(0, 0, 0), id="one alone"),
        pytest.param([2, 5, 3], [{}, {}, {}], Disagreement(3, 0, 0), id="highest less lowest"),
        pytest.param(
            [4, 4],
            [{"4.1": True, "5.1": False}, {"4.1": False, "5.1": False}],
            Disagreement(0, 1, 0),
            id="a point ticked differently",
        ),
        pytest.param(
            [4, 4], [{"4.1": True}, {}], Disagreement(0, 0, 0), id="who says nothing agrees"
        ),
    ],
)
def test_marks_are_apart_by_their_spread_and_by_points(marks, points, expected):
    assert disagreement(marks, points) == expected


def test_the_spread_counts_before_points_and_points_before_what_seemed_odd():
    wide, points, odd, none = (
        Disagreement(2, 0, 0),
        Disagreement(1, 3, 0),
        Disagreement(1, 0, 5),
        Disagreement(0, 9, 9),
    )

    assert sorted([none, odd, points, wide], key=lambda one: one.order) == [
        wide,
        points,
        odd,
        none,
    ]


@pytest.mark.parametrize(
    ("is_agreed", "people", "locked", "expected"),
    [
        pytest.param(False, 0, 0, CellState.WAITING, id="nobody marks it"),
        pytest.param(False, 2, 1, CellState.WAITING, id="one has not locked"),
        pytest.param(False, 2, 2, CellState.READY, id="both locked"),
        pytest.param(True, 2, 2, CellState.AGREED, id="agreed"),
        pytest.param(True, 3, 2, CellState.AGREED, id="agreed before somebody came"),
    ],
)
def test_an_answer_waits_is_ready_or_is_agreed(is_agreed, people, locked, expected):
    assert state_of(is_agreed, people, locked) is expected
