"""A scale is data: bands, appetite, words and who may accept; the standard one is the default."""

import json
from dataclasses import replace

import pytest

from accounts.rules.roles import Role
from foundation.canonical import canonical_json
from scoring.rules.matrix import CATEGORIES, STANDARD, Band, appetite_for, band
from scoring.rules.ratings import Rating
from scoring.rules.scales import (
    moved_cells,
    read_scale,
    read_stored,
    scale_as_data,
    scale_in_words,
    what_changes,
)

STRICT = replace(STANDARD, ends=(3, 6, 12), appetite=(("legal", 4),), otherwise=8)


def test_the_standard_scale_is_the_one_of_the_service():
    assert [STANDARD.band(score) for score in (1, 4, 5, 9, 10, 14, 15, 25)] == [
        Band.LOW, Band.LOW, Band.MEDIUM, Band.MEDIUM,
        Band.HIGH, Band.HIGH, Band.VERY_HIGH, Band.VERY_HIGH,
    ]  # fmt: skip
    assert {name: STANDARD.appetite_for(name) for name in CATEGORIES} == {
        name: 6 if name in {"security", "information"} else 9 for name in CATEGORIES
    }
    assert [band(score) for score in range(1, 26)] == [STANDARD.band(s) for s in range(1, 26)]
    assert appetite_for("security") == 6


@pytest.mark.parametrize(
    ("wanted", "scores"),
    [(Band.LOW, (1, 3)), (Band.MEDIUM, (4, 6)), (Band.HIGH, (7, 12)), (Band.VERY_HIGH, (13, 25))],
)
def test_bands_follow_each_other_without_a_gap(wanted, scores):
    assert STRICT.scores_of(wanted) == scores
    assert {STRICT.band(score) for score in range(scores[0], scores[1] + 1)} == {wanted}


def test_a_category_without_a_line_takes_the_one_for_any_other():
    assert (STRICT.appetite_for("legal"), STRICT.appetite_for("weather")) == (4, 8)


def test_the_same_rating_has_the_band_of_its_scale_and_stays_the_same_rating():
    ours, theirs = Rating(3, 4), Rating(3, 4, replace(STANDARD, ends=(2, 4, 6)))

    assert (ours.band, theirs.band) == (Band.HIGH, Band.VERY_HIGH)
    assert ours == theirs


def test_only_the_roles_named_may_accept_a_band():
    assert STANDARD.who_may_accept(12) == {Role.OFFICER, Role.REVIEWER}
    assert STANDARD.who_may_accept(15) == {Role.REVIEWER}


@pytest.mark.parametrize("scale", [STANDARD, STRICT])
def test_a_scale_is_read_as_it_was_written(scale):
    text = canonical_json(scale_as_data(scale))

    assert read_scale(json.loads(text)) == scale
    assert (read_stored(text), read_stored(None)) == (scale, STANDARD)


def test_what_changes_is_told_in_words_and_by_cell():
    after = replace(STANDARD, ends=(4, 9, 15), otherwise=8)

    assert [(one.name, one.before, one.after) for one in what_changes(STANDARD, after)] == [
        ("Scores that are high", "10 to 14", "10 to 15"),
        ("Scores that are very high", "15 to 25", "16 to 25"),
        ("Appetite for any other risk", "9", "8"),
    ]
    assert moved_cells(STANDARD, after) == {
        (3, 5): (Band.VERY_HIGH, Band.HIGH),
        (5, 3): (Band.VERY_HIGH, Band.HIGH),
    }


def test_a_scale_says_every_level_band_category_and_role():
    said = scale_in_words(STANDARD)

    assert len(said) == 10 + 4 + len(CATEGORIES) + 1 + 4
    assert said["Who may accept a very high risk"] == "reviewer"
