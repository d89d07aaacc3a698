"""The words somebody wrote instead of a library's, as they are kept and read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_clauses.rules.library import Obligation
from contract_clauses.rules.redrafting import OWN, Added, Redraft, Words

FORMAT = "supplier-assurance-redraft/1"
KEYS = frozenset({"format", "changed", "removed", "added"})
ADDED_KEYS = frozenset({"key", "after", "text", "items", "obligation"})
OBLIGATION_KEYS = frozenset({"who", "what", "evidence", "timing", "at", "of"})


class NotARedraft(ValueError):
    """Something else than the words of a clause was kept, or they are of another format."""


def as_kept(redraft: Redraft) -> dict[str, Any] | None:
    """Return the words as plain values for canonical JSON; None where they are the library's.

    Depth, reason, who and when are kept beside them.
    """
    if not redraft.departs:
        return None
    return {
        "format": FORMAT,
        "changed": {key: _words(words) for key, words in redraft.changed.items()},
        "removed": sorted(redraft.removed),
        "added": [_added(added) for added in redraft.added],
    }


def read_kept(kept: Any) -> Redraft:
    """Return the words that were kept, as a redraft without depth and reason.

    Raises NotARedraft.
    """
    _must_have(kept, KEYS)
    if kept["format"] != FORMAT:
        raise NotARedraft(f"Not words of this format: {kept['format']!r}")
    changed = kept["changed"]
    if not isinstance(changed, Mapping):
        raise NotARedraft("‘changed’ is not a mapping")
    return Redraft(
        changed={_text(key): _read_words(words) for key, words in changed.items()},
        removed=frozenset(_text(key) for key in _list(kept["removed"])),
        added=tuple(_read_added(added) for added in _list(kept["added"])),
    )


def _words(words: Words) -> dict[str, Any]:
    return {"text": words.text, "items": list(words.items)}


def _added(added: Added) -> dict[str, Any]:
    duty = added.obligation
    plain = (
        {name: getattr(duty, name) for name in sorted(OBLIGATION_KEYS)}
        if duty is not None
        else None
    )
    return {"key": added.key, "after": added.after, **_words(added.words), "obligation": plain}


def _read_words(kept: Any) -> Words:
    _must_have(kept, frozenset({"text", "items"}))
    return Words(_text(kept["text"]), tuple(_text(item) for item in _list(kept["items"])))


def _read_added(kept: Any) -> Added:
    _must_have(kept, ADDED_KEYS)
    words = Words(_text(kept["text"]), tuple(_text(item) for item in _list(kept["items"])))
    key = _text(kept["key"])
    if not key.startswith(OWN):
        raise NotARedraft(f"{key!r} is not the key of something added")
    return Added(key, _text(kept["after"]), words, _read_obligation(kept["obligation"]))


def _read_obligation(kept: Any) -> Obligation | None:
    if kept is None:
        return None
    _must_have(kept, OBLIGATION_KEYS)
    at = kept["at"]
    if at is not None and not isinstance(at, str | int):
        raise NotARedraft(f"{at!r} is no time of an obligation")
    texts = {name: _text(kept[name]) for name in OBLIGATION_KEYS - {"at"}}
    return Obligation(at=at, **texts)


def _must_have(kept: Any, keys: frozenset[str]) -> None:
    if not isinstance(kept, Mapping) or set(kept) != keys:
        raise NotARedraft(f"Expected {', '.join(sorted(keys))}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotARedraft(f"{value!r} is not text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NotARedraft(f"{value!r} is not a list")
    return value
