"""Sends forms as nobody fills them in: other values, boxes left out, doubled, renamed, mixed up."""

from __future__ import annotations

import io
import json
import random
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.crawling import Form, filled_in
from tests.hostile_texts import hostile_texts

NUMBERS = (
    "-1", "0", "1e400", "NaN", "inf", "-0", "0x10", "1_000", "٣", "½", "99999999999999999999",
    "9" * 400, "1.00000000000000000001", "1,000.00", " 7 ", "+5", "²",
)  # fmt: skip
DATES = ("31", "0", "-1", "99999", "2027-02-30", "32", "1e1", "२", "00", "24:60", "10.30", "13")
LONG = ("a" * 100_000, "word " * 30_000, "\n" * 5_000, "é" * 3_000, "\N{OGHAM SPACE MARK}")
OTHERS = (
    "", " ", "on", "true", "null", "[]", "{}", "[object Object]", "../../etc/passwd", "C:\\con",
    "' OR 1=1 --", "%00", "%s%n", "${7*7}", "{{7*7}}", "//elsewhere.test", "http://elsewhere.test/",
    "javascript:alert(1)", "x@y", "@", "=1+1", "SLP-07.f", "SLP-99", "T1", "R01", "C13",
)  # fmt: skip
ADDED = ("csrf_token", "then", "version", "next", "kept", "typed_page", "back", "SLP-07.a", "v-x")
FILENAMES = (
    "a.pdf", "b.xlsx", "c.docx", "d.csv", "e.json", "f.txt", "../x.pdf", "x" * 500, "价格.xlsx",
)  # fmt: skip
CONTENTS = (
    b"", b"\xff" * 99, b"PK\x03\x04" + bytes(50), b"{}", b"[1,2", b"a,b\n1,2\n", b"%PDF-1.7",
)  # fmt: skip


class Fuzzer:
    """Draws requests; the same ones for the same seed and forms."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self._texts = hostile_texts(600)

    def request(self, form: Form) -> tuple[str, dict[str, Any]]:
        """Return address and details of a request that comes of ``form`` and is not as meant."""
        fields = filled_in(form)
        for _ in range(self.chance.choice((1, 1, 2, 5))):
            self.spoil(fields)
        address = self._address(form.action)
        if form.method == "GET":
            asked = urlencode([(sendable(name), sendable(value)) for name, value in fields])
            return f"{address}{'&' if '?' in address else '?'}{asked}", {}
        return address, {"method": "POST", **self._body(fields)}

    def _value(self) -> str:
        kinds = (NUMBERS, DATES, OTHERS, self._texts, self._texts)
        if self.chance.random() < 0.02:
            return self.chance.choice(LONG)
        return self.chance.choice(self.chance.choice(kinds))

    def spoil(self, fields: list[tuple[str, str]]) -> None:
        """Change one thing about what is sent, or all of it."""
        if not fields:
            fields.append((self.chance.choice(ADDED), self._value()))
        at, drawn = self.chance.randrange(len(fields)), self.chance.random()
        name, value = fields[at]
        if drawn < 0.5:
            fields[at] = (name, self._value())
        elif drawn < 0.6:
            del fields[at]
        elif drawn < 0.7:
            fields.append((name, self._value()))
        elif drawn < 0.8:
            fields[at] = (name + self.chance.choice(("[]", "-0", "-day", ".x", "\0")), value)
        elif drawn < 0.9:
            fields.append((self.chance.choice(ADDED), self._value()))
        elif drawn < 0.93:
            fields.extend((name, f"{number}") for number in range(300))
        else:
            fields[:] = [(other, self._value()) for other, _ in fields]

    def _address(self, action: str) -> str:
        if self.chance.random() < 0.1:
            parts = action.split("/")
            at = self.chance.randrange(1, len(parts))
            # Such as an address may hold; anything else no browser sends.
            parts[at] = self.chance.choice(
                ("A" * 22, "0", "99999999999999999999", "SLP-99", "x" * 300, "%F0%9F%98%80", "%00")
            )
            action = "/".join(parts)
        if self.chance.random() < 0.1:
            joined = "&" if "?" in action else "?"
            action += f"{joined}{self.chance.choice(ADDED)}={self.chance.choice(('%00', '1', '-'))}"
        return action

    def _body(self, fields: list[tuple[str, str]]) -> dict[str, Any]:
        data: dict[str, list[Any]] = {}
        for name, value in fields:
            # Half a character cannot be written down in a form: a browser replaces it.
            data.setdefault(sendable(name), []).append(sendable(value))
        drawn = self.chance.random()
        if drawn < 0.04:
            text = json.dumps({name: [*values, {"a": None}] for name, values in data.items()})
            return {"data": text, "content_type": "application/json"}
        if drawn > 0.2:
            return {"data": data}
        # A file where text is expected, and one nobody asked for.
        name = self.chance.choice((*sorted(data), "file"))
        file = FileStorage(io.BytesIO(self.chance.choice(CONTENTS)), self.chance.choice(FILENAMES))
        boundary, body = encode_multipart({**data, name: [file]})
        return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
