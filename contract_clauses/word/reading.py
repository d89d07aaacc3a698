"""Read a Word document that came back: hostile files refused, every tracked change accepted.

The file is looked into first as every upload is, then read as a stream: no document type, no
entities, nothing fetched, and bounds on how much it may hold.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contract_clauses.rules.negotiated_read import Comment, Document
from contract_clauses.word.package import PROPERTY, TEMPLATE_PROPERTY
from contract_clauses.word.reading_body import BodyReader
from contract_clauses.word.reading_notes import NotesReader, PropertyReader, StyleReader
from contract_clauses.word.reading_tables import DocumentTooLarge
from foundation.inspection import Unfit
from foundation.inspection.archive import Archive
from foundation.inspection.markup import local, read_markup
from foundation.uploads import UploadKind, UploadRefused, check_upload, shown_name

NOT_WORD = "this is not a Word document. Save it as .docx, then choose it again"
ROOT_RELATIONS = "_rels/.rels"
CUSTOM, CORE = "docprops/custom.xml", "docprops/core.xml"


def read_document(filename: str, data: bytes, *, field: str | None = None) -> Document:
    """Return what a .docx holds. Raises UploadRefused, with a sentence, for what cannot be read."""
    if check_upload(filename, data, field=field) is not UploadKind.WORD:
        raise UploadRefused(f"{shown_name(filename)}: {NOT_WORD}", field=field)
    try:
        return _Package(Archive(io.BytesIO(data))).read()
    except (Unfit, DocumentTooLarge) as reason:
        raise UploadRefused(f"{shown_name(filename)}: {reason}", field=field) from None


@dataclass
class _Package:
    archive: Archive
    # The parts the document refers to, by the last word of what they are to it.
    parts: dict[str, str] = field(default_factory=dict)

    def read(self) -> Document:
        main = self._related("", ROOT_RELATIONS).get("officedocument", "")
        if main not in self.archive.members:
            raise Unfit(NOT_WORD)
        folder, name = posixpath.split(main)
        self.parts = self._related(folder, f"{folder}/_rels/{name}.rels")
        styles = StyleReader()
        self._read(self.parts.get("styles", ""), styles)
        body = BodyReader(styles.names, self._comments(), self._notes())
        self._read(main, body)
        made_from, made_on = PropertyReader("property", PROPERTY), PropertyReader("created")
        template = PropertyReader("property", TEMPLATE_PROPERTY)
        self._read(CUSTOM, made_from)
        self._read(CUSTOM, template)
        self._read(CORE, made_on)
        return Document(body.finished(), made_from.value, made_on.value[:10], template.value)

    def _related(self, folder: str, relations: str) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode", "") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2].lower()
                target = posixpath.join("/" + folder, attributes.get("Target", ""))
                found.setdefault(kind, posixpath.normpath(target).lstrip("/").lower())

        if relations in self.archive.members:
            read_markup(self._pieces(relations), start)
        return found

    def _pieces(self, name: str) -> Iterator[bytes]:
        return self.archive.pieces(self.archive.members[name])

    def _read(
        self, name: str, reader: BodyReader | NotesReader | StyleReader | PropertyReader
    ) -> None:
        if name not in self.archive.members:
            return

        def start(element: str, attributes: dict[str, str]) -> None:
            reader.start(element, {local(key): value for key, value in attributes.items()})

        read_markup(self._pieces(name), start, reader.text, reader.end)

    def _comments(self) -> Mapping[str, Comment]:
        reader = NotesReader("comment")
        self._read(self.parts.get("comments", ""), reader)
        return {
            number: Comment(note.words, note.by, note.at) for number, note in reader.notes.items()
        }

    def _notes(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for kind in ("footnote", "endnote"):
            reader = NotesReader(kind)
            self._read(self.parts.get(f"{kind}s", ""), reader)
            found |= {f"{kind}:{number}": note.words for number, note in reader.notes.items()}
        return found
