"""The body of a Word document, read as it streams by into paragraphs and tables.

As if every tracked change had been accepted: what was taken out is not in the text, what was put in
is. Both are listed with who did it. Numbers that Word counts are no text; a cross-reference stands
as what it points to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from contract_clauses.rules.negotiated_read import (
    PRIVATE,
    Comment,
    How,
    Line,
    Table,
    reference,
)
from contract_clauses.word.reading_fields import Fields
from contract_clauses.word.reading_lines import AWAY, REVISIONS, Paragraph, levels_by_style
from contract_clauses.word.reading_tables import DEEPEST, DocumentTooLarge, Tables

# A schedule of every clause in full depth has about a thousand paragraphs outside its tables.
MOST_PARAGRAPHS = 6_000
MOST_CHARACTERS = 3_000_000
OURS = re.compile(r"SA_[A-Za-z0-9_]{1,37}\Z")
ANNEX_MARK = "_RefAnnex_"
SPACES = frozenset({"tab", "br", "cr", "ptab"})
# What holds the state before a change of formatting; alternatives for older programs; readings
# printed small above other characters.
SKIPPED = frozenset({"Fallback", "rt", "sectPr", "tblPr", "tblGrid"})
PICTURES = frozenset({"blip", "imagedata", "oleobject", "chart", "relids"})


class BodyReader:
    """Reads word/document.xml; ``finished`` returns what it held."""

    def __init__(
        self,
        styles: Mapping[str, str],
        comments: Mapping[str, Comment],
        notes: Mapping[str, str],
    ) -> None:
        self._styles, self._comments, self._notes = styles, comments, notes
        self._blocks: list[Line | Table] = []
        self._paragraphs: list[Paragraph] = []
        self._tables = Tables()
        self._fields = Fields()
        self._revisions: list[tuple[How, str, str]] = []
        # Bookmarks of ours that are open, by name; and the names by the ids that close them.
        self._open: dict[str, bool] = {}
        self._names: dict[str, str] = {}
        self._controls: list[str] = []
        self._talked_about: set[str] = set()
        self._carried: Paragraph | None = None
        self._skipping = 0
        self._within: list[str] = []
        self._taking = ""
        self._is_hidden = False
        self._characters = self._count = 0
        self._begin: Mapping[str, Callable[[dict[str, str]], None]] = {
            "p": self._begin_paragraph,
            "pStyle": self._style,
            "r": self._begin_run,
            "vanish": self._vanish,
            "bookmarkStart": self._open_mark,
            "bookmarkEnd": self._close_mark,
            "fldChar": self._field_character,
            "fldSimple": self._simple_field,
            "commentRangeStart": self._begin_comment,
            "commentRangeEnd": self._end_comment,
            "commentReference": self._comment,
            "footnoteReference": lambda attributes: self._note("footnote", attributes),
            "endnoteReference": lambda attributes: self._note("endnote", attributes),
            "tbl": self._begin_table,
            "tr": lambda _: self._tables.begin_row(),
            "tc": lambda _: self._tables.begin_cell(),
            "sdt": self._begin_control,
            "tag": self._tag,
            "noBreakHyphen": lambda _: self._add("-"),
            "sym": lambda _: self._add("\ufffd"),
        }
        self._finish: Mapping[str, Callable[[], None]] = {
            "p": self._end_paragraph,
            "tbl": self._end_table,
            "tr": self._tables.end_row,
            "tc": self._tables.end_cell,
            "sdt": self._end_control,
            "fldSimple": self._fields.end,
        }

    def finished(self) -> tuple[Line | Table, ...]:
        """Return the paragraphs and tables in order."""
        self._put_down_carried()
        return levels_by_style(self._blocks, self._styles)

    # What the parser calls.

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._within.append(name)
        if self._skipping or name in SKIPPED or name.endswith("Change"):
            self._skipping += 1
            return
        if name in REVISIONS:
            self._begin_revision(name, attributes)
        elif name in SPACES and "pPr" not in self._within:
            self._add(" ")
        elif name in PICTURES and self._paragraphs:
            self._paragraphs[-1].pictures += 1
        elif name in self._begin:
            self._begin[name](attributes)
        self._taking = name if name in ("t", "delText", "instrText", "delInstrText") else ""

    def text(self, text: str) -> None:
        if self._skipping or not self._taking:
            return
        if self._taking == "instrText":
            self._fields.instruct(text)
        elif self._taking in ("t", "delText"):
            self._add(PRIVATE.sub("\ufffd", text), is_deleted=self._taking == "delText")

    def end(self, name: str) -> None:
        self._within.pop()
        self._taking = ""
        if self._skipping:
            self._skipping -= 1
            return
        if name in REVISIONS:
            self._end_revision()
        elif name in self._finish:
            self._finish[name]()

    # Text.

    def _add(self, text: str, *, is_deleted: bool = False) -> None:
        if not self._paragraphs or self._fields.is_silent:
            return
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise DocumentTooLarge
        paragraph = self._paragraphs[-1]
        how, by, at = self._done(is_deleted=is_deleted)
        paragraph.add(text, printed=how not in (*AWAY, How.HIDDEN))
        if how is not None:
            paragraph.track(how, text, by, at)
        for mark in self._open:
            paragraph.meet(mark, is_new=not self._open[mark])
            self._open[mark] = True
        for number in self._talked_about:
            paragraph.comment(number)

    def _done(self, *, is_deleted: bool) -> tuple[How | None, str, str]:
        """Return what was done to the text that stands here, by whom and when."""
        away = [revision for revision in self._revisions if revision[0] in AWAY]
        last = (away or self._revisions)[-1] if self._revisions else (None, "", "")
        if self._is_hidden and not away:
            return (How.HIDDEN, *last[1:])
        if is_deleted and not away:
            return (How.DELETED, *last[1:])
        return last

    def _begin_run(self, _attributes: dict[str, str]) -> None:
        self._is_hidden = False

    def _vanish(self, attributes: dict[str, str]) -> None:
        """Mark a run as not printed; the mark of a paragraph may be hidden without its words."""
        if "pPr" not in self._within:
            self._is_hidden = attributes.get("val", "true") not in ("false", "0", "off")

    def _begin_revision(self, name: str, attributes: dict[str, str]) -> None:
        is_away = REVISIONS[name] in AWAY
        if "trPr" in self._within:
            self._tables.row_is_gone(gone=is_away)
        elif "pPr" in self._within and self._paragraphs:
            self._paragraphs[-1].end_is_gone |= is_away
        by, at = attributes.get("author", "")[:100], attributes.get("date", "")[:40]
        self._revisions.append((REVISIONS[name], by, at))

    def _end_revision(self) -> None:
        if self._revisions:
            self._revisions.pop()

    def _field_character(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("fldCharType", "")
        if kind == "begin":
            self._fields.begin()
        elif kind == "separate":
            self._refer()
        elif kind == "end":
            self._fields.end()

    def _simple_field(self, attributes: dict[str, str]) -> None:
        self._fields.begin()
        self._fields.instruct(attributes.get("instr", ""))
        self._refer()

    def _refer(self) -> None:
        """Begin the result of a field; a cross-reference stands as what it points to."""
        target = self._fields.target()
        if target is not None and not self._fields.is_silent:
            self._add(reference(*target))
        self._fields.separate(is_reference=target is not None)

    def _note(self, kind: str, attributes: dict[str, str]) -> None:
        words = self._notes.get(f"{kind}:{attributes.get('id', '')}", "")
        if words:
            self._add(PRIVATE.sub("\ufffd", f" [{kind}: {words}]"))

    def _begin_table(self, _attributes: dict[str, str]) -> None:
        self._put_down_carried()
        self._tables.begin()

    def _end_table(self) -> None:
        table = self._tables.end()
        if table is not None:
            self._blocks.append(table)

    # Bookmarks, content controls, comments.

    def _open_mark(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "")
        if OURS.match(name) or name.startswith(ANNEX_MARK):
            self._names[attributes.get("id", "")] = name
            self._open_one(name)

    def _open_one(self, name: str) -> None:
        """Open a mark. Ours do not overlap, so any other that some program left open ends."""
        for other in [other for other in self._open if other != name]:
            if other.startswith(ANNEX_MARK) is name.startswith(ANNEX_MARK):
                del self._open[other]
        self._open.setdefault(name, False)

    def _close_mark(self, attributes: dict[str, str]) -> None:
        self._open.pop(self._names.get(attributes.get("id", ""), ""), None)

    def _begin_control(self, _attributes: dict[str, str]) -> None:
        self._controls.append("")

    def _tag(self, attributes: dict[str, str]) -> None:
        name = attributes.get("val", "")
        if "sdtPr" in self._within and self._controls and OURS.match(name):
            self._controls[-1] = name
            self._open_one(name)

    def _end_control(self) -> None:
        if self._controls:
            self._open.pop(self._controls.pop(), None)

    def _begin_comment(self, attributes: dict[str, str]) -> None:
        self._talked_about.add(attributes.get("id", ""))

    def _end_comment(self, attributes: dict[str, str]) -> None:
        self._talked_about.discard(attributes.get("id", ""))

    def _comment(self, attributes: dict[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].comment(attributes.get("id", ""))

    # Paragraphs.

    def _begin_paragraph(self, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_PARAGRAPHS + self._tables.cells or len(self._paragraphs) > DEEPEST:
            raise DocumentTooLarge
        begun = Paragraph()
        if self._carried is not None and not self._paragraphs and not self._tables.is_open:
            begun, self._carried = self._carried, None
            begun.end_is_gone = False
        self._paragraphs.append(begun)
        self._is_hidden = False

    def _style(self, attributes: dict[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].style = attributes.get("val", "")

    def _end_paragraph(self) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs.pop()
        if self._tables.is_open and not self._paragraphs:
            self._tables.into_cell(paragraph.line(self._comments))
        elif paragraph.end_is_gone and paragraph.words and not self._paragraphs:
            # Its end was taken out: what is left of it runs on into the next paragraph.
            self._carried = paragraph
        else:
            self._put_down(paragraph)

    def _put_down(self, paragraph: Paragraph) -> None:
        line = paragraph.line(self._comments)
        if line is not None:
            self._blocks.append(line)

    def _put_down_carried(self) -> None:
        if self._carried is not None:
            self._put_down(self._carried)
            self._carried = None
