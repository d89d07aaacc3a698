"""What of a bid is to be looked at again, by name, for the first page of its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.schedules import NoLibrary, library_of
from contract_clauses.rules.library import Library
from scoring.queries.reopening import Again
from scoring.rules.reopening import Thing
from tenders.queries import questionnaire_of
from tenders.rules.questionnaire import Questionnaire


def named_again(seen: ContractSeen, again: Iterable[Again]) -> list[tuple[str, list[str]]]:
    """Return “2 answers”, “1 clause” and so on, each with what they are called: “Last penetration
    test (SLP-06.f3)”. What has no name there is called by its number alone."""
    asked = questionnaire_of(seen.tender)
    names: dict[Thing, Callable[[str], str]] = {
        Thing.ANSWER: lambda one: _part(asked, one),
        Thing.RISK: lambda one: _risk(asked, one),
        Thing.CLAUSE: lambda one: _clause(_library(seen, asked), one),
    }
    open_things = list(again)
    found = []
    for thing, name in names.items():
        subjects = dict.fromkeys(one.subject for one in open_things if one.thing is thing)
        if subjects:
            many = f"{len(subjects)} {thing}{'' if len(subjects) == 1 else 's'}"
            found.append((many, [_called(name(one), one) for one in subjects]))
    return found


def _called(name: str, number: str) -> str:
    return f"{name} ({number})" if name else number


def _part(asked: Questionnaire, number: str) -> str:
    part = asked.parts.get(number)
    return "" if part is None else part.label


def _risk(asked: Questionnaire, number: str) -> str:
    risk = asked.bank.risks.get(number)
    return "" if risk is None else risk.title


def _library(seen: ContractSeen, asked: Questionnaire) -> Library | None:
    try:
        return library_of(seen.tender, asked)
    except NoLibrary:
        return None


def _clause(library: Library | None, number: str) -> str:
    topic = None if library is None else library.topics.get(number)
    return "" if topic is None else topic.title
