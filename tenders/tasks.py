"""The kinds of tasks the service gives of itself, and who is told of one.

Stations that notice things name their kinds in app.py under ``KINDS``. A later station knows who is
kept away from which bid, and registers that under ``GUARD``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask import current_app

from accounts.models import Organisation
from accounts.queries import Member, Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import OrganisationKind, Permission, allows, allows_a_guest
from foundation import clock
from tenders.models import GivenTask, Tender
from tenders.rules.tasks import RUNS_OUT

KINDS = "task_kinds"
GUARD = "task_guard"

# Who is told, and finds it on his start page: at an authority, and in a company.
AT_AN_AUTHORITY = frozenset({Permission.CONTRACT_KEEP, Permission.RISK_DECIDE})
IN_A_COMPANY = frozenset({Permission.OBLIGATION_SHOW})

# What it is about, for people who may read the bid; and where it is dealt with.
About = Callable[[Viewer, GivenTask], str]
# What each of several tasks is about, by id of the task, for lists; read when it is shown.
Names = Callable[[Viewer, Sequence[GivenTask]], Mapping[int, str]]
Place = tuple[str, Mapping[str, Any]]


def _nothing_more(_viewer: Viewer, _task: GivenTask) -> str:
    return ""


def _no_names(_viewer: Viewer, _tasks: Sequence[GivenTask]) -> Mapping[int, str]:
    return {}


@dataclass(frozen=True)
class TaskKind:
    """How tasks of one kind read.

    ``what``: a sentence without its full stop that holds nothing of a bid: mails have it too.
    ``why``: what noticed it, in a sentence or two. ``place``: (endpoint, values) of the page where
    it is dealt with, if there is one. ``about`` may open what a bid says: only a page asks it, of
    people who may read it. A task that tells of agreed marks is not given while bids are marked.
    """

    what: str
    why: str
    place: Callable[[GivenTask], Place | None]
    reminders: Sequence[int] = RUNS_OUT
    about: About = _nothing_more
    told: frozenset[Permission] = frozenset()
    # The same as ``what`` once the day is over; empty where those words still hold then.
    over: str = ""
    # Whether a company's list of bids names the task; not where that list says it in another way.
    listed_for_companies: bool = True
    # Words of a button that says it is done; empty where only what it waits for ends it.
    done_by_hand: str = "I have dealt with this"
    # The same as ``about`` for lists, in as many statements for a hundred tasks as for one.
    names: Names = _no_names
    # Whether it ends right after what it waits for is done here, not only the next morning.
    ends_at_once: bool = False


# Stands in for a kind that this version of the service no longer gives.
OF_LONG_AGO = TaskKind(
    "A task of an earlier version of the service",
    "What noticed it is no longer part of the service.",
    lambda _task: None,
)


class Guard(Protocol):
    def readers(self, task: GivenTask, members: Sequence[Member]) -> Collection[int]:
        """Return the ids of those people who may be told of the task."""

    def hidden(self, viewer: Viewer, tasks: Sequence[GivenTask]) -> Collection[int]:
        """Return the ids of the tasks the viewer may not be told of."""


class _Nobody:
    """Until a later station says who may read a bid, nobody is told what concerns one."""

    def readers(self, task: GivenTask, members: Sequence[Member]) -> Collection[int]:
        return () if "bid" in task.details else [member.person_id for member in members]

    def hidden(self, viewer: Viewer, tasks: Sequence[GivenTask]) -> Collection[int]:
        return [task.id for task in tasks if "bid" in task.details]


def kind_of(task: GivenTask) -> TaskKind:
    return kind_named(task.kind)


def kind_named(kind: str) -> TaskKind:
    kinds: Mapping[str, TaskKind] = current_app.extensions[KINDS]
    return kinds.get(kind, OF_LONG_AGO)


def guard() -> Guard:
    found: Guard = current_app.extensions.get(GUARD) or _Nobody()
    return found


def who_is_told(task: GivenTask) -> list[Member]:
    """Return those of the organisation who are told of a task, as of now."""
    wanted = told_of(kind_of(task), task.organisation)
    people = [
        member
        for member in everybody_in(task.organisation_id)
        if any(_may(member, one, task) for one in wanted)
    ]
    if task.organisation.kind is not OrganisationKind.AUTHORITY or not people:
        return people
    readers = guard().readers(task, people)
    return [member for member in people if member.person_id in readers]


class WrittenTo:
    """Who gets a letter: whoever keeps the contract ("to" in the details), where he is among those
    who are told; else all of them. Read once for all tasks that tell the same people."""

    def __init__(self) -> None:
        self._told: dict[tuple[object, ...], list[Member]] = {}

    def __call__(self, task: GivenTask) -> list[Member]:
        wanted = told_of(kind_of(task), task.organisation)
        same = (task.organisation_id, task.tender_id, wanted, task.details.get("bid"))
        if same not in self._told:
            self._told[same] = who_is_told(task)
        people = self._told[same]
        keeper = [member for member in people if member.person_id == task.details.get("to")]
        return keeper or people


def told_of(kind: TaskKind, organisation: Organisation) -> frozenset[Permission]:
    if kind.told:
        return kind.told
    in_authority = organisation.kind is OrganisationKind.AUTHORITY
    return AT_AN_AUTHORITY if in_authority else IN_A_COMPANY


def title_of(task: GivenTask) -> str:
    """Return what a task is, as it is put on the day somebody reads it."""
    kind = kind_of(task)
    past = task.done_at is None and days_left(task.due_on) < 0
    return kind.over if past and kind.over else kind.what


def names_of(viewer: Viewer, tasks: Sequence[GivenTask]) -> dict[int, str]:
    """Return what tasks are about, by id, as far as the viewer may read it."""
    found: dict[int, str] = {}
    for reader in {kind_of(task).names: None for task in tasks}:
        found |= reader(viewer, [task for task in tasks if kind_of(task).names == reader])
    return found


def days_left(due_on: date) -> int:
    return (due_on - clock.london(clock.now()).date()).days


def _may(member: Member, permission: Permission, task: GivenTask) -> bool:
    if task.tender_id is None or task.tender is None:
        return allows(member.roles, permission)
    if _is_guest(task.tender, task.organisation):
        here = member.roles_for(task.tender_id)
        return allows_a_guest(member.roles, here, permission)
    return member.may(permission, tender_id=task.tender_id)


def _is_guest(tender: Tender, organisation: Organisation) -> bool:
    authority = organisation.kind is OrganisationKind.AUTHORITY
    return authority and tender.authority_id != organisation.id
