"""What one authority does about risks: actions, controls, and its word on what it bears.

Each is read with the number of the authority, so that nothing here can return another one's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from foundation import clock
from foundation.database import db
from scoring.models import RiskAcceptance, RiskAction, RiskControl
from scoring.rules.accepting import Acceptance
from scoring.rules.actions import Action, Control
from scoring.rules.matrix import Scale
from scoring.rules.ratings import Rating
from scoring.rules.register_changes import Change, differences
from scoring.rules.register_history import action_in_words, control_in_words, rating_in_words

Stored = TypeVar("Stored", RiskAction, RiskControl, RiskAcceptance)


@dataclass(frozen=True)
class Dealt:
    """What an authority set about one risk, beside its decisions; the first version first."""

    actions: tuple[RiskAction, ...] = ()
    controls: tuple[RiskControl, ...] = ()
    acceptances: tuple[RiskAcceptance, ...] = ()

    @property
    def listed(self) -> tuple[Action, ...]:
        """Return each action as last set, in the order in which they were first set."""
        return tuple({one.action: shown_action(one) for one in self.actions}.values())

    @property
    def held_by(self) -> tuple[Control, ...]:
        """Return each control as last set, without those taken out."""
        last = {one.control: shown_control(one) for one in self.controls}
        return tuple(control for control in last.values() if not control.is_taken_out)

    def accepted(self, scale: Scale) -> Acceptance | None:
        return shown_acceptance(self.acceptances[-1], scale) if self.acceptances else None

    def changes(self, scale: Scale) -> list[Change]:
        """Return every change, in no order."""
        return [
            *_changes_of_actions(self.actions),
            *_changes_of_controls(self.controls),
            *(_change_of_acceptance(one, scale) for one in self.acceptances),
        ]


NOTHING_DEALT = Dealt()


def dealt_with(authority_id: int, row_ids: Collection[int]) -> Mapping[int, Dealt]:
    """Return what the authority set about risks, by id of row: three statements for all."""
    actions = _by_row(RiskAction, authority_id, row_ids)
    controls = _by_row(RiskControl, authority_id, row_ids)
    acceptances = _by_row(RiskAcceptance, authority_id, row_ids)
    return {
        row_id: Dealt(
            tuple(actions.get(row_id, ())),
            tuple(controls.get(row_id, ())),
            tuple(acceptances.get(row_id, ())),
        )
        for row_id in {*actions, *controls, *acceptances}
    }


def shown_action(one: RiskAction) -> Action:
    return Action(
        one.action,
        one.number,
        one.state,
        one.what,
        one.owner,
        one.due,
        one.words,
        one.done_by.name,
        clock.london(one.done_at).date(),
    )


def shown_control(one: RiskControl) -> Control:
    return Control(
        one.control,
        one.number,
        one.kind,
        one.words,
        one.clause_id,
        one.is_taken_out,
        one.done_by.name,
        clock.london(one.done_at).date(),
    )


def shown_acceptance(one: RiskAcceptance, scale: Scale) -> Acceptance:
    return Acceptance(
        one.number,
        one.accepted,
        Rating(one.likelihood, one.impact, scale),
        one.appetite,
        one.until,
        one.role,
        one.why,
        one.done_by.name,
        clock.london(one.done_at).date(),
    )


def _by_row(
    table: type[Stored], authority_id: int, row_ids: Collection[int]
) -> dict[int, list[Stored]]:
    found: dict[int, list[Stored]] = {}
    for one in db.session.scalars(
        select(table)
        .options(joinedload(table.done_by, innerjoin=True))
        .where(table.authority_id == authority_id, table.risk_row_id.in_(row_ids))
        .order_by(table.id)
    ):
        found.setdefault(one.risk_row_id, []).append(one)
    return found


def _changes_of_actions(stored: Iterable[RiskAction]) -> Iterable[Change]:
    last: dict[str, Action] = {}
    for one in stored:
        shown, before = shown_action(one), last.get(one.action)
        what = "Action changed" if before else "Action added"
        if before is not None and before.state is not shown.state:
            what = f"Action {shown.state if shown.state != 'open' else 'opened again'}"
        found = differences(action_in_words(before), action_in_words(shown))
        title = f"{what}: {shown.what}" if before else what
        yield Change(one.done_at, shown.on, shown.by, title, one.words, found)
        last[one.action] = shown


def _changes_of_controls(stored: Iterable[RiskControl]) -> Iterable[Change]:
    last: dict[str, Control] = {}
    for one in stored:
        shown, before = shown_control(one), last.get(one.control)
        what = "Control changed" if before else "Control added"
        if shown.is_taken_out:
            what = "Control taken out"
        found = differences(control_in_words(before), control_in_words(shown))
        title = f"{what}: {shown.words}" if before else what
        yield Change(one.done_at, shown.on, shown.by, title, "", found)
        last[one.control] = shown


def _change_of_acceptance(one: RiskAcceptance, scale: Scale) -> Change:
    shown = shown_acceptance(one, scale)
    rating = rating_in_words(shown.rating)
    what = f"Acceptance of {rating} taken back"
    if one.accepted:
        until = clock.show_date(one.until) if one.until else "no day"
        role = one.role.replace("-", " ")
        what = f"Accepted {rating}, above {one.appetite}, until {until}, as {role}"
    return Change(one.done_at, shown.on, shown.by, what, one.why)
