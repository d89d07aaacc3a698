"""Pictures of figures: what is drawn is where the figures say, and the table has all of it."""

from decimal import Decimal
from fractions import Fraction

from scoring.rules.drawing import (
    Axis,
    Box,
    Boxes,
    Letters,
    Line,
    Stroke,
    Table,
    Words,
    line_picture,
    short,
    spread_out,
)
from scoring.rules.drawn_bids import (
    BAR_ROOM,
    LABELS,
    ScoredBid,
    heat_map,
    score_bars,
    sensitivity_bars,
)
from scoring.rules.drawn_spread import ApartOn, SpreadOf, apart_picture, spread_picture
from scoring.rules.sensitivity import Crossing, Swing, Weight
from tests.rules.scoring import small


def marks(drawing, kind):
    return [one for one in drawing.marks if isinstance(one, kind)]


def test_each_piece_of_a_bar_is_as_wide_as_what_the_section_adds():
    bid = ScoredBid("Larkfield", {"one": Fraction(80), "two": Fraction(40)}, Decimal("70.00"))
    drawing = score_bars(small.questionnaire(), [bid])
    pieces = [one for one in marks(drawing, Box) if one.tone != "ground"]

    # 80 × 75% = 60 of 100, 40 × 25% = 10 of 100
    assert [one.width for one in pieces] == [BAR_ROOM * 0.6, BAR_ROOM * 0.1]
    assert pieces[1].x == LABELS + BAR_ROOM * 0.6
    assert drawing.legend == (("1", "One"), ("2", "Two"))
    assert drawing.table.rows == (("Larkfield", "80.00", "40.00", "70.00"),)


def test_the_grid_says_every_mark_as_a_figure_and_as_a_tone():
    drawing = heat_map(
        [("Q-7", "Copies"), ("Q-4", "Charges")], [("A", {"Q-7": 5}), ("B", {"Q-7": 0, "Q-4": 3})]
    )
    tones = {one.tone: len(one.corners) for one in marks(drawing, Boxes)}

    assert [one.text for one in marks(drawing, Letters)] == ["50", "–3"]
    assert tones == {"mark-5": 1, "mark-0": 1, "mark-none": 1, "mark-3": 1}
    assert drawing.table.rows == (("Q-7 Copies", "5", "0"), ("Q-4 Charges", "–", "3"))
    assert drawing.legend == (("1", "A"), ("2", "B"))


def test_marks_of_evaluators_are_a_line_from_the_lowest_to_the_highest():
    drawing = spread_picture(
        "x", "Marks", "bid", [SpreadOf("A", (2, 4, 4), 3), SpreadOf("B", (5,))]
    )
    lines = [one for one in marks(drawing, Stroke) if one.tone == "range"]
    words = [one.text for one in marks(drawing, Words)]

    assert lines[0].points[1][0] - lines[0].points[0][0] == 2 * (BAR_ROOM - 70) / 5
    assert ("2 apart" in words, "the same" in words, "2×" in words) == (True, True, True)
    assert drawing.table.rows == (("A", "2, 4, 4", "2", "3"), ("B", "5", "0", "–"))


def test_how_far_people_were_apart_names_in_how_many_bids():
    drawing = apart_picture([ApartOn("Q-7", 3, 1, 4), ApartOn("Q-4", 0, 0, 4)])

    assert [one.width for one in marks(drawing, Box)] == [BAR_ROOM * 0.6]
    assert drawing.table.rows == (("Q-7", "3", "1", "4"), ("Q-4", "0", "0", "4"))


def test_the_piece_of_a_weight_in_which_the_winner_stays_is_filled():
    swings = [
        Swing(Weight("quality", "Quality", Fraction(60)), Crossing(Fraction(50), "b"), None),
        Swing(Weight("one", "One", Fraction(75)), None, None),
    ]
    drawing = sensitivity_bars(swings, {"b": "Breckland"})
    safe = [one for one in marks(drawing, Box) if one.tone == "safe"]

    assert [(one.x, one.width) for one in safe] == [
        (LABELS + BAR_ROOM / 2, BAR_ROOM / 2),
        (LABELS, BAR_ROOM),
    ]
    assert drawing.table.rows == (
        ("Quality", "60.00%", "50.00%: Breckland", "no change"),
        ("One", "75.00%", "no change", "no change"),
    )


def test_lines_end_with_their_names_apart_from_each_other():
    axis = Axis("x", 0, 100, ())
    lines = [Line(name, ((0, 0), (100, end))) for name, end in (("A", 50), ("B", 50), ("C", 49))]
    drawing = line_picture("x", "X", "", (axis, axis), lines, Table("", (), ()))
    places = sorted(one.y for one in marks(drawing, Words) if one.text in ("A", "B", "C"))

    assert places[1] - places[0] >= 16
    assert places[2] - places[1] >= 16
    assert {one.tone for one in marks(drawing, Stroke)} == {"axis", "line-1", "line-2", "line-3"}


def test_labels_stay_inside_the_picture():
    placed = spread_out([(258.0, 1), (259.0, 2), (260.0, 3)], 16.0, 14.0, 274.0)

    assert (max(placed.values()), len(set(placed.values()))) == (274.0, 3)


def test_a_long_label_is_cut():
    assert (short("x" * 40), short("x" * 26)) == ("x" * 25 + "…", "x" * 26)
