"""What the pages of a company show of how it shares its work on a bid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from accounts.queries import Member, Viewer, members_of
from accounts.queries.team import names_of
from accounts.rules.roles import Permission
from foundation import clock
from supplier_portal import queries
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.queries import Work
from supplier_portal.rules.presence import Sign
from supplier_portal.rules.progress import QuestionProgress
from supplier_portal.rules.teamwork import sign_off_in_words, state_of_work
from tenders.rules.questionnaire import AskedQuestion


@dataclass(frozen=True, slots=True)
class Given:
    """A question somebody answers, and how far it is."""

    asked: AskedQuestion
    progress: QuestionProgress
    state: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works on a bid: by which roles, and on which questions."""

    member: Member
    everywhere: tuple[str, ...]
    here: tuple[str, ...]
    given: tuple[Given, ...]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class BidTeam:
    workers: tuple[Worker, ...]
    # Colleagues who hold no role for this bid.
    others: tuple[Member, ...]
    nobodys: tuple[Given, ...]


def bid_team(workspace: Workspace, viewer: Viewer) -> BidTeam:
    """Return who works on the bid and what each was given, in two statements."""
    tender_id, work = workspace.bid.tender_id, queries.work_on(workspace.bid)
    by_person: dict[str, list[Given]] = {}
    for asked in workspace.questionnaire.questions:
        shared = work.get(asked.id, Work())
        given = Given(asked, workspace.progress[asked.id], state_in_words(workspace, asked, shared))
        by_person.setdefault(shared.given_to_token, []).append(given)
    members = members_of(viewer)
    return BidTeam(
        tuple(
            Worker(
                member,
                tuple(member.in_words),
                tuple(names_of(member.roles_for(tender_id))),
                tuple(by_person.get(member.token, ())),
                member.may(Permission.ANSWER_WRITE, tender_id=tender_id),
            )
            for member in members
            if member.works_on(tender_id)
        ),
        tuple(member for member in members if not member.works_on(tender_id)),
        tuple(by_person.get("", ())),
    )


def state_in_words(workspace: Workspace, asked: AskedQuestion, shared: Work) -> str:
    """Return what is said of the question: marked complete, or whoever had it has left."""
    said = [given_in_words(shared)] if shared.left else []
    last_saved = workspace.last_saved_of(asked.question)
    said.append(state_of_work(shared.complete_at, last_saved, shared.complete_by))
    return ". ".join(filter(None, said))


def given_in_words(shared: Work) -> str:
    """Return who answers a question; empty where nobody in particular does."""
    if shared.left:
        return f"{shared.left} had it and can no longer answer: it is given to nobody"
    return f"{shared.given_to} answers it" if shared.given_to else ""


def work_in_words(
    workspace: Workspace, work: Mapping[str, Work], here: Mapping[str, Iterable[Sign]]
) -> dict[str, str]:
    """Return, by question, who answers it, whether it is held for complete, who is at it now."""
    words = {}
    for asked in workspace.questionnaire.questions:
        shared = work.get(asked.id, Work())
        last_saved = workspace.last_saved_of(asked.question)
        said = [
            given_in_words(shared),
            state_of_work(
                shared.complete_at,
                last_saved,
                shared.complete_by,
                len(workspace.progress[asked.id].missing),
            ),
            *here_in_words(here.get(asked.id, ())),
        ]
        words[asked.id] = ". ".join(filter(None, said))
    return {question_id: said for question_id, said in words.items() if said}


def others_here(workspace: Workspace, viewer: Viewer, moment: datetime) -> dict[str, list[Sign]]:
    """Return by question the colleagues who have it open, or saved an answer there just now."""

    def question_of(part_id: str) -> str | None:
        asked = workspace.questionnaire.question_of_part(part_id)
        return asked.id if asked else None

    return queries.others_at_work(workspace.bid, viewer, moment, question_of)


def here_in_words(signs: Iterable[Sign]) -> list[str]:
    return [
        f"{sign.person} has this question open ({clock.show_time(sign.at)})"
        if sign.is_open
        else f"{sign.person} saved an answer here at {clock.show_time(sign.at)}"
        for sign in signs
    ]


@dataclass(frozen=True, slots=True)
class Mine:
    """The questions given to whoever looks, and the sections they stand in."""

    questions: frozenset[str]
    sections: frozenset[str]


def for_task_list(workspace: Workspace, viewer: Viewer, whose: str) -> dict[str, Any]:
    """Return what the task list shows of the work; ``whose`` is "mine" for one's own questions."""
    work = queries.work_on(workspace.bid)
    here = others_here(workspace, viewer, clock.now())
    given = frozenset(
        question_id
        for question_id, shared in work.items()
        if shared.given_to_token == viewer.person_token
    )
    sections = frozenset(
        section.id
        for section in workspace.questionnaire.sections
        if any(asked.id in given for asked in section.questions)
    )
    return {
        "work": work_in_words(workspace, work, here),
        "mine": Mine(given, sections),
        "only_mine": whose == "mine",
        "signing": sign_off_of(workspace.bid),
    }


def here_at(workspace: Workspace, question_id: str, viewer: Viewer) -> list[str]:
    """Return in words which colleagues are at this question now."""
    return here_in_words(others_here(workspace, viewer, clock.now()).get(question_id, ()))


def sign_off_of(bid: Bid) -> str:
    """Return how the sign-off stands, in a few words."""
    return sign_off_in_words(bid.revision, queries.last_sign_off(bid))


def tender_links(viewer: Viewer, tender_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return title and team page of each tender the viewer's company bids for."""
    return {
        bid.tender_id: (bid.tender.title, team_page(bid) if may_read(viewer, bid) else "")
        for bid in queries.bids_for(viewer.organisation_id, tender_ids)
    }


def team_page(bid: Bid) -> str:
    return url_for("supplier_portal.team", bid=bid.token)


def may_read(viewer: Viewer, bid: Bid) -> bool:
    return viewer.may(Permission.BID_READ, tender_id=bid.tender_id)
