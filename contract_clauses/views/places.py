"""Where the answers stand that a clause rests on, as links for the supplier's pages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import url_for

from tenders.rules.questionnaire import Questionnaire

PART_ID = re.compile(r"\b([A-Z0-9]{2,}-\d+\.[a-z]\d*)\b")
THE_REGISTER = re.compile(r"\b([Tt])he register holds\b")


class OwnPlaces:
    """Finds the page of an answer of the supplier's own bid."""

    def __init__(self, bid_token: str, questionnaire: Questionnaire) -> None:
        self._bid, self._questionnaire = bid_token, questionnaire
        self._question_of = {
            part.id: asked.id for asked in questionnaire.questions for part in asked.question.parts
        }

    def __call__(self, source: str) -> str:
        """Return the address of a part on the page of its question; empty for anything else."""
        question = self._question_of.get(source)
        if question is None:
            return ""
        anchor = f"part-{source.replace('.', '-')}"
        return url_for("supplier_portal.question", bid=self._bid, question=question, _anchor=anchor)

    def label(self, source: str) -> str:
        """Return a part as a person would name it: what it is about, and its id."""
        part = self._questionnaire.parts.get(source)
        return f"{part.label} ({source})" if part else source

    def linked(self, words: str) -> Iterable[tuple[str, str]]:
        """Return words in pieces: (text, address of the part it names, or nothing).

        The register is the council's; before the opening only answers can have raised a risk.
        """
        for piece in PART_ID.split(THE_REGISTER.sub(_own_answers, words)):
            if piece:
                yield piece, self(piece) if PART_ID.fullmatch(piece) else ""


def _own_answers(found: re.Match[str]) -> str:
    return f"{'Y' if found[1] == 'T' else 'y'}our answers raise"
