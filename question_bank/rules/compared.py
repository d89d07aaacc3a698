"""What a check compared, named in full: both answers, what they were asked for, and what to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.answers import show_answer
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.fired import Fired
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.questions import ROWED, CheckCase, Part, Question

FACT = "tender."
ABSENT = " does not"
COVERS = " covers "
LONGEST_VALUE = 200
MOST_DETAILS = 6
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Side:
    """One thing a check compared. ``part`` is None for a tender fact and for a mark."""

    source: str
    question: str
    title: str
    ask: str
    value: str
    part: Part | None = None

    @property
    def line(self) -> str:
        """Return the side as one line of a letter."""
        about = f"{self.title} ({self.source})" if self.question else self.title
        return f"{about}: {self.ask} – {self.value}"


def sides(
    fired: Fired, questions: Iterable[Question], situation: Situation, case: CheckCase
) -> tuple[Side, ...]:
    """Return what the check compared, in the order it read it: both answers, or answer and fact.

    A list that this bidder was not asked for, or could leave empty and did, is left out.
    """
    of_part = {part.id: (question, part) for question in questions for part in question.parts}
    titles = {question.id: question.title for question, _ in of_part.values()}
    columns = _columns(case)
    found = []
    for source in dict.fromkeys(reading.source for reading in fired.because):
        words = [r.words for r in fired.because if r.source == source]
        if source in of_part and not _says_nothing(source, words, situation):
            question, part = of_part[source]
            value = _value(part, words, situation.answers.get(source), columns.get(source, []))
            found.append(Side(source, question.id, question.title, part.ask, value, part))
        elif source.startswith(FACT):
            found.append(_fact(source, situation))
        elif source in titles:
            mark = str(situation.marks.get(source))
            found.append(Side(source, source, titles[source], "Agreed mark", mark))
    return tuple(found)


def clarification_question(fired: Fired, compared: Iterable[Side]) -> str:
    """Return the draft of a question to the bidder, with its own answers: for an officer to send.

    Marks are left out: they are nobody's outside the panel before the result.
    """
    lines = [side.line for side in compared if side.part is not None or not side.question]
    if not lines:
        return fired.clarification
    listed = "\n".join(f"- {line}" for line in lines)
    return f"{fired.clarification}\n\nWhat we compared:\n{listed}"


def _says_nothing(part_id: str, words: list[str], situation: Situation) -> bool:
    """Whether a part was not asked of this bidder, or is only a list that names nobody."""
    empty = is_empty(situation.answers.get(part_id))
    return part_id not in situation.parts or (empty and all(w.endswith(ABSENT) for w in words))


def _fact(source: str, situation: Situation) -> Side:
    name = source.removeprefix(FACT)
    spec, value = situation.fact_specs.get(name), situation.facts.get(name)
    if spec is None:
        return Side(source, "", "The tender", name, str(value))
    shown = NOTHING if is_empty(value) else show_answer(spec, value)
    return Side(source, "", "The tender", spec.label, _short(shown))


def _value(part: Part, words: list[str], answer: Any, columns: list[str]) -> str:
    """Return an answer in a few words; of a table, the rows and cells that were looked at."""
    if is_empty(answer):
        return "not answered"
    if part.kind not in ROWED:
        return _short(show_answer(part, answer))
    said = list(dict.fromkeys(words))
    details = [_detail(part, text) for text in said if not _is_about_a_list(text)]
    if len(details) < len(said):
        details.append(_names_listed(part, answer, columns))
    more = len(details) - MOST_DETAILS
    listed = "; ".join(details[:MOST_DETAILS])
    return f"{listed}; and {more} more" if more > 0 else listed


def _is_about_a_list(words: str) -> bool:
    """Whether a reading is about all the names of a list: then the names say more."""
    return words.endswith(ABSENT) or COVERS in words


def _detail(part: Part, words: str) -> str:
    """‘SLP-13.b row 2: country is “France”’ → ‘row 2: country is “France”’."""
    return words.removeprefix(part.id).lstrip(": ").strip() if words.startswith(part.id) else words


def _names_listed(part: Part, answer: Any, columns: list[str]) -> str:
    rows = answer if isinstance(answer, list | tuple) else [answer]
    names = [
        rules_for(spec.kind).show(spec, row[spec.id])
        for row in rows
        for spec in (part.schema.columns if part.schema is not None else ())
        if spec.id in columns and isinstance(row, Mapping) and not is_empty(row.get(spec.id))
    ]
    return _short("names " + ", ".join(f"“{name}”" for name in dict.fromkeys(names)))


def _columns(case: CheckCase) -> dict[str, list[str]]:
    """Return the columns in which a list of the check gives its names, by part."""
    found: dict[str, list[str]] = {}
    for node in case.when.walk():
        items = node.value if node.node == "names" else ()
        if node.node == "coverage":
            items = tuple(node.subject.values())
        for item in items:
            found.setdefault(item["part"], []).append(item.get("column", ""))
    return found


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1].rstrip()}…"
