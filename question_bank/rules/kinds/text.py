"""Words: short text, narrative, web addresses, and lines of text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from question_bank.rules.kinds.base import KindRules, Problem, Read, problem
from question_bank.rules.questions import Asked

# Far above the average word of English: it bounds a "narrative" that is one endless word.
CHARACTERS_PER_WORD = 20
MOST_LINES = 100
# NUL and lone surrogates.
UNREADABLE = re.compile("[\0\ud800-\udfff]")


def clean_text(asked: Asked, value: Any) -> Read:
    """Return ``value`` with line ends as \\n and no blank edges; refuse what no database can store.

    Only NUL and lone surrogates are refused. Other control characters stay as typed and are
    replaced visibly where a document cannot hold them.
    """
    if not isinstance(value, str):
        return Read(None, (problem(asked, "not_text"),))
    text = value.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and "\0" not in text:  # most text: nothing to look for one by one
        return Read(text)
    unreadable = UNREADABLE.search(text)
    if unreadable is not None:
        name = unicodedata.name(unreadable[0], f"U+{ord(unreadable[0]):04X}")
        return Read(None, (problem(asked, "unreadable", character=name),))
    return Read(text)


def word_count(text: str) -> int:
    """Return how many words a supplier is told they have used: runs of anything but white space."""
    return len(text.split())


def read_short_text(asked: Asked, value: Any) -> Read:
    # Most are short enough and hold nothing that would have to be looked for: a line in print.
    if type(value) is str and len(value) <= asked.characters and value.isprintable():
        return Read(value.strip())
    read = clean_text(asked, value)
    text, problems = read
    if not problems and len(text) > asked.characters:
        limits = {"characters": f"{asked.characters:,}", "count": f"{len(text):,}"}
        return Read(None, (problem(asked, "too_long", **limits),))
    return read


def read_narrative(asked: Asked, value: Any) -> Read:
    read = clean_text(asked, value)
    # So few characters cannot be too many words, nor words too long.
    if read.problems or asked.words is None or len(read.value) < 2 * asked.words:
        return read
    count = word_count(read.value)
    if count > asked.words:
        limits = {"words": f"{asked.words:,}", "count": f"{count:,}"}
        return Read(None, (problem(asked, "too_many_words", **limits),))
    most = asked.words * CHARACTERS_PER_WORD
    if len(read.value) > most:
        limits = {"characters": f"{most:,}", "count": f"{len(read.value):,}"}
        return Read(None, (problem(asked, "too_long", **limits),))
    return read


def read_url(asked: Asked, value: Any) -> Read:
    read = clean_text(asked, value)
    if read.problems:
        return read
    if len(read.value) > 2000 or not _is_web_address(read.value):
        return Read(None, (problem(asked, "not_a_url"),))
    return read


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def read_lines(asked: Asked, value: Any) -> Read:
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list | tuple):
        return Read(None, (problem(asked, "not_text"),))
    if len(lines) > MOST_LINES:
        wrong = problem(asked, "too_many_rows", rows=MOST_LINES, count=len(lines))
        return Read(None, (wrong,))
    problems: list[Problem] = []
    kept = []
    for line in lines:
        read = read_short_text(asked, line)
        problems.extend(read.problems)
        if read.value:
            kept.append(read.value)
    return Read(None if problems else kept, tuple(problems))


def _text_schema(asked: Asked) -> Mapping[str, Any]:
    if asked.words is not None:
        return {"type": "string", "description": f"At most {asked.words} words"}
    return {"type": "string", "maxLength": asked.characters}


def _show(_asked: Asked, value: Any) -> str:
    return str(value)


def _comparable(value: Any) -> str | None:
    return value if isinstance(value, str) else None


SHORT_TEXT = KindRules(read_short_text, _show, _comparable, _text_schema)
NARRATIVE = KindRules(read_narrative, _show, _comparable, _text_schema)
URL = KindRules(
    read_url, _show, _comparable, lambda _asked: {"type": "string", "pattern": "^https?://"}
)
LINES = KindRules(
    read_lines,
    lambda _asked, value: "; ".join(value),
    lambda value: frozenset(value) if isinstance(value, list | tuple) else None,
    lambda _asked: {"type": "array", "items": {"type": "string"}},
)
