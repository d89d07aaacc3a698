"""The questionnaire while it is being proposed: sections of questions with their shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from question_bank.rules.knock_outs import deciding_parts, knock_outs
from question_bank.rules.packs import ALL, HUNDRED, Pack, PackSection
from question_bank.rules.questions import Bank, PartClass
from question_bank.rules.triage.reading import Wanted
from question_bank.rules.triage.weights import as_content, brought_to_hundred


@dataclass
class Entry:
    """A question, with its share of quality: a base pack's shares sum to 100 before rules act."""

    id: str
    share: Decimal
    parts: tuple[str, ...] | None
    assessed: PartClass | None
    threshold: int | None


@dataclass
class Block:
    """A section of the draft."""

    id: str
    title: str
    entries: list[Entry] = field(default_factory=list)


class Draft:
    """A pack being changed by one rule after another. ``bank`` is the edition's."""

    def __init__(self, bank: Bank, pack: Pack) -> None:
        self.bank = bank
        self.pack = pack
        self.blocks = [_block(section, section.weight) for section in pack.sections]

    def entries(self) -> Iterator[Entry]:
        return (entry for block in self.blocks for entry in block.entries)

    def entry(self, question: str) -> Entry | None:
        return next((entry for entry in self.entries() if entry.id == question), None)

    def add_pack(self, pack: Pack, share: Decimal) -> tuple[str, ...]:
        """Append the sections of ``pack`` that bring questions; return the ids they have now."""
        asked = {entry.id for entry in self.entries()}
        taken = {block.id for block in self.blocks}
        added = []
        for section in pack.sections:
            block = _block(section, section.weight * share / HUNDRED)
            block.entries = [entry for entry in block.entries if entry.id not in asked]
            for entry in block.entries:
                self._for_information(entry)
            if not block.entries:
                continue
            if block.id in taken:
                block.id = f"{pack.id}-{block.id}"
            self.blocks.append(block)
            added.append(block.id)
        return tuple(added)

    def _for_information(self, entry: Entry) -> None:
        """Say of a question without a mark, by which no bid can fail, that it only informs."""
        question = self.bank.questions.get(entry.id)
        if not entry.share and entry.assessed is None and question and not knock_outs(question):
            entry.assessed = PartClass.INFORMATION

    def ask(self, wanted: Wanted) -> str:
        """Ask a question, or more of its parts; say how, or "" if nothing had to change."""
        question = self.bank.questions.get(wanted.question)
        if question is None:
            return ""
        entry = self.entry(wanted.question)
        if entry is not None:
            return self._ask_more(entry, wanted.parts)
        block = self._block_with(wanted.beside)
        block.entries.append(Entry(question.id, question.weight, wanted.parts, None, None))
        return "asked in addition"

    def _ask_more(self, entry: Entry, parts: tuple[str, ...] | None) -> str:
        if entry.parts is None:
            return ""
        every = tuple(part.id for part in self.bank.questions[entry.id].parts)
        wanted = set(every if parts is None else parts)
        asked = tuple(part for part in every if part in wanted or part in entry.parts)
        if len(asked) == len(entry.parts):
            return ""
        entry.parts = None if asked == every else asked
        return "asked in full" if entry.parts is None else "asked with more parts"

    def _block_with(self, question: str) -> Block:
        """Return the section that asks ``question``; the last one where none does."""
        found = (b for b in self.blocks if any(e.id == question for e in b.entries))
        return next(found, self.blocks[-1])

    def leave_out(self, question: str) -> bool:
        """Take a question out, unless a bid can fail by it."""
        known = self.bank.questions.get(question)
        if known is None or self.entry(question) is None or knock_outs(known):
            return False
        for block in self.blocks:
            block.entries = [entry for entry in block.entries if entry.id != question]
        self.blocks = [block for block in self.blocks if block.entries]
        return True

    def only_failing(self, question: str) -> bool:
        """Ask of a question only what a bid can fail by, without a mark."""
        entry = self.entry(question)
        if entry is None:
            return False
        deciding = deciding_parts(self.bank.questions[question])
        if not deciding:
            return False
        entry.parts, entry.share, entry.assessed = deciding, Decimal(0), PartClass.REQUIREMENT
        return True

    def assess(self, question: str, assessed: PartClass) -> bool:
        """Assess a question in another way, unless a bid can fail by it."""
        entry = self.entry(question)
        if entry is None or knock_outs(self.bank.questions[question]):
            return False
        entry.assessed = assessed
        if assessed is not PartClass.SCORED:
            entry.share, entry.threshold = Decimal(0), None
        return True

    def multiply(self, question: str, times: Decimal) -> bool:
        """Let a question count more or less; nothing happens to one without a share."""
        entry = self.entry(question)
        if entry is None or not entry.share:
            return False
        entry.share *= times
        return True

    def raw(self) -> dict[str, Any]:
        """Return the draft in the form of a pack, every weight brought to 100."""
        shares = [
            sum((entry.share for entry in block.entries), Decimal(0)) for block in self.blocks
        ]
        return {
            "id": self.pack.id,
            "version": self.pack.version,
            "title": self.pack.title,
            "for": self.pack.suits,
            "sections": [
                _raw_section(block, weight)
                for block, weight in zip(self.blocks, brought_to_hundred(shares), strict=True)
            ],
        }


def _block(section: PackSection, weight: Decimal) -> Block:
    entries = [
        Entry(
            asked.id, weight * asked.weight / HUNDRED, asked.parts, asked.assessed, asked.threshold
        )
        for asked in section.questions
    ]
    return Block(section.id, section.title, entries)


def _raw_section(block: Block, weight: Decimal) -> dict[str, Any]:
    weights = brought_to_hundred([entry.share for entry in block.entries])
    return {
        "id": block.id,
        "title": block.title,
        "weight": as_content(weight),
        "questions": [
            _raw_question(entry, weight)
            for entry, weight in zip(block.entries, weights, strict=True)
        ],
    }


def _raw_question(entry: Entry, weight: Decimal) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "id": entry.id,
        "weight": as_content(weight),
        "parts": ALL if entry.parts is None else list(entry.parts),
    }
    if entry.assessed is not None:
        raw["class"] = str(entry.assessed)
    if entry.threshold is not None:
        raw["threshold"] = entry.threshold
    return raw
