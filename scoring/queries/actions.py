"""What one authority does about risks: actions, controls, and its word on what it bears.

Each is read with the number of the authority, so that nothing here can return another one's. All
three are read in one statement, for they stand on one page beside much else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from accounts.models import Person
from foundation import clock
from foundation.database import db
from scoring.models import RiskAcceptance, RiskAction, RiskControl
from scoring.rules.accepting import Acceptance
from scoring.rules.actions import Action, ActionState, Control, ControlKind
from scoring.rules.matrix import Scale
from scoring.rules.ratings import Rating
from scoring.rules.register_changes import Change, differences
from scoring.rules.register_history import action_in_words, control_in_words, rating_in_words


@dataclass(frozen=True)
class Stored:
    """One version of an action, a control or an acceptance, and when it was set.

    ``kind``: which of the three; what the others hold means follows from it (``_KINDS`` says what).
    """

    kind: str
    row_id: int
    token: str
    number: int
    state: str
    text: str
    who: str
    words: str
    day: date | None
    likelihood: int
    impact: int
    appetite: int
    is_on: int
    by: str
    at: datetime

    @property
    def on(self) -> date:
        return clock.london(self.at).date()


@dataclass(frozen=True)
class Dealt:
    """What an authority set about one risk, beside its decisions; the first version first."""

    actions: tuple[Stored, ...] = ()
    controls: tuple[Stored, ...] = ()
    acceptances: tuple[Stored, ...] = ()

    @property
    def all_actions(self) -> tuple[Action, ...]:
        """Return every version of every action, the first first."""
        return tuple(_action(one) for one in self.actions)

    @property
    def listed(self) -> tuple[Action, ...]:
        """Return each action as last set, in the order in which they were first set."""
        return tuple({one.token: one for one in self.all_actions}.values())

    @property
    def held_by(self) -> tuple[Control, ...]:
        """Return each control as last set, without those taken out."""
        last = {one.token: _control(one) for one in self.controls}
        return tuple(control for control in last.values() if not control.is_taken_out)

    def accepted(self, scale: Scale) -> Acceptance | None:
        return _acceptance(self.acceptances[-1], scale) if self.acceptances else None

    def changes(self, scale: Scale) -> list[Change]:
        """Return every change, in no order."""
        return [
            *_changes_of_actions(self.actions),
            *_changes_of_controls(self.controls),
            *(_change_of_acceptance(one, scale) for one in self.acceptances),
        ]


NOTHING_DEALT = Dealt()
ACTION, CONTROL, ACCEPTANCE = "action", "control", "acceptance"


def dealt_with(authority_id: int, row_ids: Collection[int]) -> Mapping[int, Dealt]:
    """Return what the authority set about risks, by id of row: one statement for all."""
    parts = [
        _select(kind, table, names).where(
            table.authority_id == authority_id, table.risk_row_id.in_(row_ids)
        )
        for kind, (table, names) in _KINDS.items()
    ]
    everything = union_all(*parts).subquery()
    found: dict[int, dict[str, list[Stored]]] = {}
    for row in db.session.execute(select(everything).order_by(everything.c.id)):
        values = row._asdict()
        del values["id"]
        one = Stored(**values)
        found.setdefault(one.row_id, {}).setdefault(one.kind, []).append(one)
    return {
        row_id: Dealt(*(tuple(kinds.get(kind, ())) for kind in (ACTION, CONTROL, ACCEPTANCE)))
        for row_id, kinds in found.items()
    }


_TEXTS = ("token", "state", "text", "who", "words")
_NUMBERS = ("likelihood", "impact", "appetite", "is_on")


# Of each of the three: its table, and what it calls those of the names in common that it has.
_KINDS: Mapping[str, tuple[Any, Mapping[str, str]]] = {
    ACTION: (
        RiskAction,
        {"token": "action", "state": "state", "text": "what", "who": "owner", "words": "words",
         "day": "due"},
    ),
    CONTROL: (
        RiskControl,
        {"token": "control", "state": "kind", "text": "words", "who": "clause_id",
         "is_on": "is_taken_out"},
    ),
    ACCEPTANCE: (
        RiskAcceptance,
        {"who": "role", "words": "why", "day": "until", "likelihood": "likelihood",
         "impact": "impact", "appetite": "appetite", "is_on": "accepted"},
    ),
}  # fmt: skip


def _select(kind: str, table: Any, names: Mapping[str, str]) -> Select[Any]:
    """Return the columns of one of the three under the names they have in common."""
    columns = {name: getattr(table, own) for name, own in names.items()}
    texts = [type_coerce(columns.get(name, literal("")), String).label(name) for name in _TEXTS]
    numbers = [cast(columns.get(name, literal(0)), Integer).label(name) for name in _NUMBERS]
    return select(
        table.id,
        literal(kind).label("kind"),
        table.risk_row_id.label("row_id"),
        table.number,
        *texts,
        type_coerce(columns.get("day", null()), Date).label("day"),
        *numbers,
        Person.name.label("by"),
        table.done_at.label("at"),
    ).join(Person, Person.id == table.done_by_id)


def _action(one: Stored) -> Action:
    return Action(
        one.token,
        one.number,
        ActionState(one.state),
        one.text,
        one.who,
        one.day,
        one.words,
        one.by,
        one.on,
    )


def _control(one: Stored) -> Control:
    return Control(
        one.token,
        one.number,
        ControlKind(one.state),
        one.text,
        one.who,
        bool(one.is_on),
        one.by,
        one.on,
    )


def _acceptance(one: Stored, scale: Scale) -> Acceptance:
    return Acceptance(
        one.number,
        bool(one.is_on),
        Rating(one.likelihood, one.impact, scale),
        one.appetite,
        one.day,
        one.who,
        one.words,
        one.by,
        one.on,
    )


def _changes_of_actions(stored: Iterable[Stored]) -> Iterable[Change]:
    last: dict[str, Action] = {}
    for one in stored:
        shown, before = _action(one), last.get(one.token)
        what = "Action changed" if before else "Action added"
        if before is not None and before.state is not shown.state:
            what = f"Action {shown.state if shown.state != 'open' else 'opened again'}"
        found = differences(action_in_words(before), action_in_words(shown))
        title = f"{what}: {shown.what}" if before else what
        yield Change(one.at, shown.on, shown.by, title, one.words, found)
        last[one.token] = shown


def _changes_of_controls(stored: Iterable[Stored]) -> Iterable[Change]:
    last: dict[str, Control] = {}
    for one in stored:
        shown, before = _control(one), last.get(one.token)
        what = "Control changed" if before else "Control added"
        if shown.is_taken_out:
            what = "Control taken out"
        found = differences(control_in_words(before), control_in_words(shown))
        title = f"{what}: {shown.words}" if before else what
        yield Change(one.at, shown.on, shown.by, title, "", found)
        last[one.token] = shown


def _change_of_acceptance(one: Stored, scale: Scale) -> Change:
    shown = _acceptance(one, scale)
    rating = rating_in_words(shown.rating)
    what = f"Acceptance of {rating} taken back"
    if shown.accepted:
        until = clock.show_date(shown.until) if shown.until else "no day"
        role = shown.role.replace("-", " ")
        what = f"Accepted {rating}, above {shown.appetite}, until {until}, as {role}"
    return Change(one.at, shown.on, shown.by, what, shown.why)
