"""Any number of bids drawn by chance from what a questionnaire asks, the same ones every time.

What a bid says depends on a seed and its number alone: not on the process, nor on the order in
which bids are drawn. Good and bad bids, long and short ones, some with gaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from question_bank.rules.kinds import rules_for
from question_bank.rules.questions import COMMITMENT_ANSWERS, Asked, Kind, Part, Schema
from tenders.rules.questionnaire import Questionnaire

NAMES = ("Example Sensing Ltd", "Example Cloud Ltd", "Host One", "Counts", "Accounts", "Counter")
DAYS = ("2024-02-29", "2025-06-30", "2026-05-14", "2027-01-31", "2030-03-31", "2034-03-31")
TIMES = ("0min", "30min", "4h", "12h", "24h", "48h", "90d")
COUNTRIES = ("GB", "GB", "GB", "IE", "US")
TEXT = "We keep copies apart and test them with the companies that we depend on."

FACTS: dict[str, Any] = {
    "closes_at": "2026-09-18",
    "award_date": "2027-01-29",
    "contract_start": "2027-04-01",
    "contract_end": "2030-03-31",
    "extension_end": "2032-03-31",
    "target_rto": "24h",
    "target_rpo": "4h",
    "permitted_countries": ["GB"],
    "notification_hours": "24",
    "price_schedule_lines": ["P7"],
}


def drawn_bids(
    questionnaire: Questionnaire, many: int, *, seed: str = "bids"
) -> Iterator[dict[str, Any]]:
    for number in range(many):
        yield drawn_bid(questionnaire, number, seed=seed)


def drawn_bid(questionnaire: Questionnaire, number: int, *, seed: str = "bids") -> dict[str, Any]:
    """Return the answers of one bid as stored. A bad value is left out, as a form would."""
    chance = Random(f"{seed} {number}")
    good, given = chance.choice((0.5, 0.85, 0.95, 0.99)), chance.choice((0.7, 0.98, 1.0, 1.0))
    answers: dict[str, Any] = {}
    for part in questionnaire.parts.values():
        if chance.random() <= given:
            value = _drawn(part, chance, good)
            read = rules_for(part.kind).read(part, value)
            if not read.problems and read.value is not None:
                answers[part.id] = read.value
    return answers


def _drawn(asked: Asked, chance: Random, good: float) -> Any:
    if asked.kind is Kind.COMMITMENT:
        answer = "yes" if chance.random() < good else chance.choice(COMMITMENT_ANSWERS)
        return {"answer": answer, "exception": "But not this"}
    if asked.kind is Kind.CHOICE:
        options = [option.value for option in asked.options]
        return options[0] if chance.random() < good else chance.choice(options)
    if asked.kind is Kind.CHOICES:
        return [option.value for option in asked.options if chance.random() < good]
    if asked.kind is Kind.NUMBER:
        return str(int(asked.at_least or 0) + chance.randrange(4))
    if isinstance(asked, Part) and asked.schema is not None:
        return _rows(asked, asked.schema, chance, good)
    return chance.choice(_PLAIN[asked.kind])


_PLAIN: Mapping[Kind, tuple[Any, ...]] = {
    Kind.SHORT_TEXT: NAMES,
    Kind.NARRATIVE: (TEXT,),
    Kind.MONEY: ("0", "0", "1250"),
    Kind.DURATION: TIMES,
    Kind.DATE: DAYS,
    Kind.URL: ("https://docs.example.test/api",),
    Kind.COUNTRY: COUNTRIES,
    Kind.COUNTRIES: (["GB"], ["GB", "IE"]),
    Kind.LINES: (["P7"],),
    Kind.FILE: ([{"name": "report.pdf", "title": "Report"}],),
}


def _rows(part: Part, schema: Schema, chance: Random, good: float) -> Any:
    if part.kind is not Kind.TABLE:
        return _row(schema, chance, good)
    if part.fixed_rows:
        key = schema.columns[0].id
        return [_row(schema, chance, good) | {key: given} for given, _ in part.fixed_rows]
    drawn = [_row(schema, chance, good) for _ in range(chance.randint(1, 5))]
    unique = schema.unique
    return list({tuple(str(row.get(name)) for name in unique): row for row in drawn}.values())


def _row(schema: Schema, chance: Random, good: float) -> dict[str, Any]:
    row = {
        column.id: _drawn(column, chance, good)
        for column in schema.columns
        if column.required or chance.random() < good
    }
    for clash in schema.contradictions:
        if all(row.get(name) == value for name, value in clash.where.items()):
            row.pop(clash.column, None)
    return row
