"""No text is longer than its place, and Markdown says only what our pages can show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.rules.questions import Bank, Option, Part, Question

LONGEST = {
    "title": 60,
    "label": 60,
    "ask": 220,
    "hint": 400,
    "why": 600,
    "guidance": 1500,
    "level": 420,
    "says": 160,
    "option label": 160,
    "message": 200,
    "evidence": 220,
}
# The pages show paragraphs, lists and emphasis of Markdown: no HTML, no links out.
REFUSED = (
    (re.compile(r"<[A-Za-z/!]"), "HTML is not shown; write plain words"),
    (
        re.compile(r"\]\(\s*https?:", re.I),
        "pages need no internet; name the document, do not link it",
    ),
    (re.compile(r"^#{1,6} ", re.M), "headings belong to the page; write a paragraph"),
)


def problems(bank: Bank) -> Iterator[str]:
    for question in bank.questions.values():
        yield from _question_texts(question)
        for part in question.parts:
            yield from _part_texts(part)
    for case in bank.checks:
        yield from too_long(case.rule, "says", case.flag.says)


def _question_texts(question: Question) -> Iterator[str]:
    for place in ("title", "why", "guidance"):
        yield from too_long(question.id, place, getattr(question, place))
    for level, words in question.levels.items():
        yield from too_long(f"{question.id}, level {level}", "level", words)
    for pattern, remedy in REFUSED:
        if pattern.search(f"{question.why}\n{question.guidance}"):
            yield f"{question.id}: {remedy}"


def _part_texts(part: Part) -> Iterator[str]:
    for place in ("label", "ask", "hint", "evidence"):
        yield from too_long(part.id, place, getattr(part, place))
    for code, message in part.messages.items():
        yield from too_long(f"{part.id}, message {code}", "message", message)
    for option in part.options:
        yield from _option_texts(part, option)
    for outcome in part.outcomes:
        if outcome.flag:
            yield from too_long(outcome.rule, "says", outcome.flag.says)


def _option_texts(part: Part, option: Option) -> Iterator[str]:
    if part.kind != "commitment" and not option.label:
        yield f"{part.id}, {option.value}: an option needs a label"
    yield from too_long(f"{part.id}, {option.value}", "option label", option.label)


def too_long(place: str, kind: str, text: str) -> Iterator[str]:
    if len(text) > LONGEST[kind]:
        yield f"{place}: the {kind} has {len(text)} characters; its place holds {LONGEST[kind]}"
