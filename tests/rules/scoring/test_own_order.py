"""The order in which evaluators read bids, and the places that they cite."""

from __future__ import annotations

import pytest

from scoring.rules.citing import Cite, cites_sent, cites_stored, passage, with_part_named
from scoring.rules.own_order import in_reading_order, own_order

TOKENS = {number: f"token-{number}" for number in range(1, 9)}
ANSWERS = {"SLP-07.a": "We restored in March 🎉 and met the times.", "SLP-07.c": ""}


def test_an_order_stays_the_same_and_holds_every_bid_once():
    assert own_order(1, TOKENS) == own_order(1, dict(reversed(TOKENS.items())))
    assert sorted(own_order(1, TOKENS, "SLP-07")) == list(TOKENS)


def test_no_bid_comes_first_for_everybody_or_in_every_question():
    by_person = {own_order(person, TOKENS)[0] for person in range(1, 40)}
    by_question = {own_order(1, TOKENS, f"SLP-{number:02}")[0] for number in range(1, 40)}

    assert (len(by_person) > 4, len(by_question) > 4) == (True, True)


def test_an_order_does_not_change_for_the_others_when_a_bid_goes():
    without = {number: token for number, token in TOKENS.items() if number != 3}

    assert own_order(1, without) == [number for number in own_order(1, TOKENS) if number != 3]


@pytest.mark.parametrize("across", [False, True])
def test_what_is_marked_goes_bid_by_bid_or_question_by_question(across):
    cells = {(bid, question) for bid in TOKENS for question in ("SLP-02", "SLP-01")} - {
        (2, "SLP-01")
    }
    order = in_reading_order(cells, 1, TOKENS, ["SLP-01", "SLP-02"], across=across)

    turns = [cell[1 if across else 0] for cell in order]
    changes = sum(1 for one, other in zip(turns, turns[1:], strict=False) if one != other)
    assert (set(order), len(order), changes) == (cells, 15, 1 if across else 7)
    assert [q for bid, q in order if bid == 1] == ["SLP-01", "SLP-02"]


def test_what_is_neither_a_bid_nor_a_question_of_his_is_left_out():
    cells = {(1, "SLP-01"), (99, "SLP-01"), (1, "SLP-99")}

    assert in_reading_order(cells, 1, TOKENS, ["SLP-01"], across=False) == [(1, "SLP-01")]


@pytest.mark.parametrize(
    "sent",
    [
        "SLP-07.a", "SLP-07.a:5:3", "SLP-07.a:0:999", "SLP-07.a:-1:3", "SLP-07.b:0:0", "x:0:0",
        "SLP-07.a:0:0:0", "SLP-07.a:9999999:0", "SLP-07.c:0:1", "", "SLP-07.a:٣:٤",
    ],
)  # fmt: skip
def test_what_is_no_place_in_an_answer_is_no_citation(sent):
    assert cites_sent([sent], ANSWERS) == []


def test_a_place_is_kept_once_and_read_back_in_the_words_of_the_answer():
    sent = ["SLP-07.a:3:11", "SLP-07.a:3:11", "SLP-07.a:12:23", "SLP-07.c:0:0", "SLP-07.a:0:0"]

    cites = cites_sent(sent, ANSWERS)
    stored = [one.as_stored for one in cites]

    assert stored[0] == {"part": "SLP-07.a", "from": 3, "to": 11}
    assert cites_stored(stored) == cites
    assert [passage(one, ANSWERS) for one in cites] == [
        "restored", "in March 🎉 ", "", ANSWERS["SLP-07.a"],
    ]  # fmt: skip


def test_a_long_answer_is_recalled_by_its_beginning_and_forty_places_are_the_most():
    answers = {"SLP-07.a": "word " * 200}

    assert passage(Cite("SLP-07.a"), answers) == ("word " * 60).rstrip() + " …"
    assert len(cites_sent([f"SLP-07.a:0:{n}" for n in range(1, 90)], answers)) == 40


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("", "SLP-07.f: "), ("  ", "SLP-07.f: "), ("Good.\n", "Good.\nSLP-07.f: ")],
)
def test_a_reason_goes_on_after_the_part_it_names(reason, expected):
    assert with_part_named(reason, "SLP-07.f") == expected
