"""Whether a condition could ever be true follows from what is asked and which answers there are."""

import pytest

from question_bank.rules.conditions.agreement import Asker, unasked
from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.questions import Kind, Option, Part

ASKED = {
    "A.a": Part("A.a", Kind.CHOICE, "A", options=(Option("x", "X"), Option("y", "Y"))),
    "A.b": Part("A.b", Kind.COMMITMENT, "B"),
    "A.t": Part("A.t", Kind.TABLE, "T"),
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"part": "A.a", "is": "x"}, True),
        ({"part": "A.a", "is": "z"}, False),
        ({"part": "A.a", "is_not": "z"}, True),
        ({"part": "A.a", "not_in": ["x", "y"]}, False),
        ({"part": "A.b", "is": "yes-with-exception"}, True),
        ({"part": "B.a", "is": "x"}, False),
        ({"not": {"part": "B.a", "is": "x"}}, False),
        ({"not": {"part": "A.a", "in": ["x", "y"]}}, False),
        ({"all": [{"part": "A.a", "is": "x"}, {"answered": "B.a"}]}, False),
        ({"any": [{"part": "A.a", "is": "x"}, {"answered": "B.a"}]}, True),
        ({"missing": ["A.a", "B.a"]}, True),
        ({"missing": ["B.a"]}, False),
        ({"any_row": "A.t", "where": {"column": "c", "is": "x"}}, True),
        ({"any_row": "B.t", "where": {"column": "c", "is": "x"}}, False),
        ({"names": [{"part": "A.t", "column": "c"}], "absent_from": [{"part": "B.t"}]}, False),
        ({"names": [{"part": "A.t", "column": "c"}], "absent_from": [{"part": "A.a"}]}, True),
        ({"fact": "ai", "is": "yes"}, True),
        ({"names": [{"part": "A.t"}, {"part": "B.t"}], "absent_from": [{"part": "A.a"}]}, True),
        ({"not": {"names": [{"part": "A.t"}], "absent_from": [{"part": "A.a"}]}}, True),
        (
            {
                "not": {
                    "names": [{"part": "A.t"}, {"part": "B.t"}],
                    "absent_from": [{"part": "A.a"}],
                }
            },
            False,
        ),
        ({"not": {"part": "A.a", "is": "x"}}, True),
        ({"not": {"all": [{"part": "A.a", "is": "x"}, {"part": "B.a", "is": "x"}]}}, True),
        ({"all": [{"part": "A.a", "is": "x"}, {"part": "B.a", "is": "x"}]}, False),
        ({"any": [{"part": "A.a", "is": "x"}, {"part": "B.a", "is": "x"}]}, True),
        ({"answered": "B.a"}, False),
        ({"always": True}, True),
        ({"not": {"always": True}}, False),
    ],
    ids=str,
)
def test_what_could_be_true(written, expected):
    assert Asker(ASKED, {}).can_hold(read_condition(written, "test")) is expected


def test_the_parts_that_are_not_asked_are_named():
    condition = read_condition({"all": [{"answered": ["B.b", "A.a"]}, {"missing": "B.a"}]}, "test")

    assert unasked(condition, ASKED) == ("B.a", "B.b")
