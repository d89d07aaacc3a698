"""Descriptors split into their points, and what seems odd about a mark: said, never changed."""

from __future__ import annotations

import pytest

from question_bank.loader import shipped_bank
from scoring.rules.descriptors import points_of, points_said
from scoring.rules.guards import (
    GuardKind,
    Judged,
    guards_for_agreement,
    guards_for_mark,
    names_an_answer,
    unseen,
    words_of,
)

LEVELS = {
    5: "Everything below is met. A restore was tested in the last 12 months; one copy is apart.",
    4: "Everything below is covered; the last test was partial, or 12 to 18 months ago.",
    3: "A plan with times. Third parties are under contract but have not been tested.",
    2: "Copies share the account of the live service, or configuration is not covered.",
    1: "A general statement without times.",
    0: "No arrangement, or no answer.",
}
REASON = "SLP-07.g: “Restored in March”. The times of the plan were met with everything it needs."


def judged(mark=3, reason=REASON, **more):
    return Judged(mark=mark, reason=reason, levels=LEVELS, **more)


def kinds(guards):
    return [guard.kind for guard in guards]


def ticks(met="", unmet=""):
    return dict.fromkeys(met.split(), True) | dict.fromkeys(unmet.split(), False)


def test_a_descriptor_is_split_at_sentences_and_semicolons():
    assert [(point.key, point.words) for point in points_of(LEVELS)[5]] == [
        ("5.1", "Everything below is met."),
        ("5.2", "A restore was tested in the last 12 months;"),
        ("5.3", "one copy is apart."),
    ]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Cyber Essentials Plus. Or an equivalent.", ["Cyber Essentials Plus. Or an equivalent."]),
        (
            "The same, without proof; or the tool acts alone.",
            ["The same, without proof; or the tool acts alone."],
        ),
        ("Keys are kept apart, e.g. in a module. It is tested.", [
            "Keys are kept apart, e.g. in a module.", "It is tested.",
        ]),
        ("It is certified (ISO/IEC 27001. Scope: all). It is tested.", [
            "It is certified (ISO/IEC 27001. Scope: all).", "It is tested.",
        ]),
        ('They say "We hold it. So yes". No more.', ['They say "We hold it. So yes".', "No more."]),
        ("Tested 12.5 hours ago", ["Tested 12.5 hours ago"]),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_read_together_stays_one_point(text, points):
    assert [point.words for point in points_of({4: text})[4]] == points


def test_every_shipped_descriptor_is_its_points_word_for_word():
    for question in shipped_bank().questions.values():
        for level, points in points_of(question.levels).items():
            assert " ".join(point.words for point in points) == question.levels[level]
            assert {point.level for point in points} == {level}


def test_points_run_from_the_top_of_the_scale_down():
    assert list(points_of(LEVELS)) == [5, 4, 3, 2, 1, 0]


def test_only_published_points_that_were_said_to_be_met_or_not_are_kept():
    sent = {
        "point-5.1": "met", "point-5.2": "unmet", "point-5.3": "", "point-5.9": "met",
        "5.3": "met", "point-4.1": "perhaps",
    }  # fmt: skip

    assert points_said(LEVELS, sent) == {"5.1": True, "5.2": False}


def test_a_mark_with_a_reason_that_names_an_answer_seems_odd_to_nobody():
    points = ticks(met="3.1 3.2", unmet="5.1 5.2 5.3 4.1 4.2")

    assert guards_for_mark(judged(points=points)) == ()


@pytest.mark.parametrize(
    ("mark", "points", "says"),
    [
        (
            4,
            ticks(unmet="4.2"),
            "You gave 4, and point 4.2 of its descriptor is ticked as not met.",
        ),
        (
            5,
            ticks(met="5.1", unmet="5.3 5.2"),
            "You gave 5, and points 5.2 and 5.3 of its descriptor are ticked as not met.",
        ),
        (4, ticks(unmet="3.1"), "You gave 4, and point 3.1 of a lower mark is not met."),
        (3, ticks(met="4.1 4.2"), "You gave 3, and every point of 4 is ticked as met."),
        (
            4,
            ticks(met="3.1 3.2"),
            "You gave 4, and what you ticked as met is all of 3 and nothing of 4.",
        ),
        # What a descriptor of 3 lacks is rightly not met by an answer that is all of 4.
        (4, ticks(met="4.1 4.2", unmet="3.2 2.1 1.1 0.1"), ""),
        (4, ticks(met="4.1"), ""),
        (4, ticks(met="4.1 5.2", unmet="5.1"), ""),
        (0, ticks(met="0.1", unmet="1.1 2.1"), ""),
        (4, {}, ""),
    ],
)
def test_a_mark_outside_the_points_ticked(mark, points, says):
    found = guards_for_mark(judged(mark, points=points))

    assert [guard.words for guard in found] == [says] * bool(says)
    assert kinds(found) == [GuardKind.OUTSIDE_POINTS] * bool(says)


