"""The smaller parts of a Word document: comments and footnotes, styles, and one property."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_NOTES = 5_000
LONGEST_NOTE = 4_000
LONGEST_NAME = 100
LONGEST_PROPERTY = 300


@dataclass
class Note:
    by: str = ""
    at: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    @property
    def words(self) -> str:
        return " ".join("".join(self.pieces).split())


class NotesReader:
    """Reads comments or footnotes: the words of each, by its id."""

    def __init__(self, element: str) -> None:
        self.notes: dict[str, Note] = {}
        self._element = element
        self._note: Note | None = None
        self._is_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._element:
            self._note = Note(
                attributes.get("author", "")[:LONGEST_NAME], attributes.get("date", "")[:40]
            )
            is_ours = attributes.get("type", "normal") == "normal"
            if is_ours and len(self.notes) < MOST_NOTES:
                self.notes[attributes.get("id", "")] = self._note
        elif name in ("tab", "br", "p"):
            self.add(" ")
        self._is_text = name == "t"

    def text(self, text: str) -> None:
        if self._is_text:
            self.add(text)

    def add(self, text: str) -> None:
        if self._note is not None and self._note.length < LONGEST_NOTE:
            self._note.pieces.append(text)
            self._note.length += len(text)

    def end(self, name: str) -> None:
        self._is_text = False
        if name == self._element:
            self._note = None


class StyleReader:
    """Reads the name of each style: its id may be in the language of whoever saved the file."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._id = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            self._id = attributes.get("styleId", "")
        elif name == "name" and self._id:
            self.names[self._id] = attributes.get("val", "").casefold()
            self._id = ""

    def text(self, text: str) -> None:
        """Styles have no text."""

    def end(self, name: str) -> None:
        """Nothing to close."""


class PropertyReader:
    """Reads one property of a document: an element, or the one of that ``name``."""

    def __init__(self, element: str, name: str = "") -> None:
        self.value = ""
        self._element, self._name = element, name
        self._is_inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._element:
            self._is_inside = attributes.get("name", "") == self._name

    def text(self, text: str) -> None:
        if self._is_inside and len(self.value) < LONGEST_PROPERTY:
            self.value += text.strip()

    def end(self, name: str) -> None:
        if name == self._element:
            self._is_inside = False
