"""The questionnaire of a tender frozen at publication, and thawed for use.

The frozen form holds every word, weight, rule and risk by which bids are asked, marked and
contracted, so that neither the bank nor the clause library can move under a tender.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from foundation.canonical import canonical_json, canonical_object
from question_bank.rules.packs import Pack, PackQuestion, read_pack
from question_bank.rules.questions import Bank
from question_bank.rules.reading import read_bank
from tenders.rules.questionnaire import Questionnaire, choose

FORMAT = "supplier-assurance-questionnaire/1"


def freeze(
    bank: Bank,
    pack: Pack,
    raw_pack: Mapping[str, Any],
    *,
    terms: Mapping[str, Any],
    libraries: Mapping[str, Any],
) -> dict[str, Any]:
    """Return everything a tender is run by, as plain values ready for canonical JSON."""
    plain: dict[str, Any] = plain_values(
        {
            "format": FORMAT,
            "pack": raw_pack,
            "bank": kept_bank(bank, pack),
            "terms": terms,
            "libraries": libraries,
        }
    )
    return plain


def kept_bank(bank: Bank, pack: Pack) -> dict[str, Any]:
    """Return what a tender keeps of a bank: only the questions and parts the pack asks, but
    schemas, risks, themes, checks, facts and the scale whole."""
    wanted = {entry.id: entry for _, entry in pack.questions()}
    kept = [
        _kept_question(entry, wanted[entry["id"]])
        for entry in bank.raw["questions"]
        if entry["id"] in wanted
    ]
    return {**bank.raw, "questions": kept}


def frozen_text(*, bank: str, pack: str, terms: Mapping[str, Any], libraries: str) -> str:
    """Return the canonical JSON of what ``freeze`` makes, from what is written already."""
    return canonical_object(
        {
            "format": canonical_json(FORMAT),
            "pack": pack,
            "bank": bank,
            "terms": canonical_json(plain_values(terms)),
            "libraries": libraries,
        }
    )


def plain_values(value: Any) -> Any:
    """Return ``value`` with keys as text and weights such as 66.67 as text, which is exact.

    Content read from YAML has marks as keys and fractions as floating point; neither has one
    canonical form.
    """
    # Text first: most of a library is text, and asking whether it is a Mapping costs most.
    if isinstance(value, str):
        return value
    if isinstance(value, dict | Mapping):
        return {str(key): plain_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(entry) for entry in value]
    return str(value) if isinstance(value, float | Decimal) else value


def _kept_question(entry: Mapping[str, Any], wanted: PackQuestion) -> Mapping[str, Any]:
    if wanted.parts is None:
        return entry
    parts = [part for part in entry["parts"] if part["id"] in wanted.parts]
    return {**entry, "parts": parts}


def thaw(frozen: Mapping[str, Any]) -> Questionnaire:
    """Return the questionnaire that ``freeze`` made plain; the opposite of ``freeze``."""
    bank = read_bank(frozen["bank"])
    pack = read_pack(frozen["pack"])
    return replace(choose(bank, pack), terms=frozen["terms"], libraries=frozen["libraries"])
