"""The actions of a register that comes back from a spreadsheet: what it would change of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from foundation import clock
from scoring.queries.actions import Dealt
from scoring.queries.kept_risks import KeptRisk
from scoring.rules.action_import import DUE, OWNER, STATE, WORDS, mistake_in, values_of_action
from scoring.rules.actions import Action, ActionState
from scoring.rules.register import RegisterRow
from scoring.rules.register_import import Difference, Value, Written
from scoring.service.register_import import ActionToKeep
from scoring.service.risk_actions import ActionTerms


@dataclass(frozen=True)
class KnownAction:
    """An action as it stands now, with its versions so that what stood earlier can be told."""

    kept: KeptRisk
    versions: tuple[Action, ...]

    @property
    def row(self) -> RegisterRow:
        return self.kept.row

    @property
    def action(self) -> Action:
        return self.versions[-1]

    @property
    def number(self) -> int:
        return self.action.number

    @cached_property
    def earlier(self) -> Mapping[int, Mapping[str, Value]]:
        return {one.number: values_of_action(one) for one in self.versions}


@dataclass(frozen=True)
class ProposedAction:
    """One action that the file would change."""

    written: Written
    known: KnownAction
    differences: tuple[Difference, ...]

    @property
    def key(self) -> str:
        return self.written.token

    @property
    def stands_at(self) -> int:
        """Return the number of what stands here."""
        return self.known.number

    @property
    def conflicts(self) -> bool:
        return any(one.is_conflict for one in self.differences)

    # What was said is a cell of its own.
    says_why = True
    is_action = True

    @property
    def named(self) -> str:
        row = self.known.row
        return f"Action for {row.risk_id} of {row.bid}: {self.known.action.what}"

    @property
    def short(self) -> str:
        return f"an action for {self.known.row.risk_id} of {self.known.row.bid}"

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """Return the action as it would stand."""
        wanted = {one.name: one.wanted for one in self.differences}
        return {**self.known.earlier[self.known.number], **wanted}

    @property
    def ends(self) -> bool:
        """Whether there would be nothing left to do."""
        was = self.known.action.state is ActionState.OPEN
        return was and self.values[STATE] != ActionState.OPEN

    def mistake(self) -> tuple[str, str] | None:
        """Return the field that is wrong and why, where the change could not be made."""
        today = clock.london(clock.now()).date()
        due = next((one.wanted for one in self.differences if one.name == DUE), None)
        if due is not None and due < today:  # type: ignore[operator]
            return DUE, "Enter today or a day in the future"
        return mistake_in(self.values, self.known.row.state)

    def to_keep(self, why: str) -> ActionToKeep:
        """Return what is set; ``why`` is for risks."""
        del why
        said, one = self.values, self.known
        terms = ActionTerms(
            what=one.action.what,
            owner=str(said[OWNER]),
            due=said[DUE],  # type: ignore[arg-type]
            state=ActionState(str(said[STATE])),
            words=str(said[WORDS]),
        )
        return ActionToKeep(one.kept, one.action.token, terms, one.number)


def known_actions(kept: KeptRisk, dealt: Dealt) -> dict[str, KnownAction]:
    """Return the actions of a risk by token."""
    found: dict[str, list[Action]] = {}
    for one in dealt.all_actions:
        found.setdefault(one.token, []).append(one)
    return {token: KnownAction(kept, tuple(versions)) for token, versions in found.items()}
