"""The forms of the supplier's pages: one question, one row, a file, the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, ValidationError

from foundation.fields import (
    CheckboxesField,
    DateField,
    FileField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from foundation.uploads import ACCEPT, LIMITS_OF_A_BID
from question_bank.rules.questions import Kind, Part, Question
from supplier_portal.fields import Entry, posted_entry, read_row_entry, stored_entry
from supplier_portal.queries import SavedAnswer
from supplier_portal.rules.teamwork import LONGEST_REMARK
from supplier_portal.service import Change, Clash, NewFile
from supplier_portal.terms_forms import TermsForm

# Parts answered on pages of their own, so that a file too large never costs typed text.
ON_THEIR_OWN = frozenset({Kind.TABLE, Kind.FILE})
VERSION = "v-"
LONGEST_TITLE = 200
# Names a question's page sends beside its parts.
OTHER_NAMES = {"csrf_token", "then", "asked", "typed_here", "typed_page", "questionnaire"}


class QuestionForm:
    """The parts of one question that are answered on its page.

    Each part travels with the version it was based on; a part without one was not on the page.
    """

    def __init__(
        self,
        question: Question,
        parts: Iterable[Part],
        saved: Mapping[str, SavedAnswer],
        sent: MultiDict[str, str] | None = None,
    ) -> None:
        self.question = question
        self.sent = sent
        self.message = ""
        self.clashes: dict[str, Clash] = {}
        # What was amended since the page was opened, by part; nothing typed for it is saved.
        self.amended: dict[str, Any] = {}
        # What is asked no longer, by part: what it was called, and the amendment that took it out.
        self.gone: dict[str, tuple[str, str]] = {}
        self.versions = {part_id: answer.version for part_id, answer in saved.items()}
        mine = {part.id: part for part in question.parts if part.kind not in ON_THEIR_OWN}
        shown = [part.id for part in parts if part.id in mine]
        if sent is not None:
            self.versions |= _versions_sent(sent, mine)
            shown += [part_id for part_id in mine if self.was_sent(part_id)]
        self.entries = {
            part.id: self._entry(part, saved.get(part.id))
            for part in mine.values()
            if part.id in shown
        }

    def read(self) -> dict[str, Change]:
        """Return what can be saved, by part; what cannot is noted at its entry."""
        changes = {}
        for part_id, entry in self.entries.items():
            if self.was_sent(part_id) and part_id not in self.amended:
                read = entry.read()
                if not read.problems:
                    changes[part_id] = (self.versions.get(part_id, 0), read.value)
        return changes

    def note_clashes(self, clashes: Iterable[Clash]) -> None:
        """Show both texts; what is sent next is based on the colleague's, seen and decided on."""
        for clash in clashes:
            self.clashes[clash.part_id] = clash
            self.versions[clash.part_id] = clash.version
            self.entries[clash.part_id].errors.append(
                f"{clash.author} saved another answer while you were writing: compare both and "
                "save one"
            )

    def rebase(self, versions: Mapping[str, int]) -> None:
        self.versions |= versions

    def not_saved(self) -> set[str]:
        """Return the parts sent that were not saved: wrong, clashing, or all if all was refused."""
        sent = {part_id for part_id in self.entries if self.was_sent(part_id)}
        return sent if self.message else {i for i in sent if self.entries[i].all_errors()}

    @property
    def strangers(self) -> list[tuple[str, str]]:
        """What was typed for parts this question does not have: (name, text)."""
        if self.sent is None:
            return []
        known = tuple(part.id for part in self.question.parts)
        return [
            (name, value)
            for name, value in self.sent.items(multi=True)
            if name not in OTHER_NAMES
            and not name.removeprefix(VERSION).startswith(known)
            and not any(is_of(name, part_id) for part_id in self.gone)
            and value.strip()
            and not name.startswith(VERSION)
        ]

    @property
    def taken_out(self) -> dict[str, list[str]]:
        """What was typed for parts that an amendment took out: what it says, by part."""
        found: dict[str, list[str]] = {}
        for name, value in self.sent.items(multi=True) if self.sent is not None else ():
            for part_id in self.gone:
                if is_of(name, part_id) and value.strip() and not name.startswith(VERSION):
                    found.setdefault(part_id, []).append(value)
        return found

    def said_of_taken_out(self) -> list[tuple[str, str]]:
        """Return (part, sentence) for each part asked no longer for which something was typed."""
        return [
            (
                part_id,
                "{} was taken out by {}, so what you typed for it was not saved".format(
                    *self.gone[part_id]
                ),
            )
            for part_id in self.taken_out
        ]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (message, id of the box or nothing) for the summary, in the order of the page."""
        found = [(self.message, "")] if self.message else []
        found += [
            (f"{name[:40]} is not asked here, so it was not saved", "")
            for name, _ in self.strangers
        ]
        found += [(said, "taken-out") for _, said in self.said_of_taken_out()]
        return found + [error for entry in self.entries.values() for error in entry.all_errors()]

    def was_sent(self, part_id: str) -> bool:
        return self.sent is not None and VERSION + part_id in self.sent

    def _entry(self, part: Part, saved: SavedAnswer | None) -> Entry:
        if self.sent is not None and self.was_sent(part.id):
            return posted_entry(part, part.id, self.sent)
        return stored_entry(part, part.id, saved.value if saved else None)


class RowForm:
    """One row of a table, based on a version of the whole table."""

    def __init__(
        self,
        part: Part,
        row: Mapping[str, Any],
        version: int,
        sent: MultiDict[str, str] | None = None,
        *,
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.version = version_sent(sent) if sent is not None else version
        self.message = ""
        self.clash: Clash | None = None
        # The cells that stand fixed, such as the theme of a row that is given.
        self.given = given or {}
        self.entry = posted_entry(part, "row", sent) if sent is not None else _row(part, row)

    @property
    def cells(self) -> list[Entry]:
        return [cell for cell in self.entry.cells if cell.asked.id not in self.given]

    def read(self) -> dict[str, Any] | None:
        """Return the row as it would be stored; None where something is wrong with it."""
        for cell in self.entry.cells:
            if cell.asked.id in self.given:
                cell.typed = {"": self.given[cell.asked.id]}
        read = read_row_entry(self.entry)
        row: dict[str, Any] | None = read.value
        return None if read.problems else row

    @property
    def errors(self) -> list[tuple[str, str]]:
        found = [(self.message, "")] if self.message else []
        return found + self.entry.all_errors()


class EvidenceForm(Form):
    file = FileField(
        "File", hint=LIMITS_OF_A_BID, accept=ACCEPT, validators=[required("Select a file")]
    )
    title = TextField("What it is (optional)", hint="For example, Penetration test report")
    issued = DateField("Date on the document (optional)", hint="For example, 27 3 2026")

    def validate_title(self, field: TextField) -> None:
        if len(field.data or "") > LONGEST_TITLE:
            raise ValidationError(f"Enter {LONGEST_TITLE} characters or fewer")

    def new_file(self) -> NewFile:
        return NewFile(
            name=self.file.data.filename,
            data=self.file.data.stream,
            title=self.title.data or "",
            issued=self.issued.data.isoformat() if self.issued.data else "",
        )


class ConfirmForm(Form):
    """A button that changes something, and nothing to fill in."""


class GiveForm(Form):
    """Who answers a question."""

    person = SelectField("Who answers this question")


class CommentForm(Form):
    text = TextAreaField(
        "Add a comment",
        hint="Only your company reads it: it is no part of the bid, and the council never sees it.",
        most_characters=LONGEST_REMARK,
        rows=4,
        validators=[required("Enter a comment")],
    )


class SignOffForm(Form):
    """A certifier's word, on the revision of the bid he was shown."""

    decision = RadiosField(
        "Do you sign this bid off?",
        choices=[("yes", "Yes, it may be submitted"), ("no", "No, something must change first")],
        validators=[required("Select whether you sign the bid off")],
    )
    text = TextAreaField(
        "What must change",
        hint="Needed if you do not sign it off. Only your company reads it.",
        most_characters=LONGEST_REMARK,
        rows=4,
    )
    revision = HiddenField()


