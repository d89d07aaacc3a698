"""What a bid names that expires too soon: certificates in its answers, documents of the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from question_bank.rules.questions import Kind, Part, Question
from supplier_portal.overview import Workspace
from supplier_portal.queries.library import KeptDocument, documents_in
from supplier_portal.queries.uses import files_named
from supplier_portal.rules.library import Milestones, TooSoon, expiries_in, too_soon
from tenders.queries import facts_of

Named = Mapping[str, tuple[KeptDocument, int]]


@dataclass(frozen=True)
class Expiring:
    """Something an answer names, and the first day of the tender it does not reach."""

    part: Part
    what: str
    soon: TooSoon


def expiring(workspace: Workspace, question: Question | None = None) -> list[Expiring]:
    """Return what expires too soon in the answers to ``question``, or to all, in their order.

    Reads the library only where an answer names a file.
    """
    questions = [question] if question else workspace.questionnaire.bare_questions
    parts = [part for asked in questions for part in workspace.parts_shown(asked)]
    named = documents_in(workspace.bid) if _names_files(workspace, parts) else {}
    milestones = Milestones.of(facts_of(workspace.bid.tender))
    found = []
    for part in parts:
        value = workspace.answers.get(part.id)
        days = [*expiries_in(part, value), *_of_documents(files_named(value), named)]
        judged = ((what, too_soon(day, milestones)) for what, day in days)
        found += [Expiring(part, what, soon) for what, soon in judged if soon]
    return found


def _names_files(workspace: Workspace, parts: Iterable[Part]) -> bool:
    return workspace.bid.id is not None and any(
        part.kind is Kind.FILE and workspace.answers.get(part.id) for part in parts
    )


def _of_documents(tokens: Iterable[str], named: Named) -> list[tuple[str, date | None]]:
    documents = (named[token] for token in tokens if token in named)
    return [(f"“{kept.facts.title}”", kept.facts_of(number).expires) for kept, number in documents]
