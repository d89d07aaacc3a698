"""The form that marks something of a bid confidential."""

from __future__ import annotations

from typing import Any

from foundation.fields import (
    Choice,
    DateField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    required,
)
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind
from supplier_portal.overview import Workspace
from supplier_portal.rules.confidential import (
    GROUNDS_IN_WORDS,
    LONGEST_PASSAGE,
    LONGEST_REASON,
    Ground,
    Mark,
)

# What stands before the token of a file in the list of places.
FILE = "file:"
HINTS = {
    Ground.TRADE_SECRET: "Section 43(1) of the Freedom of Information Act 2000",
    Ground.COMMERCIAL_INTERESTS: "Section 43(2) of that Act, and section 94 of the Procurement "
    "Act 2023",
    Ground.OTHER: "Name the law in your reason",
}


class MarkForm(Form):
    place = SelectField(
        "Which answer or file?", validators=[required("Select an answer or a file")]
    )
    passage = TextAreaField(
        "Passage",
        hint="Copy the words from the saved answer. Leave this empty to mark the whole answer or "
        "the file; mark no more than you must.",
        most_characters=LONGEST_PASSAGE,
        rows=4,
    )
    ground = RadiosField(
        "Why should it be kept back?",
        choices=[Choice(g.value, words, HINTS[g]) for g, words in GROUNDS_IN_WORDS.items()],
        validators=[required("Select why it should be kept back")],
    )
    reason = TextAreaField(
        "What harm would making it public do?",
        hint="Say who would be harmed and how. “Commercial in confidence” alone persuades nobody.",
        most_characters=LONGEST_REASON,
        rows=5,
        validators=[required("Enter what harm making it public would do")],
    )
    until = DateField(
        "Until when?",
        hint="The last day on which the harm would still be done, for example when a price list "
        "is replaced. For example, 31 3 2028.",
        validators=[required("Enter until when it should be kept back")],
    )

    def offer(self, workspace: Workspace, question: str = "") -> None:
        """Offer the answers and files there are, of one question where one is named."""
        self.place.choices = [Choice("", "Select"), *places(workspace, question)]

    def mark(self, token: str, workspace: Workspace) -> Mark:
        """Return what was typed; the form is checked."""
        place = str(self.place.data)
        is_file = place.startswith(FILE)
        file = place.removeprefix(FILE) if is_file else ""
        part_id = part_of_file(workspace, file) if is_file else place
        return Mark(
            token=token,
            part_id=part_id,
            ground=Ground(self.ground.data),
            reason=self.reason.data or "",
            until=self.until.data,
            passage=self.passage.data or "",
            file=file,
        )


def as_data(mark: Mark) -> dict[str, object]:
    """Return a mark as it stands in the boxes."""
    return {
        "place": f"{FILE}{mark.file}" if mark.file else mark.part_id,
        "passage": mark.passage,
        "ground": mark.ground.value,
        "reason": mark.reason,
        "until": mark.until,
    }


def places(workspace: Workspace, question: str = "") -> list[Choice]:
    """Return what can be marked: each answer that is there, each file that an answer names."""
    found: list[Choice] = []
    for asked in workspace.questionnaire.bare_questions:
        if question and asked.id != question:
            continue
        for part in workspace.parts_shown(asked):
            value: Any = workspace.answers.get(part.id)
            if is_empty(value):
                continue
            if part.kind is Kind.FILE:
                found += [
                    Choice(f"{FILE}{entry['evidence']}", f"{part.id} File: {entry_title(entry)}")
                    for entry in (value if isinstance(value, list) else ())
                    if entry.get("evidence")
                ]
            else:
                found.append(Choice(part.id, f"{part.id} {part.label}"))
    # A file named in several answers is one file.
    return list({choice.value: choice for choice in reversed(found)}.values())[::-1]


def entry_title(entry: dict[str, str]) -> str:
    return entry.get("title") or entry["name"]


def part_of_file(workspace: Workspace, token: str) -> str:
    """Return the first part that names the file; empty if none does."""
    for part_id, value in workspace.answers.items():
        if isinstance(value, list) and any(
            isinstance(entry, dict) and entry.get("evidence") == token for entry in value
        ):
            return part_id
    return ""
