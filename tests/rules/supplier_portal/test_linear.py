"""The checker of histories sees what is wrong with one, and nothing wrong with a right one."""

import pytest

from tests.linear import Operation, contradictions

RIGHT = [
    Operation(0, 3, 1, "one", based_on=0),
    Operation(1, 2, 0, ""),
    Operation(2, 5, 1, "one"),
    Operation(4, 6, 2, "two", based_on=1),
    Operation(5, 7, 1, "one"),
    Operation(8, 9, 2, "two"),
]


def test_what_time_can_explain_is_no_contradiction():
    assert contradictions(RIGHT) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Operation(10, 11, 1, "one"), "version 1 came after 2 was known"),
        (Operation(10, 11, 2, "else", based_on=1), "version 2 was written twice"),
        (Operation(10, 11, 3, "three", based_on=1), "version 3 was written over 1"),
        (Operation(10, 11, 4, "four", based_on=3), "a version was written by nobody"),
        (Operation(10, 11, 2, "one"), "version 2 was read as 'one'"),
        (Operation(3.5, 3.9, 0, ""), "version 0 came after 1 was known"),
    ],
    ids=["read too old", "written over", "skipped one", "out of nowhere", "other words", "forgot"],
)
def test_what_no_order_explains_is_named(wrong, said):
    assert said in contradictions([*RIGHT, wrong])
