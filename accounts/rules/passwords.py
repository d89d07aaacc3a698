"""What a password must be: long enough, and none that somebody else would try.

No letters of a certain kind are asked for and none is ever cut off or changed; a password does not
run out (NCSC, ASVS 5.0 V6.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from foundation.errors import DomainError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024

# Words of whoever chooses count from this length on; shorter ones stand in too much.
SHORTEST_WORD = 4
# So much must be left of a password without such words.
LEFT_WITHOUT_WORDS = 8
# A word with no more than this around it is the word.
MOST_AROUND_A_WORD = 8
LONGEST_REPEATED = 6
OF_THE_SERVICE = ("supplier assurance", "procurement", "tender", "password", "passphrase")

ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
)
# Too young for the lists, and known to everybody.
WELL_KNOWN = frozenset({"correcthorsebatterystaple", "horsebatterystaplecorrect"})
LOOK_ALIKE = str.maketrans("014357@$!", "oiaestasi")


class WeakPassword(DomainError):
    """A password somebody else would try; the sentence says why."""


def check_password(
    password: str,
    *,
    is_common: Callable[[str], bool],
    about: Iterable[str] = (),
    field: str = "password",
) -> None:
    """Raise WeakPassword with a sentence unless ``password`` may be chosen.

    ``is_common``: whether a text in small letters is known to be tried by everybody. ``about``:
    name, address and organisation of whoever chooses it.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(
            f"Enter a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters",
            field=field,
        )
    lower = password.lower()
    if is_repeated(lower) or is_a_run(lower):
        raise WeakPassword(
            "Enter another password: this one repeats a few characters or follows the keyboard, "
            "which is tried first",
            field=field,
        )
    together = "".join(lower.split())
    if together in WELL_KNOWN or any(map(is_common, (lower, together, core(lower)))):
        raise WeakPassword(
            "Enter another password: this one, or the word in it, is on the list of those most "
            "often used, which are tried first",
            field=field,
        )
    word = _word_it_consists_of(lower, about)
    if word:
        raise WeakPassword(
            f"Enter another password: too little of this one is left without “{word}”, which "
            "anybody who knows you or this service would try",
            field=field,
        )


def is_repeated(lower: str) -> bool:
    """Return whether a few characters are repeated to the end: aaaa…, abcabc…."""
    return any(
        lower == (lower[:length] * len(lower))[: len(lower)]
        for length in range(1, LONGEST_REPEATED + 1)
    )


def is_a_run(lower: str) -> bool:
    """Return whether the whole follows the alphabet, the digits or the keyboard, either way."""
    ways = [way * 3 for row in ROWS for way in (row, row[::-1])]
    return any(lower in way for way in ways)


def core(lower: str) -> str:
    """Return the word a password consists of but for digits and signs before and after it.

    The password itself where more than a few characters would go, for then it is no such word.
    """
    plain = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lower)
    if not plain or len(lower) - len(plain) > MOST_AROUND_A_WORD:
        return lower
    return plain.translate(LOOK_ALIKE)


def words_of(texts: Iterable[str]) -> list[str]:
    """Return the words of names and addresses that are long enough to count, the longest first."""
    found = {
        word
        for text in texts
        for word in re.split(r"[\W_]+", _plain(text))
        if len(word) >= SHORTEST_WORD
    }
    return sorted(found, key=lambda word: (-len(word), word))


def _word_it_consists_of(lower: str, about: Iterable[str]) -> str:
    """Return a word of whoever chose it, or of the service, beside which too little is left."""
    left, met = _plain(lower), ""
    for word in words_of((*about, *OF_THE_SERVICE)):
        if word in left:
            left, met = left.replace(word, " "), met or word
    # What is left counts once: spaces between words are no secret.
    return met if len(re.sub(r"\s", "", left)) < LEFT_WITHOUT_WORDS else ""


def _plain(text: str) -> str:
    """Return ``text`` in small letters without accents."""
    taken_apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
