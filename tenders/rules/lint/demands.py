"""Certificates without equivalents, and insurance before award: what may not be demanded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.rules.questions import CLOSED, Kind, Part, PartClass
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Law
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

# Certificates and standards by the names they go by; a law is none.
NAMED = re.compile(
    r"Cyber Essentials(?: Plus)?|\bIASME\b|\b(?:BS |EN )*ISO(?:/IEC)?\s?\d{4,5}(?:-\d)?"
    r"|\bPAS\s?\d{2,5}|\bBS(?: EN)?\s?\d{4,5}|\bETSI(?: EN)?\s?\d{3}\s?\d{3}|\bIEC\s?\d{5}"
    r"|\bSOC\s?[12]\b|\bFIPS\s?\d{3}|\bPCI[ -]DSS\b|\bCSA STAR\b|\bCREST\b",
    re.IGNORECASE,
)
# Every name above has a figure or one of these words, and most texts have neither.
HINTS = ("cyber essentials", "iasme", "pci", "csa star", "crest")
DIGIT = re.compile(r"\d")
# What lets others in: an equivalent, or a name given only as an example.
OPEN = re.compile(r"equivalent|something similar", re.IGNORECASE)
EXAMPLE = re.compile(r"such as|for example|e\.g\.", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.?!;:])\s+")

INSURANCE = re.compile(r"\binsur(?:ance|ances|ed)\b", re.IGNORECASE)
LATER = re.compile(
    r"\b(?:by|at|on|upon|after|from) (?:the )?(?:date of |day of )?(?:award|contract|start)"
    r"|\bbefore (?:the )?(?:contract|work|service)s? (?:starts?|begins?)"
    r"|\bif (?:you are )?(?:awarded|successful|you win)"
    r"|\bwill (?:you )?(?:hold|have|take out|obtain)",
    re.IGNORECASE,
)
DECIDING = (PartClass.PARTICIPATION, PartClass.REQUIREMENT)


def findings(questionnaire: Questionnaire, law: Law) -> Iterator[Finding]:
    for asked in questionnaire.questions:
        for part in asked.question.parts:
            yield from _certificates(asked, part, law)
            yield from _insurance(asked, part, law)


def _decides(asked: AskedQuestion, part: Part) -> bool:
    """Whether a bid can fail by the part; one that informs or is marked cannot."""
    if asked.assessed_as is PartClass.INFORMATION:
        return False
    return asked.assessed_as in DECIDING or part.assessed in DECIDING


def _said(part: Part) -> list[str]:
    offered = [option.label for option in part.options] if part.kind in CLOSED else []
    return [part.label, part.ask, part.hint, *offered]


def _certificates(asked: AskedQuestion, part: Part, law: Law) -> Iterator[Finding]:
    if not (part.required or _decides(asked, part)):
        return
    texts = _said(part)
    named = list(dict.fromkeys(name for text in texts for name in _demanded(text)))
    if not named and not (part.kind is Kind.CERTIFICATE and part.required):
        return
    if any(OPEN.search(text) for text in (*texts, asked.question.guidance)):
        return
    what = ", ".join(named) or "a certificate"
    yield Finding(
        f"{part.id} {part.label} asks for {what} without allowing an equivalent",
        Place.QUESTIONS,
        remedy="Add ‘or equivalent’ to the part or to the guidance of its question, or let it be "
        "left empty.",
        source=law.rules["equivalents"],
        about=asked.id,
    )


def _demanded(text: str) -> Iterator[str]:
    if not DIGIT.search(text) and not any(hint in text.lower() for hint in HINTS):
        return
    for sentence in SENTENCE.split(text):
        if not EXAMPLE.search(sentence):
            yield from NAMED.findall(sentence)


def _insurance(asked: AskedQuestion, part: Part, law: Law) -> Iterator[Finding]:
    texts = [part.label, part.ask, part.hint]
    if not any("insur" in text.lower() and INSURANCE.search(text) for text in texts):
        return
    if any(map(LATER.search, texts)) or asked.assessed_as is PartClass.INFORMATION:
        return
    decides = _decides(asked, part)
    yield Finding(
        f"{part.id} {part.label} asks for insurance without saying that award is soon enough",
        Place.QUESTIONS,
        urgency=Urgency.MUST if decides else Urgency.SHOULD,
        remedy="Ask whether the supplier will hold the insurance by the date of award.",
        source=law.rules["insurance"],
        about=asked.id,
    )