@pytest.mark.parametrize(
    ("mark", "suggested", "odd"), [(3, 2, True), (2, 2, False), (1, 2, False), (5, 5, False)]
)
def test_a_mark_above_what_the_answers_allow(mark, suggested, odd):
    found = kinds(guards_for_mark(judged(mark, suggested=suggested)))

    assert found == [GuardKind.ABOVE_SUGGESTED] * odd


@pytest.mark.parametrize(
    ("mark", "severity", "odd"),
    [
        (4, "red", True), (3, "red", False), (3, "knock-out", True), (2, "knock-out", False),
        (5, "amber", False), (5, "info", False),
    ],
)  # fmt: skip
def test_a_mark_against_an_open_flag(mark, severity, odd):
    found = guards_for_mark(judged(mark, flags=[("SLP-07.f:none", severity)]))

    assert kinds(found) == [GuardKind.AGAINST_FLAG] * odd
    assert all("SLP-07.f:none" in guard.words for guard in found)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("SLP-07.f shows it", [GuardKind.THIN]),
        ("SLP-07.f: “" + "a long passage of the bid " * 9 + "” Good.", [GuardKind.THIN]),
        ("Good in every way that the council could have wished for", [GuardKind.NO_ANSWER]),
        ("Good enough", [GuardKind.THIN, GuardKind.NO_ANSWER]),
        ("the times in slp-07.f are shorter than the plan of 3 asks for", []),
    ],
)
def test_a_reason_too_thin_or_without_an_answer(reason, expected):
    assert kinds(guards_for_mark(judged(reason=reason))) == expected


def test_words_are_ones_own_without_quotations_and_names_of_parts():
    assert words_of("SLP-07.f: “quoted words” The supplier's re-test.") == [
        "The", "supplier's", "re-test",
    ]  # fmt: skip
    assert (names_an_answer("SLP-07 is fine"), names_an_answer("see SLP-07.ab")) == (False, True)


@pytest.mark.parametrize(
    ("elsewhere", "says"),
    [
        ([REASON], "The same reason stands in another bid."),
        (["slp-07.a: “Other”.  the TIMES of the plan were met with everything it needs!",
          REASON, "Something else"], "The same reason stands in 2 other bids."),
        (["Something else"], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_same_reason_for_several_bids_whatever_it_quotes(elsewhere, says):
    found = guards_for_mark(judged(elsewhere=elsewhere))

    assert kinds(found) == [GuardKind.SAME_TEXT] * bool(says)
    assert all(guard.words.startswith(says) for guard in found)


def test_a_guard_that_was_seen_for_another_mark_asks_again():
    first = guards_for_mark(judged(4, suggested=2))
    second = guards_for_mark(judged(5, suggested=2))
    seen = [guard.key for guard in first]

    assert (unseen(first, seen), unseen(second, seen)) == ((), second)


@pytest.mark.parametrize(
    ("marks", "mark", "expected"),
    [
        ({"Tom": 2, "Ada": 4}, 3, [GuardKind.SPREAD]),
        ({"Tom": 2, "Ada": 3}, 3, []),
        ({"Tom": 2, "Ada": 3}, 4, [GuardKind.OUTSIDE_MARKS]),
        ({"Tom": 2, "Ada": 4}, 1, [GuardKind.SPREAD, GuardKind.OUTSIDE_MARKS]),
        ({"Tom": 3}, 3, []),
        ({}, 3, []),
    ],
)
def test_an_agreed_mark_beside_the_marks_given(marks, mark, expected):
    assert kinds(guards_for_agreement(judged(mark), marks)) == expected


def test_an_agreed_mark_is_looked_at_as_every_mark_is():
    found = guards_for_agreement(judged(5, reason="Good", suggested=2), {"Tom": 5})

    assert kinds(found) == [GuardKind.ABOVE_SUGGESTED, GuardKind.THIN, GuardKind.NO_ANSWER]


def test_a_spread_says_who_gave_what():
    spread, *_ = guards_for_agreement(judged(), {"Tom": 1, "Ada": 4})

    assert spread.words == (
        "The marks are 3 apart (Ada 4, Tom 1). The record has to say what was read differently."
    )