class SubmitForm(TermsForm):
    # New with every page shown: a form that is sent twice makes one submission.
    form_key = HiddenField(render_kw={"autocomplete": "off"})
    knows_missing = CheckboxesField(
        "Answers that are missing",
        choices=[("yes", "Submit the bid although required answers are missing")],
    )
    agreed = CheckboxesField(
        "Declaration",
        choices=[
            (
                "yes",
                "The answers are true and complete to the best of my knowledge, and I may submit "
                "them for the company",
            )
        ],
    )
    declared_by = TextField("Your full name", autocomplete="name", width=20)


def _row(part: Part, row: Mapping[str, Any]) -> Entry:
    columns = part.schema.columns if part.schema else ()
    cells = (stored_entry(column, f"row.{column.id}", row.get(column.id)) for column in columns)
    return Entry(part, "row", cells=tuple(cells))


def _versions_sent(sent: MultiDict[str, str], mine: Mapping[str, Part]) -> dict[str, int]:
    return {
        part_id: whole_number(sent[VERSION + part_id])
        for part_id in mine
        if VERSION + part_id in sent
    }


def is_of(name: str, part_id: str) -> bool:
    """Return whether a field's name belongs to a part: its boxes, and the version it rests on."""
    plain = name.removeprefix(VERSION)
    return plain.startswith(part_id) and plain[len(part_id) :][:1] in ("", "-", ".")


def version_sent(sent: MultiDict[str, str]) -> int:
    """Return the version of the table that a row's page was based on."""
    return whole_number(sent.get("version", ""))


def whole_number(text: str) -> int:
    """Return the number a page of ours sent back; anything else counts as 0, which is none."""
    plain = text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if plain else 0
