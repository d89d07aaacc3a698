"""The forms of the library: what is said of a document, its file, which documents to use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    FileField,
    Form,
    RadiosField,
    TextField,
    required,
)
from foundation.uploads import ACCEPT, LIMITS_OF_A_LIBRARY
from question_bank.loader import shipped_bank
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind, Part
from supplier_portal.fields import Entry, posted_entry, stored_entry
from supplier_portal.forms import LONGEST_TITLE
from supplier_portal.queries.library import KeptDocument
from supplier_portal.rules.library import (
    KINDS_IN_WORDS,
    DocumentFacts,
    DocumentKind,
    in_words,
    library_schema,
)
from supplier_portal.service import NewFile

CERTIFICATE = "certificate"


class KindForm(Form):
    """What kind of document is added; it travels in the address, so it is no secret."""

    kind = RadiosField(
        "What kind of document is it?",
        choices=[Choice(kind.value, words) for kind, words in KINDS_IN_WORDS.items()],
        validators=[required("Select what kind of document it is")],
    )


class TitleForm(Form):
    """What is said of every document."""

    title = TextField(
        "Title",
        hint="What your colleagues and the council will know it by, for example Information "
        "security policy",
        validators=[required("Enter a title")],
    )

    def validate_title(self, field: TextField) -> None:
        if len(field.data or "") > LONGEST_TITLE:
            raise ValidationError(f"Enter {LONGEST_TITLE} characters or fewer")


class DatedForm(TitleForm):
    """What is said of a document that is not a certificate."""

    kind = RadiosField(
        "Kind",
        choices=[
            Choice(kind.value, words)
            for kind, words in KINDS_IN_WORDS.items()
            if kind is not DocumentKind.CERTIFICATE
        ],
        validators=[required("Select what kind of document it is")],
    )
    issued = DateField("Date on the document (optional)", hint="For example, 27 3 2026")
    valid_from = DateField("Valid from (optional)", hint="Leave empty if it says nothing of it")
    valid_to = DateField(
        "Valid to (optional)",
        hint="The last day on which it is valid. We warn you when it ends before an award or the "
        "end of a contract.",
    )

    def validate_valid_to(self, field: DateField) -> None:
        begins = self.valid_from.data or self.issued.data
        if field.data and begins and field.data < begins:
            raise ValidationError("Enter a last day that is not before the first")


class DocumentForm:
    """What is said of a document: its title and dates, or its title and a certificate's details.

    The details are those a question asks for, so that one certificate fills every answer.
    """

    def __init__(
        self,
        kind: DocumentKind,
        stands: DocumentFacts | None = None,
        sent: MultiDict[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.message = ""
        formdata: Any = {"formdata": sent}
        self.entry: Entry | None = None
        self.form: TitleForm
        if kind is DocumentKind.CERTIFICATE:
            self.form = TitleForm(**formdata, data={"title": stands.title if stands else ""})
            part = certificate_part()
            details = stands.details if stands else {}
            self.entry = (
                posted_entry(part, CERTIFICATE, sent)
                if sent is not None
                else stored_entry(part, CERTIFICATE, details)
            )
        else:
            self.form = DatedForm(**formdata, data=_as_data(kind, stands))

    def read(self) -> DocumentFacts | None:
        """Return what was typed; None where something is wrong with it."""
        is_fine = self.form.validate_on_submit()
        title = self.form.title.data or ""
        if self.entry is not None:
            read = self.entry.read()
            if read.value is None and not read.problems:
                self.entry.cells[0].errors.append("Enter the details of the certificate")
                return None
            if read.problems or self._runs_backwards(read.value) or not is_fine:
                return None
            return DocumentFacts.of_certificate(title, read.value)
        if not is_fine or not isinstance(self.form, DatedForm):
            return None
        return DocumentFacts(
            title,
            DocumentKind(self.form.kind.data),
            issued=_as_text(self.form.issued.data),
            valid_from=_as_text(self.form.valid_from.data),
            valid_to=_as_text(self.form.valid_to.data),
        )

    def _runs_backwards(self, details: dict[str, Any]) -> bool:
        issued, expires = as_date(details.get("issued")), as_date(details.get("expires"))
        wrong = issued is not None and expires is not None and expires < issued
        if wrong and self.entry is not None:
            cell = next(cell for cell in self.entry.cells if cell.asked.id == "expires")
            cell.errors.append("Enter a date of expiry that is not before the date of issue")
        return wrong

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (message, id of the box or nothing) for the summary, in the order of the page."""
        found = [
            (str(message), "") for message in (self.message, *self.form.form_errors) if message
        ]
        for field in self.form:
            found += [(str(message), field.focus_id) for message in field.errors]
        return found + (self.entry.all_errors() if self.entry else [])


class DocumentFileForm(Form):
    file = FileField(
        "File", hint=LIMITS_OF_A_LIBRARY, accept=ACCEPT, validators=[required("Select a file")]
    )

    def new_file(self) -> NewFile:
        return NewFile(name=self.file.data.filename, data=self.file.data.stream)


class UseForm(Form):
    """Which documents of the library a part names too."""

    document = CheckboxesField("Documents of your library")

    def offer(self, documents: Sequence[KeptDocument]) -> None:
        self.document.choices = [
            Choice(kept.token, kept.facts.title, offered_as(kept)) for kept in documents
        ]


def offered_as(kept: KeptDocument) -> str:
    """Return the line under a document that may be chosen."""
    file = kept.current
    words = [KINDS_IN_WORDS[kept.facts.kind]]
    if file:
        words.append(f"{file.name}, version {file.number}")
    if kept.facts.expires:
        words.append(f"valid to {in_words(kept.facts.expires)}")
    return ", ".join(words)


def certificate_part() -> Part:
    """Return the details of a certificate as a part, so that it is typed and read like one."""
    schema = library_schema(shipped_bank().schemas["CERT"])
    return Part(
        id=CERTIFICATE,
        kind=Kind.CERTIFICATE,
        label="Details of the certificate",
        schema=schema,
        ask="Details of the certificate",
    )


def _as_data(kind: DocumentKind, stands: DocumentFacts | None) -> dict[str, Any]:
    if stands is None:
        return {"kind": kind.value}
    names = ("issued", "valid_from", "valid_to")
    return {"title": stands.title, "kind": kind.value} | {
        name: as_date(getattr(stands, name)) for name in names
    }


def _as_text(day: date | None) -> str:
    return day.isoformat() if day else ""
