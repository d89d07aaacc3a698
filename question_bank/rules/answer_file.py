"""The answer file: one supplier's answers as JSON, read with one sentence for each mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from question_bank.rules.answers import read_answer
from question_bank.rules.kinds import Problem, is_empty, rules_for
from question_bank.rules.questions import Part

FORMAT = "supplier-assurance-answers/1"
SUPPLIER_KEYS = ("name", "company_number", "address", "contact")
FILE_KEYS = ("format", "pack", "bank_version", "supplier", "answers")


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """What one file says: ``answers`` by part id, as stored; an unanswered part is absent."""

    pack: str
    supplier: Mapping[str, str]
    answers: Mapping[str, Any]


def mistakes_and_answers(
    content: Any, parts: Mapping[str, Part], *, pack: str, bank_version: str
) -> tuple[list[str], AnswerFile]:
    """Return every mistake, a line that names the part and what was expected, and what was read."""
    if not isinstance(content, Mapping):
        return ["The file must hold one JSON object"], AnswerFile(pack, {}, {})
    mistakes = [*_envelope_mistakes(content, pack, bank_version), *_supplier_mistakes(content)]
    given = content.get("answers")
    if not isinstance(given, Mapping):
        return [*mistakes, "answers: must be an object of part ids and values"], AnswerFile(
            pack, {}, {}
        )
    answers: dict[str, Any] = {}
    for part_id, value in given.items():
        part = parts.get(part_id)
        if part is None:
            mistakes.append(_unknown_part(part_id, parts))
            continue
        read = read_answer(part, value)
        if read.problems:
            mistakes += [mistake_line(part, wrong) for wrong in read.problems]
        elif read.value is not None:
            answers[part_id] = read.value
    supplier = content.get("supplier")
    named = dict(supplier) if isinstance(supplier, Mapping) else {}
    return mistakes, AnswerFile(pack, named, answers)


def _envelope_mistakes(content: Mapping[str, Any], pack: str, bank_version: str) -> Iterator[str]:
    for key in content:
        if key not in FILE_KEYS:
            near = get_close_matches(str(key), FILE_KEYS, n=1)
            advice = f"; did you mean ‘{near[0]}’?" if near else ""
            yield f"‘{key}’ is not a key of an answer file{advice}"
    if content.get("format") != FORMAT:
        yield f"format: must be “{FORMAT}”"
    if content.get("pack") != pack:
        yield f"pack: must be “{pack}”, the questionnaire being assessed"
    if content.get("bank_version") not in (None, bank_version):
        yield (
            f"bank_version: these answers are for version {content['bank_version']} of the "
            f"questions, and version {bank_version} is being assessed; check each answer against "
            "the new questions and change the version"
        )


def _supplier_mistakes(content: Mapping[str, Any]) -> Iterator[str]:
    supplier = content.get("supplier")
    if not isinstance(supplier, Mapping) or is_empty(supplier.get("name")):
        yield "supplier.name: give the supplier’s legal name"
        return
    for key, value in supplier.items():
        if key not in SUPPLIER_KEYS:
            yield f"supplier.{key}: not known; the keys are {', '.join(SUPPLIER_KEYS)}"
        elif not isinstance(value, str) or len(value) > 500 or not _can_be_stored(value):
            yield f"supplier.{key}: must be readable text of at most 500 characters"


def _can_be_stored(text: str) -> bool:
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def _unknown_part(part_id: str, parts: Mapping[str, Part]) -> str:
    near = get_close_matches(part_id, parts, n=1, cutoff=0.8)
    shown = part_id if len(part_id) <= 60 else f"{part_id[:57]}…"
    advice = f"did you mean {near[0]}?" if near else "remove it, or choose the pack that asks it"
    return f"{shown}: is not a part of this questionnaire; {advice}"


def mistake_line(part: Part, wrong: Problem) -> str:
    """Return a problem as a line: part id, row and column, and what to do."""
    where = part.id
    if wrong.row:
        where += f", row {wrong.row}"
    if wrong.column:
        where += f", {wrong.column}"
    return f"{where}: {wrong.message}"


def answer_schema(parts: Mapping[str, Part], pack: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an answer file for these parts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Answers to {pack}",
        "type": "object",
        "required": ["format", "pack", "supplier", "answers"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "pack": {"const": pack},
            "bank_version": {"type": "string"},
            "supplier": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {key: {"type": "string"} for key in SUPPLIER_KEYS},
            },
            "answers": {
                "type": "object",
                "additionalProperties": False,
                "properties": {part.id: _part_schema(part) for part in parts.values()},
            },
        },
    }


def _part_schema(part: Part) -> dict[str, Any]:
    return {"title": part.ask, **rules_for(part.kind).json_schema(part)}
