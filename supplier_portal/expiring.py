"""What a bid names that expires too soon: certificates in its answers, documents of the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from question_bank.rules.questions import Kind, Part, Question
from supplier_portal.overview import Workspace
from supplier_portal.queries.library import KeptDocument, documents_in
from supplier_portal.queries.uses import files_named
from supplier_portal.rules.library import Milestones, TooSoon, expiries_in, too_soon
from tenders.queries import facts_of


@dataclass(frozen=True)
class Expiring:
    """Something an answer names, and the first day of the tender it does not reach."""

    part: Part
    what: str
    soon: TooSoon


@dataclass(frozen=True)
class FromLibrary:
    """What the library has to say of a bid: what ends too soon, and (part, document, number named)
    wherever the bid names an older file of a document than the newest."""

    expiring: tuple[Expiring, ...]
    newer: tuple[tuple[Part, KeptDocument, int], ...]


def expiring(workspace: Workspace, question: Question | None = None) -> list[Expiring]:
    """Return what expires too soon in the answers to ``question``, or to all, in their order."""
    return list(library_in(workspace, question).expiring)


def library_in(workspace: Workspace, question: Question | None = None) -> FromLibrary:
    """Return what the library says of the answers to ``question``, or of all, in their order.

    Reads the library only where an answer names a file.
    """
    questions = [question] if question else workspace.questionnaire.bare_questions
    parts = [part for asked in questions for part in workspace.parts_shown(asked)]
    named = documents_in(workspace.bid) if _names_files(workspace, parts) else {}
    milestones = Milestones.of(facts_of(workspace.bid.tender))
    soon: list[Expiring] = []
    newer: list[tuple[Part, KeptDocument, int]] = []
    for part in parts:
        value = workspace.answers.get(part.id)
        used = [named[token] for token in files_named(value) if token in named]
        days = [*expiries_in(part, value), *_of_documents(used)]
        judged = ((what, too_soon(day, milestones)) for what, day in days)
        soon += [Expiring(part, what, found) for what, found in judged if found]
        newer += [(part, kept, number) for kept, number in used if kept.has_newer_than(number)]
    return FromLibrary(tuple(soon), tuple(newer))


def _names_files(workspace: Workspace, parts: Iterable[Part]) -> bool:
    return workspace.bid.id is not None and any(
        part.kind is Kind.FILE and workspace.answers.get(part.id) for part in parts
    )


def _of_documents(used: Iterable[tuple[KeptDocument, int]]) -> list[tuple[str, date | None]]:
    return [(f"“{kept.facts.title}”", kept.facts_of(number).expires) for kept, number in used]
