"""What plain content is made of: mappings, lists, texts and numbers, each refused with its place.

Content comes from people's files: every value may be anything. Whatever reads a value goes through
here, so that a slip of the pen becomes a sentence and never Python's own message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from foundation.errors import DomainError
from question_bank.rules.conditions.operands import NUMBER

Raw = Mapping[str, Any]
Entry = TypeVar("Entry")
Choice = TypeVar("Choice", bound=StrEnum)


class ContentError(DomainError):
    """Content is wrong; each of its ``sentences`` names a place and the remedy."""

    def __init__(self, *sentences: str, field: str | None = None) -> None:
        super().__init__("\n".join(sentences), field=field)
        self.sentences = sentences


def mapping(value: Any, place: str) -> Raw:
    # Asked thousands of times while a bank is read: the quick question first.
    if not isinstance(value, dict) and not isinstance(value, Mapping):
        raise ContentError(f"{place}: write lines of ‘key: value’ here, not {in_short(value)}")
    return value


def listed(value: Any, place: str) -> list[Any]:
    """Return a list as it is; nothing at all is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise ContentError(f"{place}: write a list here, not {in_short(value)}")
    return list(value)


def in_short(value: Any) -> str:
    """Return what was found instead, in words that fit into a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "lines of ‘key: value’"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f"‘{text if len(text) <= 40 else text[:39] + '…'}’"


def refuse_unknown_keys(entry: Any, known: Collection[str], place: str) -> None:
    for key in mapping(entry, place):
        if key not in known:
            raise ContentError(f"{place}: ‘{key}’ is not a known key{advice(key, known)}")


def advice(word: object, known: Collection[str]) -> str:
    near = get_close_matches(str(word), sorted(known), n=1)
    return f"; did you mean ‘{near[0]}’?" if near else ""


def advice_on_id(word: str, known: Collection[str]) -> str:
    """Return the id that was meant, if one letter too many, too few or out of turn tells.

    Ids are alike by nature: another digit in one is no slip that could be guessed.
    """
    meant = [name for name in sorted(known) if _is_a_slip(word, name)]
    return f"; did you mean ‘{meant[0]}’?" if meant else ""


def _is_a_slip(word: str, name: str) -> bool:
    if len(word) == len(name):
        apart = [number for number, letter in enumerate(word) if letter != name[number]]
        swapped = len(apart) == 2 and apart[0] + 1 == apart[1]
        return swapped and sorted(word) == sorted(name) or word.upper() == name.upper()
    longer, shorter = (word, name) if len(word) > len(name) else (name, word)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )


def needed(entry: Raw, key: str, place: str) -> Any:
    if entry.get(key) in (None, "", []):
        raise ContentError(f"{place}: ‘{key}’ is missing")
    return entry[key]


def place_of(entry: Any, what: str) -> str:
    """Return the id of an entry, which names its place in every sentence about it."""
    place = f"{what} without id"
    return identifier(mapping(entry, place), "id", place)


def identifier(entry: Raw, key: str, place: str) -> str:
    """Return what other content points at: text, and there."""
    value = needed(entry, key, place)
    if not isinstance(value, str):
        raise ContentError(
            f"{place}: write ‘{key}’ as text, in quotes if need be, not {in_short(value)}"
        )
    return value


def optional_identifier(entry: Raw, key: str, place: str) -> str:
    return "" if entry.get(key) in (None, "") else identifier(entry, key, place)


def words(entry: Raw, key: str, place: str) -> str:
    """Return a text for people, without the space around it; "" where there is none."""
    return sentence(entry.get(key), f"{place}, {key}")


def needed_words(entry: Raw, key: str, place: str) -> str:
    needed(entry, key, place)
    return words(entry, key, place)


def sentence(value: Any, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ContentError(f"{place}: write text here, in quotes if need be, not {in_short(value)}")
    return str(value).strip()


def line(value: Any, place: str) -> str:
    """Return a text as one line: content may be folded over several, a paragraph is one."""
    return " ".join(sentence(value, place).split())


def needed_line(entry: Raw, key: str, place: str) -> str:
    return " ".join(needed_words(entry, key, place).split())


def names(entry: Raw, key: str, place: str) -> tuple[str, ...]:
    """Return a list of texts, such as ids; an empty one where the key is not given."""
    at = f"{place}, {key}"
    found = listed(entry.get(key), at)
    for name in found:
        if not isinstance(name, str):
            raise ContentError(f"{at}: list texts, in quotes if need be, not {in_short(name)}")
    return tuple(found)


def whole(entry: Raw, key: str, place: str, otherwise: int = 0) -> int:
    value = entry.get(key)
    return otherwise if value is None else whole_number(value, f"{place}, {key}")


def needed_whole(entry: Raw, key: str, place: str) -> int:
    return whole_number(needed(entry, key, place), f"{place}, {key}")


def whole_number(value: Any, place: str) -> int:
    number = exact_number(value, place)
    if number != int(number):
        raise ContentError(f"{place}: write a whole number, not {in_short(value)}")
    return int(number)


def exact(entry: Raw, key: str, place: str) -> Decimal | None:
    """Return a number exactly as it is written, or None where the key is not given."""
    value = entry.get(key)
    return None if value is None else exact_number(value, f"{place}, {key}")


def exact_number(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not NUMBER.fullmatch(str(value).strip()):
        raise ContentError(f"{place}: write a number, such as 12, not {in_short(value)}")
    return Decimal(str(value).strip())


def yes_or_no(entry: Raw, key: str, place: str, otherwise: bool) -> bool:
    value = entry.get(key, otherwise)
    if not isinstance(value, bool):
        raise ContentError(f"{place}: ‘{key}’ is true or false, not {in_short(value)}")
    return value


def one_of(choices: type[Choice], entry: Raw, key: str, place: str, what: str) -> Choice:
    """Return the member of ``choices`` that the entry names; ``what`` says what they are."""
    value = needed(entry, key, place)
    try:
        return choices(value)
    except ValueError:
        known = [str(choice) for choice in choices]
        raise ContentError(
            f"{place}: {in_short(value)} is not {what}{advice(value, known)}"
            f"{'' if advice(value, known) else '; write one of ' + ', '.join(known)}"
        ) from None


def each(
    entries: Any, place: str, read: Callable[[Any], Entry], wrong: list[str]
) -> dict[int, Entry]:
    """Return what could be read, by its place in the list; the sentences of the rest in ``wrong``.

    So several mistakes are reported together: one sentence for each entry that cannot be read.
    """
    found: dict[int, Entry] = {}
    try:
        for number, entry in enumerate(listed(entries, place)):
            try:
                found[number] = read(entry)
            except ContentError as error:
                wrong.extend(error.sentences)
    except ContentError as error:
        wrong.extend(error.sentences)
    return found
