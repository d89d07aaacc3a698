"""One entry per kind of answer: looked up by every reader, check, page and document."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.rules.kinds.base import KindRules
from question_bank.rules.questions import Kind


def rules_for(kind: Kind) -> KindRules:
    return KINDS[kind]


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
