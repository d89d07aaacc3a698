"""The form of all weights: one box for each section and each question that can have one.

Plain boxes rather than form fields: a hundred and fifty of those cost a noticeable time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from foundation.fields import decimal_from
from tenders.building import Block, Overview
from tenders.rules import plan as plans
from tenders.rules.plan import Plan, PlanError
from tenders.rules.plan.problems import shown


class WeightsForm:
    """``typed`` has the text of each box by its name: ``section-<id>`` or ``weight-<question>``."""

    def __init__(self, overview: Overview, sent: Mapping[str, str] | None = None) -> None:
        self.blocks = overview.blocks
        self.message = ""
        self.at: dict[str, str] = {}
        # What a button worked out, to be looked at before it is saved.
        self.notice = ""
        kept = {f"section-{b.section.id}": b.weight for b in self.blocks}
        kept |= {_box(line.asked.id): line.weight for b in self.blocks for line in b.lines}
        self.typed = {
            name: value if sent is None else sent.get(name, value).strip()
            for name, value in kept.items()
        }
        self.weights: dict[str, Decimal | None] = {}

    def is_readable(self) -> bool:
        """Read every box; what is no number is said at its box."""
        for name, text in self.typed.items():
            weight = decimal_from(text.removesuffix("%").strip()) if text else None
            if text and weight is None:
                self.at[name] = "Enter a number, like 12.5"
            self.weights[name] = weight
        return not self.at

    def is_complete(self) -> bool:
        """Say at each empty box that it stands for nothing until it is shared out or filled."""
        boxes = [f"section-{block.section.id}" for block in self.blocks]
        boxes += [name for block in self.blocks for name in _marked(block)]
        for name in boxes:
            if not self.typed[name]:
                self.at[name] = "Enter a weight, or press the button that shares what is left"
        return not self.at

    def consequences(self) -> list[str]:
        """Return which questions are assessed in another way because of their new weight."""
        lines = [line for block in self.blocks for line in block.lines]
        marked = [
            line.asked.id
            for line in lines
            if not decimal_from(line.weight) and self._of(_box(line.asked.id))
        ]
        passed = [
            line.asked.id
            for line in lines
            if decimal_from(line.weight) and not self._of(_box(line.asked.id))
        ]
        return [
            f"{words}: {', '.join(ids)}"
            for words, ids in (
                ("Marked from now on", marked),
                ("No longer marked, but passed or failed", passed),
            )
            if ids
        ]

    def change(self, plan: Plan) -> Plan:
        """Return the plan with the weights typed."""
        return plans.set_weights(
            plan,
            sections={b.section.id: self._of(f"section-{b.section.id}") for b in self.blocks},
            questions={
                line.asked.id: self._of(_box(line.asked.id))
                for b in self.blocks
                for line in b.lines
            },
        )

    def share_out(self, what: str) -> None:
        """Fill the empty boxes of the sections, or of one section's marked questions, evenly."""
        names = [f"section-{block.section.id}" for block in self.blocks]
        place = "sections"
        for block in self.blocks:
            if what == f"in:{block.section.id}":
                names = _marked(block)
                place = f"questions in ‘{block.section.title}’"
        try:
            shared = plans.shared_evenly({name: self.weights.get(name) for name in names})
        except PlanError as error:
            self.add_error(f"{error}")
            return
        self.typed |= {name: shown(weight) for name, weight in shared.items()}
        self.notice = f"What was left is shared among the {place}. Look at it, then save."

    def add_error(self, message: str, field: str | None = None) -> None:
        if field in self.typed:
            self.at[str(field)] = message
        else:
            self.message = message

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (message, name of the box or nothing) in the order of the page."""
        found = [(self.message, "")] if self.message else []
        return found + [(self.at[name], name) for name in self.typed if name in self.at]

    def sum_of(self, block: Block | None) -> str:
        """Return the sum of what stands in the boxes of a section, or of the sections."""
        names = (
            [f"section-{b.section.id}" for b in self.blocks]
            if block is None
            else [_box(line.asked.id) for line in block.lines]
        )
        numbers = [decimal_from(self.typed[name]) or Decimal(0) for name in names]
        return shown(sum(numbers, Decimal(0)))

    def _of(self, name: str) -> Decimal:
        return self.weights.get(name) or Decimal(0)


def _box(question_id: str) -> str:
    return f"weight-{question_id}"


def _marked(block: Block) -> list[str]:
    return [_box(line.asked.id) for line in block.lines if line.can_have_weight]
