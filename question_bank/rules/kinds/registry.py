"""One entry per kind of answer: looked up by every reader, check, page and document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.rules.kinds.base import KindRules, Read
from question_bank.rules.questions import Asked, Kind

# Kinds whose values are few, and those short; and how many are kept.
OF_FEW_VALUES = frozenset(
    {Kind.CHOICE, Kind.COUNTRY, Kind.NUMBER, Kind.MONEY, Kind.DURATION, Kind.DATE}
)
SHORT, MOST_KEPT = 40, 200


def rules_for(kind: Kind) -> KindRules:
    return KINDS[kind]


def read_value(asked: Asked, value: Any) -> Read:
    """Return how a value that is not empty reads. What few values read as is kept: bids say the
    same again and again."""
    read = KINDS[asked.kind].read(asked, value)
    if (
        asked.kind in OF_FEW_VALUES
        and type(value) is str
        and len(value) <= SHORT
        and len(asked.seen) < MOST_KEPT
        and not read.problems
    ):
        asked.seen[value] = read
    return read


def _registry() -> Mapping[Kind, KindRules]:
    # Rows look their cells up here, so the modules are joined once all of them exist.
    from question_bank.rules.kinds import amounts, choices, rows, text

    return {
        Kind.COMMITMENT: choices.COMMITMENT,
        Kind.CHOICE: choices.CHOICE,
        Kind.CHOICES: choices.CHOICES,
        Kind.SHORT_TEXT: text.SHORT_TEXT,
        Kind.NARRATIVE: text.NARRATIVE,
        Kind.NUMBER: amounts.NUMBER,
        Kind.MONEY: amounts.MONEY,
        Kind.DURATION: amounts.DURATION_RULES,
        Kind.DATE: amounts.DATE,
        Kind.URL: text.URL,
        Kind.COUNTRY: choices.COUNTRY,
        Kind.CERTIFICATE: rows.RECORD,
        Kind.RECORD: rows.RECORD,
        Kind.TABLE: rows.TABLE,
        Kind.FILE: rows.FILE,
        Kind.COUNTRIES: choices.COUNTRIES,
        Kind.LINES: text.LINES,
    }


KINDS = _registry()
