"""Six ways in which sending a form can fail, and what of it is lost then."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lxml import html
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from foundation import kept_typing
from foundation.errors import DomainError

SESSION_GONE = "the session has ended"
IDLE = "nobody was there for eight hours"
NEW_SECRET = "the service came back with another secret"
CONFLICT = "somebody changed it meanwhile"
TOO_LARGE = "the form is too large"
FAULT = "the service fails"
# The other secret comes last: what it signs in the browsers is worth nothing afterwards.
WAYS = (SESSION_GONE, IDLE, CONFLICT, TOO_LARGE, FAULT, NEW_SECRET)
EXPECTED = {SESSION_GONE: 401, IDLE: 401, NEW_SECRET: 400, TOO_LARGE: 413}
ANOTHER_SECRET = "another secret, as long as the first"
LARGEST = 20_000
# What is kept beside the forms: where that alone fails, the page goes out as it is.
BESIDE = "typed_draft"
# One tick for many stands for them, and comes back as theirs.
STANDS_FOR_MANY = {("scoring.allocation", "cell")}


class Breaking:
    """Lets the first change of each request fail."""

    def __init__(self) -> None:
        self.written = False
        # The table whose change failed, where one statement said it.
        self.table = ""

    def begin(self) -> None:
        """Forget what was written: the next request comes."""
        self.written, self.table = False, ""

    @contextmanager
    def on(self, way: str) -> Iterator[None]:
        error = {CONFLICT: changed_meanwhile, FAULT: gone}.get(way)

        def before_flush(*_details: Any) -> None:
            if error is not None and not self.written:
                self.written, self.table = True, self.table or "several"
                raise error()

        def before_statement(state: Any) -> None:
            if state.is_insert or state.is_update or state.is_delete:
                self.table = self.table or state.statement.table.name
                before_flush()

        event.listen(Session, "before_flush", before_flush)
        event.listen(Session, "do_orm_execute", before_statement)
        try:
            yield
        finally:
            event.remove(Session, "before_flush", before_flush)
            event.remove(Session, "do_orm_execute", before_statement)


def changed_meanwhile() -> DomainError:
    return DomainError("Somebody changed this while you were writing")


def gone() -> OperationalError:
    return OperationalError("UPDATE", {}, Exception("disk I/O error"))


def too_large() -> FileStorage:
    return FileStorage(io.BytesIO(bytes(LARGEST + 10_000)), "large.pdf")


def standing(tree: Any) -> set[tuple[str, str]]:
    """Return what a browser would send of all forms of a page as they stand."""
    found = set()
    for box in tree.iter("input", "textarea", "select"):
        name = box.get("name") or ""
        if box.tag == "select":
            chosen = [one for one in box.iter("option") if one.get("selected") is not None]
            found |= {(name, one.get("value", one.text or "")) for one in chosen}
        elif box.tag == "textarea":
            found.add((name, plain(box.text or "")))
        elif box.get("type") not in ("radio", "checkbox") or box.get("checked") is not None:
            found.add((name, plain(box.get("value") or "")))
    return found


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def lost(answer: Any, typed: Sequence[tuple[str, str]]) -> list[str]:
    """Return what of ``typed`` neither stands in a form of the page nor can be read on it."""
    tree = html.fromstring(answer.data)
    there = standing(tree)
    shown = plain(" ".join(tree.xpath("//*[contains(@class, 'app-typed')]//text()")))
    return [
        name
        for name, value in typed
        if not {(name, plain(value)), (name, value)} & there and plain(value) not in shown
    ]


def sealed_in(answer: Any) -> kept_typing.KeptForm | None:
    boxes = html.fromstring(answer.data).xpath("//input[@name='kept']/@value")
    return kept_typing.unsealed(boxes[0]) if boxes else None


def missing_of(
    answer: Any, way: str, breaking: Breaking, typed: Sequence[tuple[str, str]]
) -> list[str]:
    """Return what of ``typed`` an answer loses, or how it answered otherwise than meant."""
    expected = EXPECTED.get(way)
    if expected is not None and answer.status_code != expected:
        return [f"answered {answer.status_code}"]
    if expected == 401:
        kept = sealed_in(answer)
        return [name for name, value in typed if kept is None or (name, value) not in kept.fields]
    if expected is None and not breaking.written and answer.status_code in (200, 302):
        return []  # nothing had to be changed, so nothing failed
    if breaking.table == BESIDE and answer.status_code in (200, 302):
        return []  # nothing but what is kept beside the form had to be changed
    if way == FAULT and breaking.written and breaking.table != BESIDE and answer.status_code < 500:
        # Somebody was told of a fault as if it were none.
        return [f"answered {answer.status_code}"]
    return lost(answer, typed) if answer.mimetype == "text/html" else ["no page"]
