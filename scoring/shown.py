"""What the pages show of an opened bid: answers in words, beside what they led to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from question_bank.rules.answers import show_answer
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.fired import Fired
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.questions import Kind, Part, Question, Schema, Severity
from scoring.queries import EvaluatedBid
from scoring.rules.results import Cause, Reason
from supplier_portal.queries import EvidenceFile
from supplier_portal.queries.opened import EarlierWords

ORDER = (Severity.KNOCK_OUT, Severity.RED, Severity.AMBER, Severity.INFO)
SEVERITY_WORDS = {
    "knock-out": "Proposes failure",
    "red": "Red flag",
    "amber": "Amber flag",
    "info": "For information",
}
# The class of the tag that repeats the word in colour.
SEVERITY_TAGS = {"knock-out": "red", "red": "red", "amber": "amber", "info": "info"}


@dataclass(frozen=True)
class ShownPart:
    """One part with the answer to it. ``rows`` are cells in words under ``headings``."""

    part: Part
    is_asked: bool
    is_answered: bool
    text: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    files: tuple[EvidenceFile, ...]
    reasons: tuple[Reason, ...]
    flags: tuple[Fired, ...]
    needs_reading: bool
    # The answer to the words of before an amendment, where the bid was not submitted since.
    earlier: EarlierWords | None = None


def shown_parts(bid: EvaluatedBid, question: Question) -> list[ShownPart]:
    """Return the parts of a question in order, each with what limits the level because of it."""
    level = bid.evaluation.levels[question.id]
    found = bid.evaluation.findings.of_question(question.id)
    situation = bid.evaluation.situation
    return [
        _shown(bid, part, situation, level.reasons, found, level.unread) for part in question.parts
    ]


def _shown(
    bid: EvaluatedBid,
    part: Part,
    situation: Situation,
    reasons: Iterable[Reason],
    found: Iterable[Fired],
    unread: tuple[str, ...],
) -> ShownPart:
    value = bid.opened.answers.get(part.id)
    headings, rows = _table(part, value)
    return ShownPart(
        part=part,
        is_asked=part.id in situation.parts,
        is_answered=not is_empty(value),
        text="" if rows or part.kind is Kind.FILE else show_answer(part, value),
        headings=headings,
        rows=rows,
        files=_files(bid, part, value),
        reasons=tuple(reason for reason in reasons if part_of(reason.rule) == part.id),
        flags=tuple(f for f in found if f.flag and part_of(f.rule) == part.id),
        needs_reading=part.id in unread,
        earlier=bid.opened.earlier.get(part.id),
    )


def part_of(rule: str) -> str:
    """Return the part, question or check a rule's id begins with."""
    return rule.partition(":")[0]


def question_flags(bid: EvaluatedBid, question: Question) -> list[Fired]:
    """Return the flags that are about the question as a whole, and the checks that read it."""
    parts = {part.id for part in question.parts}
    return [
        fired
        for fired in sorted_flags(bid.evaluation.findings.flags)
        if part_of(fired.rule) not in parts
        and (fired.question == question.id or any(r.source in parts for r in fired.because))
    ]


def sorted_flags(flags: Iterable[Fired]) -> list[Fired]:
    return sorted(flags, key=lambda fired: ORDER.index(fired.flag.severity) if fired.flag else 9)


def by_severity(flags: Iterable[Fired]) -> list[tuple[str, list[Fired]]]:
    """Return the flags under their severities, the gravest first."""
    groups = groupby(sorted_flags(flags), lambda f: f.flag.severity if f.flag else "")
    return [(severity, list(group)) for severity, group in groups]


def _table(part: Part, value: object) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return a table's used columns and its rows in words; a record is a table of one row."""
    rows = value if isinstance(value, list | tuple) else [value]
    cells = [row for row in rows if isinstance(row, dict)]
    if part.schema is None or not cells:
        return (), ()
    schema: Schema = part.schema
    used = [c for c in schema.columns if any(not is_empty(row.get(c.id)) for row in cells)]
    shown = tuple(
        tuple("" if is_empty(row.get(c.id)) else rules_for(c.kind).show(c, row[c.id]) for c in used)
        for row in cells
    )
    return tuple(column.label for column in used), shown


def _files(bid: EvaluatedBid, part: Part, value: object) -> tuple[EvidenceFile, ...]:
    if part.kind is not Kind.FILE or not isinstance(value, list | tuple):
        return ()
    named = {entry.get("evidence") for entry in value if isinstance(entry, dict)}
    return tuple(entry for entry in bid.opened.evidence if entry.token in named)


@dataclass(frozen=True)
class Link:
    """One link of the chain behind a risk: what kind of thing, its words, where it leads."""

    kind: str
    words: str
    place: tuple[str, str] | None = None  # (question, part) of the mark page
    severity: str = ""


def chain(bid: EvaluatedBid, cause: Cause) -> list[Link]:
    """Return answer → rule for one cause; the page adds risk, treatment and clauses."""
    answers = [
        Link("Answer", f"{source} {_label(bid, source)}".strip(), _place(bid, source))
        for source in cause.sources
        if not source.startswith("tender.")
    ]
    facts = [
        Link("Tender fact", bid.questionnaire.fact_specs[name].label)
        for name in (s.removeprefix("tender.") for s in cause.sources if s.startswith("tender."))
        if name in bid.questionnaire.fact_specs
    ]
    return [*answers, *facts]


def _label(bid: EvaluatedBid, source: str) -> str:
    part, asked = bid.questionnaire.parts.get(source), bid.questionnaire.question(source)
    return part.label if part else asked.question.title if asked else ""


def _place(bid: EvaluatedBid, source: str) -> tuple[str, str] | None:
    asked = bid.questionnaire.question_of_part(source)
    if asked is not None:
        return asked.id, source
    return (source, "") if bid.questionnaire.question(source) else None


@dataclass(frozen=True)
class NextMark:
    """Where marking goes on, and how far it is."""

    bid: str
    question_id: str


def next_unmarked(bid: EvaluatedBid, after: str) -> NextMark | None:
    """Return the next question of the bid without a mark, after this one, then from the start."""
    order = [asked.id for asked in bid.questionnaire.questions]
    start = order.index(after) + 1 if after in order else 0
    waiting = [name for name in (*order[start:], *order[:start]) if name in bid.unmarked]
    later = [name for name in waiting if name != after]
    return NextMark(bid.token, later[0]) if later else None
