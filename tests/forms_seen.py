"""The forms of a page, and what somebody might send with each."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.two_worlds import PDF

WORDS = "SLP-07.f says how it is kept apart, and nothing else was said about it by anybody."
BY_TYPE = {
    "email": "somebody@example.test",
    "number": "3",
    "date": "2027-03-12",
    "url": "https://example.test/",
}
CHOSEN = ("radio", "checkbox", "option")
PRESSED = ("submit", "button")
BY_END = {"day": "12", "month": "3", "year": "2027", "hour": "12", "minute": "30"}


@dataclass
class Input:
    name: str
    kind: str
    value: str
    chosen: bool = False
    is_number: bool = False


@dataclass
class Form:
    """A form as it stands on a page: where it goes, and its fields with what is in them."""

    action: str
    inputs: list[Input] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.inputs}

    @property
    def path(self) -> str:
        return urlsplit(self.action).path

    def filled_in(self, *, wholly: bool) -> dict[str, Any]:
        """Return what would be sent: what stands there, and ``wholly`` something elsewhere too."""
        said: dict[str, Any] = {}
        for one in self.inputs:
            if one.kind == "file":
                said[one.name] = (io.BytesIO(PDF), "report.pdf")
            elif one.kind in CHOSEN and one.chosen:
                said.setdefault(one.name, []).append(one.value)
            elif one.kind not in (*CHOSEN, *PRESSED):
                text = one.value or (something_for(one) if wholly else "")
                said.setdefault(one.name, []).append(text)
        for one in self.inputs:
            if one.kind in CHOSEN and one.value and (wholly or one.kind == "option"):
                said.setdefault(one.name, [one.value])
        for one in [one for one in self.inputs if one.kind in PRESSED][:1]:
            said.setdefault(one.name, [one.value])
        return said


def something_for(one: Input) -> str:
    if one.kind == "hidden":
        return ""
    end = one.name.rpartition("-")[2].rpartition("_")[2]
    if end in BY_END:
        return BY_END[end]
    if "time" in one.name:
        return "12:00"
    if "email" in one.name:
        return BY_TYPE["email"]
    return "3" if one.is_number else BY_TYPE.get(one.kind, WORDS)


class Forms(HTMLParser):
    """Reads the forms of a page that are sent by POST."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._text: Input | None = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            is_post = (said.get("method") or "get").lower() == "post"
            action = urljoin(self.address, said.get("action") or self.address)
            self._form = Form(action) if is_post else None
            if self._form is not None:
                self.found.append(self._form)
        if self._form is None:
            return
        if tag == "select":
            self._select = said.get("name") or ""
        if tag == "option" and self._select:
            chosen = "selected" in said
            self._add(Input(self._select, "option", said.get("value") or "", chosen))
        if tag in ("input", "textarea", "button") and said.get("name"):
            self._add_input(tag, said)

    def _add_input(self, tag, said):
        kind = {"textarea": "textarea", "button": "submit"}.get(tag, said.get("type") or "text")
        is_number = said.get("inputmode") in ("numeric", "decimal")
        one = Input(said["name"], kind, said.get("value") or "", "checked" in said, is_number)
        self._add(one)
        if tag == "textarea":
            self._text = one

    def _add(self, one):
        if one.name != "csrf_token":
            self._form.inputs.append(one)

    def handle_data(self, data):
        if self._text is not None:
            self._text.value += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag == "textarea" and self._text is not None:
            self._text.value = self._text.value.removeprefix("\n")
            self._text = None
