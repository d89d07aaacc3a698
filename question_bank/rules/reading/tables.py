"""Read what tables know of each other and of themselves: rows offered, cells that disagree."""

from __future__ import annotations

from typing import Any

from question_bank.rules.questions import Contradiction, Offer
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    identifier,
    in_short,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    optional_identifier,
    refuse_unknown_keys,
)

OFFER_KEYS = ("part", "columns", "because", "match", "where", "given", "except_own")
CONTRADICTION_KEYS = ("where", "filled", "says")


def read_offers(entry: Raw, place: str) -> tuple[Offer, ...]:
    at = f"{place}, offers_rows_from"
    return tuple(_offer(one, at) for one in listed(entry.get("offers_rows_from"), at))


def _offer(entry: Any, place: str) -> Offer:
    refuse_unknown_keys(entry, OFFER_KEYS, place)
    columns = _texts(needed(entry, "columns", place), f"{place}, columns")
    matched = names(entry, "match", place) or tuple(columns)
    if len(columns) > 1 and "match" not in entry:
        raise ContentError(f"{place}: say in ‘match’ which columns tell that a row is listed")
    return Offer(
        part=identifier(entry, "part", place),
        columns=columns,
        because=needed_line(entry, "because", place),
        matched=matched,
        where=_texts(entry.get("where") or {}, f"{place}, where"),
        given=_texts(entry.get("given") or {}, f"{place}, given"),
        except_own=optional_identifier(entry, "except_own", place),
    )


def read_contradictions(entry: Raw, place: str) -> tuple[Contradiction, ...]:
    at = f"{place}, contradictions"
    return tuple(_contradiction(one, at) for one in listed(entry.get("contradictions"), at))


def _contradiction(entry: Any, place: str) -> Contradiction:
    refuse_unknown_keys(entry, CONTRADICTION_KEYS, place)
    return Contradiction(
        where=_texts(needed(entry, "where", place), f"{place}, where"),
        column=identifier(entry, "filled", place),
        says=needed_line(entry, "says", place),
    )


def _texts(value: Any, place: str) -> dict[str, str]:
    given = mapping(value, place)
    for key, text in given.items():
        if not isinstance(text, str):
            raise ContentError(f"{place}, {key}: write text, in quotes, not {in_short(text)}")
    return dict(given)
