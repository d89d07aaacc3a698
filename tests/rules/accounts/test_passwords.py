"""What a password must be: long, and none that somebody else would try."""

from __future__ import annotations

import pytest

from accounts.loader import common_passwords
from accounts.rules.passwords import WeakPassword, check_password, words_of

ABOUT = ("Mara Voss", "mara.voss@larkfield.example", "Larkfield Sensors")


def refusal(password, about=ABOUT):
    """Return the sentence that refuses a password; empty for one that may be chosen."""
    try:
        check_password(password, is_common=common_passwords().__contains__, about=about)
    except WeakPassword as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "zebra lantern october",
        "school streets 2026",
        "kettle? anchor! 9",
        "nur ein paar Wörter hier",
        "密码短语需要足够长才行呢",
        "🦜🪁🎺🧭🪵🫖🧲🪀🛶🎷🪴🧵",
        "x" * 500 + "a different end",
        "twelve lower",
        "TWELVEupper x",
    ],
)
def test_any_characters_may_be_chosen_and_none_must_be(password):
    assert refusal(password) == ""


@pytest.mark.parametrize("length", [0, 1, 8, 11, 1025, 5000])
def test_too_short_and_too_long_are_refused_with_the_limits(length):
    assert refusal(("qk7 " * 2000)[:length]) == "Enter a password of 12 to 1,024 characters"


@pytest.mark.parametrize("length", [12, 64, 128, 1000, 1024])
def test_every_length_between_the_limits_is_taken(length):
    assert refusal("".join(f"w{number} " for number in range(400))[:length]) == ""


@pytest.mark.parametrize(
    "password",
    [
        "123qweasdzxc",
        "unbelievable",
        "UnBelievable",
        "super natural",
        "administrator",
        "football2026",
        "Sunshine2026!",
        "p@ssw0rd!2026",
        "...letmein...",
        "correct horse battery staple",
    ],
)
def test_what_everybody_tries_is_refused_whatever_stands_around_it(password):
    assert "is on the list of those most often used" in refusal(password)


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaa", "abcabcabcabca", "qwertyuiopas", "123456789012", "zyxwvutsrqpo", "🦜" * 12],
)
def test_repeats_and_runs_are_refused(password):
    assert "repeats a few characters or follows the keyboard" in refusal(password)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("larkfield-2026", "larkfield"),
        ("Mara Voss Mara Voss", "mara"),
        ("Sensors4Larkfield", "larkfield"),
        ("supplier-assurance1", "assurance"),
        ("Tender password!", "password"),
        ("Lärkfield 2026!", "larkfield"),
    ],
)
def test_words_of_whoever_chooses_and_of_the_service_do_not_make_a_password(password, word):
    assert f"is left without “{word}”" in refusal(password)


def test_such_a_word_does_no_harm_where_enough_stands_beside_it():
    assert refusal("larkfield zebra lantern") == ""


def test_the_words_of_a_name_are_told_apart_and_short_ones_do_not_count():
    assert words_of(["Ann O'Leary-Smith", "ann@oak.example"]) == ["example", "leary", "smith"]


def test_the_list_holds_what_its_readme_says():
    passwords = common_passwords()

    assert len(passwords) == 74_863
    assert [word in passwords for word in ("123qweasdzxc", "football", "zebra lantern")] == [
        True,
        True,
        False,
    ]
    assert all(passwords[place] < passwords[place + 1] for place in range(len(passwords) - 1))
