"""A bid with its answers, and what the rules say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.exc import NoResultFound

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds.choices import ANSWERS_IN_WORDS
from question_bank.rules.outcomes import Findings, findings, situation_among
from question_bank.rules.questions import CheckCase, Flag, Kind, Outcome, Part, Question
from supplier_portal import queries
from supplier_portal.models import Bid
from supplier_portal.overview.closing import is_closed
from supplier_portal.queries import Overtaken, SavedAnswer
from supplier_portal.rules.progress import PartState, QuestionProgress, progress_of, state_of_part
from tenders.effort import minutes_in, minutes_of
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.assessed import as_assessed
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section


@dataclass(frozen=True)
class Leads:
    """What an answer leads to: in words, and the contract terms by id and title."""

    when: str
    says: str
    clauses: tuple[str, ...]
    knock_out: bool


class Workspace:
    """A bid with its answers, read once for a page.

    To save the answers to one question no others are read than theirs and those that decide which
    of its parts are asked (``only``): the rest of the bid is not there then.
    """

    def __init__(
        self,
        bid: Bid,
        saved: Mapping[str, SavedAnswer] | None = None,
        to_confirm: Mapping[str, Overtaken] | None = None,
        *,
        only: str | None = None,
    ) -> None:
        self.bid = bid
        self._only = self._parts_behind(only) if only is not None else None
        found = queries.saved_answers(bid, self._only) if saved is None else saved
        # The answers given before their question was amended that nobody confirmed, by part.
        self.to_confirm = queries.overtaken(bid, found) if to_confirm is None else to_confirm
        self.saved = queries.shown_in_forms(found, self.to_confirm)
        self._found_in: dict[str, Findings] = {}
        self.answers: Mapping[str, Any] = queries.standing_values(self.saved, self.to_confirm)

    def with_answers(self, values: Mapping[str, Any]) -> Workspace:
        """Return the bid as it is once ``values`` are saved, without reading it again."""
        changed = Workspace(self.bid, self.saved, self.to_confirm)
        changed._only = self._only
        changed.answers = {
            part_id: value
            for part_id, value in {**self.answers, **values}.items()
            if value is not None
        }
        if not self.questionnaire.revealing_parts & set(values):
            # The same parts are asked as before: no need to decide all of that again.
            changed.__dict__["situation"] = replace(self.situation, answers=changed.answers)
        return changed

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return questionnaire_of(self.bid.tender)

    def _parts_behind(self, question_id: str) -> tuple[Part, ...]:
        self.question(question_id)
        return self.questionnaire.parts_behind(question_id)

    @cached_property
    def situation(self) -> Situation:
        asked = self.questionnaire
        return situation_among(
            asked.parts.values() if self._only is None else self._only,
            self.answers,
            facts_of(self.bid.tender),
            asked.fact_specs,
            asked.every_part,
        )

    @cached_property
    def findings(self) -> Findings:
        return self._found(self.questionnaire.bare_questions, self.questionnaire.bank.checks)

    @cached_property
    def checks(self) -> Findings:
        """Return what the checks alone found: a page about one question needs no more of others."""
        return self._found((), self.questionnaire.bank.checks)

    def findings_in(self, question: Question) -> Findings:
        """Return what the answers to one question lead to, without the checks."""
        if question.id not in self._found_in:
            self._found_in[question.id] = self._found((question,), ())
        return self._found_in[question.id]

    def _found(self, questions: Iterable[Question], checks: Iterable[CheckCase]) -> Findings:
        if self._only is not None:
            raise RuntimeError("What the rules find rests on answers that were not read")
        return as_assessed(self.questionnaire, findings(questions, checks, self.situation))

    @cached_property
    def progress(self) -> Mapping[str, QuestionProgress]:
        return {
            one.id: progress_of(one, self.situation, self.checks, self.minutes[one.id])
            for one in self.questionnaire.bare_questions
        }

    def progress_in(self, question: Question) -> QuestionProgress:
        """Return how far one question is, without looking at the others."""
        return progress_of(question, self.situation, self.checks, self.minutes_in(question))

    @cached_property
    def missing(self) -> list[tuple[Question, Part, str]]:
        return [
            (entry.question, part, wrong.message)
            for entry in self.progress.values()
            for part, wrong in entry.missing
        ]

    def unfinished(self) -> list[QuestionProgress]:
        """Return the questions with required answers missing, in the order of the tender."""
        return [entry for entry in self.progress.values() if entry.missing]

    @property
    def ready(self) -> int:
        """Return how many questions have every required answer."""
        return len(self.progress) - len(self.unfinished())

    def contents_of(self, question: Question) -> list[tuple[Part, PartState]]:
        """Return the parts shown of a question, each with where it stands."""
        missing = self.progress_in(question).missing
        return [
            (part, state_of_part(part, self.answers, missing))
            for part in self.parts_shown(question)
        ]

    @cached_property
    def unconfirmed(self) -> Mapping[str, queries.Unconfirmed]:
        """Return the answers taken over from earlier bids that nobody confirmed, by part."""
        return queries.unconfirmed(self.bid)

    @cached_property
    def minutes(self) -> Mapping[str, int]:
        return minutes_of(self.questionnaire)

    def minutes_in(self, question: Question) -> int:
        return minutes_in(question, self.questionnaire.bank)

    @cached_property
    def minutes_left(self) -> int:
        return sum(entry.minutes for entry in self.progress.values())

    @cached_property
    def last_saved(self) -> datetime | None:
        return max((answer.saved_at for answer in self.saved.values()), default=None)

    def last_saved_of(self, question: Question) -> datetime | None:
        """Return when an answer to ``question`` was last saved; None if none ever was."""
        saved = (self.saved.get(part.id) for part in question.parts)
        return max((answer.saved_at for answer in saved if answer), default=None)

    def is_closed(self, moment: datetime) -> bool:
        return is_closed(self.bid, moment)

    def question(self, question_id: str) -> AskedQuestion:
        """Return a question of this tender. Raises NoResultFound (a 404)."""
        asked = self.questionnaire.question(question_id)
        if asked is None:
            raise NoResultFound
        return asked

    def part(self, question_id: str, part_id: str, kind: Kind) -> Part:
        """Return a part of ``kind`` that is asked of this bid. Raises NoResultFound."""
        for part in self.question(question_id).question.parts:
            if part.id == part_id and part.kind is kind and part_id in self.situation.parts:
                return part
        raise NoResultFound

    def parts_shown(self, question: Question) -> list[Part]:
        return [part for part in question.parts if part.id in self.situation.parts]

    def place_of(self, question_id: str) -> tuple[int, Section]:
        """Return the number of the section from 1, and the section."""
        section = self.questionnaire.section_of(question_id)
        return self.questionnaire.sections.index(section) + 1, section

    def question_after(self, question_id: str) -> str | None:
        ids = [asked.id for asked in self.questionnaire.questions]
        following = ids[ids.index(question_id) + 1 :]
        return following[0] if following else None

    def led_to(self, part: Part) -> list[Leads]:
        """Return what the saved answer to ``part`` leads to, or leaving it empty does.

        Where nothing of the question is answered yet, silence says nothing: a rule that rests on
        no answer at all is left out until there is one.
        """
        asked = self.questionnaire.question_of_part(part.id)
        fired = (
            found
            for found in (self.findings_in(asked.question).fired if asked else ())
            if found.flag
            and found.rule.startswith(f"{part.id}:")
            and (self._is_begun(found.question) or self.answers.keys() & set(found.sources))
        )
        return [self._leads("", found.flag) for found in fired if found.flag]

    def _is_begun(self, question_id: str) -> bool:
        return any(part.id in self.answers for part in self.question(question_id).question.parts)

    def may_lead_to(self, question: Question) -> list[tuple[Part, list[Leads]]]:
        """Return, part by part, which answers lead to a contract term."""
        found = []
        for part in question.parts:
            leads = [
                self._leads(_answer_in_words(part, outcome), outcome.flag)
                for outcome in part.outcomes
                if outcome.flag and outcome.flag.clauses
            ]
            if leads:
                found.append((part, leads))
        return found

    @cached_property
    def clause_titles(self) -> Mapping[str, str]:
        library = self.questionnaire.libraries.get("clauses") or {}
        return {clause["id"]: clause["title"] for clause in library.get("clauses", ())}

    def clause(self, clause_id: str) -> str:
        title = self.clause_titles.get(clause_id)
        return f"{title} ({clause_id})" if title else clause_id

    def _leads(self, when: str, flag: Flag) -> Leads:
        return Leads(
            when,
            flag.says,
            tuple(self.clause(clause) for clause in flag.clauses),
            flag.severity.value == "knock-out",
        )


def _answer_in_words(part: Part, outcome: Outcome) -> str:
    """Return the answer an outcome is about; empty where it is about something else."""
    if (option := part.option(value := outcome.rule.partition(":")[2])) is not None:
        return option.label
    return ANSWERS_IN_WORDS.get(value, "") if part.kind is Kind.COMMITMENT else ""
