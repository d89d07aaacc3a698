"""The heat map of a register: a number and a word in each cell, and arrows to what is left."""

from dataclasses import replace

import pytest

from scoring.rules.drawing import Arrow, Sign, Words
from scoring.rules.heat_map import heat_map_picture, movements, table_of_moves
from scoring.rules.matrix import STANDARD
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow, RiskState


def risk(number=1, before=(4, 5), left=None, **changed):
    row = RegisterRow(
        risk_id=f"R{number:02d}", title=f"Risk {number}", bid="Larkfield", category="security",
        cause="", event="", consequence="", inherent=Rating(*before), causes=(), clauses=(),
        bank_version="2026.1", treatment="treat", actions="", state=RiskState.ACCEPTED,
        residual=Rating(*left) if left else None, token=f"token-{number}",
    )  # fmt: skip
    return replace(row, **changed)


def drawn(rows, kind):
    marks = heat_map_picture("risks", rows, STANDARD).marks
    return [mark for mark in marks if isinstance(mark, kind)]


def texts(rows):
    return [mark.text for mark in drawn(rows, Words)]


def test_every_cell_has_its_number_and_the_word_of_its_band():
    rows = [risk(1), risk(2), risk(3, (1, 1))]
    table = heat_map_picture("risks", rows, STANDARD).table

    assert [row[0] for row in table.rows] == [
        "5 Almost certain", "4 Likely", "3 Possible", "2 Unlikely", "1 Rare",
    ]  # fmt: skip
    assert table.rows[1][5] == "2 very high"
    assert table.rows[4][1] == "1 low"
    shown = texts(rows)
    assert [shown.count(word) for word in ("low", "medium", "high", "very high")] == [8, 7, 4, 6]


def test_a_few_risks_each_have_an_arrow_with_their_name():
    rows = [risk(1, (4, 5), (2, 5)), risk(2, (4, 5), (2, 2))]

    assert [(one.weight) for one in drawn(rows, Arrow)] == [1, 1]
    assert texts(rows).count("R01") == texts(rows).count("R02") == 1


def test_many_that_move_alike_are_one_thicker_arrow_with_their_number():
    rows = [risk(number, (5, 5), (2, 3)) for number in range(1, 10)]
    rows += [risk(10, (5, 5), (1, 1)), risk(11, (5, 4), (5, 4))]

    assert [(one.label, one.weight, one.stays) for one in movements(rows)] == [
        ("9", 4, False), ("1", 1, False), ("1", 1, True),
    ]  # fmt: skip
    assert "R01" not in texts(rows)


def test_what_stays_as_grave_has_a_ring_and_no_arrow():
    rows = [risk(1, (3, 3), (3, 3))]

    assert (len(drawn(rows, Arrow)), len(drawn(rows, Sign))) == (0, 1)


@pytest.mark.parametrize("state", [RiskState.DROPPED, RiskState.MERGED, RiskState.CLOSED])
def test_what_is_no_longer_to_be_dealt_with_is_left_out(state):
    rows = [risk(1, (4, 5), (2, 5), state=state)]

    assert movements(rows) == ()
    assert [row[0] for row in table_of_moves(rows).rows] == []


def test_the_description_counts_what_is_not_rated_yet():
    one = heat_map_picture("risks", [risk(1, left=(2, 2)), risk(2)], STANDARD).description
    none = heat_map_picture("risks", [risk(2)], STANDARD).description

    assert one.endswith("1 risk is not rated after contract terms yet.")
    assert none.endswith("No risk is rated after contract terms yet, so no arrow is drawn.")


def test_the_words_and_bands_are_those_of_the_scale_of_the_authority():
    scale = replace(STANDARD, likelihood=("Never: 0%", *STANDARD.likelihood[1:]), ends=(1, 2, 24))
    table = heat_map_picture("risks", [risk(1, (4, 5))], scale).table

    assert table.rows[4][0] == "1 Never"
    assert table.rows[1][5] == "1 high"


def test_every_mark_lies_within_the_picture():
    rows = [
        risk(number, (1 + number % 5, 1 + number % 4), (1 + number % 2, 5)) for number in range(40)
    ]
    picture = heat_map_picture("risks", rows, STANDARD)
    points = [point for one in drawn(rows, Arrow) for point in (one.start, one.end, *one.head)]

    assert [
        p for p in points if not (0 <= p[0] <= picture.width and 0 <= p[1] <= picture.height)
    ] == []
