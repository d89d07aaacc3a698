"""Turn the files of the shipped bank into questions and packs, once per process.

YAML is the working copy, for people to write in. What is served is an edition: the same content
as JSON, under its version, which loads many times faster and is never changed once released.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import yaml

from question_bank.rules.editions import (
    Changes,
    Edition,
    document_of,
    in_order,
    known_version,
    read_changes,
    read_edition,
)
from question_bank.rules.packs import Pack, read_pack
from question_bank.rules.questions import Bank
from question_bank.rules.reading import ContentError, read_bank
from question_bank.rules.reading.plain import each, listed, mapping, needed_words

CONTENT = Path(__file__).parent / "content"
PACKS = Path(__file__).parent / "packs"
EDITIONS = Path(__file__).parent / "editions"


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds; dates stay text, so that content is plain JSON."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)  # noqa: S506
    except (yaml.YAMLError, ContentError, ValueError) as error:  # ValueError: it is not UTF-8
        raise ContentError(f"{path.name}: {_in_one_line(error)}") from error
    except FileNotFoundError as error:
        raise ContentError(f"{path.name}: this file is missing") from error


NOT_RESOLVED = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float")


# The C parser is ten times as fast; the constructors, and so the meaning, are the same.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Parser):  # type: ignore[misc, valid-type]
    """Safe YAML without dates and floats: ‘2026-03-27’ and ‘7.5’ are text, exact as written.

    Keys are text too (JSON has no other), and a key given twice is refused: YAML would silently
    keep the last.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise ContentError(f"line {node.start_mark.line + 1}: write ‘key: value’ here")
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise ContentError(f"line {node.start_mark.line + 1}: ‘{key}’ is given twice")
        entries = super().construct_mapping(node, deep)
        return {str(key): value for key, value in entries.items()}


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in NOT_RESOLVED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def raw_bank(folder: Path = CONTENT) -> Mapping[str, Any]:
    """Return the content as plain values: what a tender freezes and ``read_bank`` reads.

    Raises ContentError with a sentence for each file that is no YAML.
    """
    paths = sorted((folder / "questions").glob("*.yml"))
    wrong: list[str] = []
    questions = each(paths, "questions", _read_entry, wrong)
    rest = each([folder / f"{name}.yml" for name in WHOLE_FILES], "content", read_yaml, wrong)
    shelves = sorted((folder / "frameworks").glob("*.yml"))
    frameworks = each(shelves, "frameworks", _read_entries, wrong)
    about = each([folder / "bank.yml"], "bank.yml", _read_about, wrong)
    if wrong:
        raise ContentError(*wrong)
    return {
        "version": about[0],
        "questions": list(questions.values()),
        **dict(zip(WHOLE_FILES, rest.values(), strict=True)),
        "frameworks": [entry for entries in frameworks.values() for entry in entries],
    }


WHOLE_FILES = ("schemas", "risks", "themes", "checks", "facts", "scale")


def _read_entry(path: Path) -> Mapping[str, Any]:
    return mapping(read_yaml(path), path.name)


def _read_entries(path: Path) -> list[Any]:
    return listed(read_yaml(path), path.name)


def _read_about(path: Path) -> str:
    return needed_words(_read_entry(path), "version", path.name)


def load_bank(folder: Path = CONTENT) -> Bank:
    return read_bank(raw_bank(folder))


def load_packs(folder: Path = PACKS) -> Mapping[str, Pack]:
    wrong: list[str] = []
    paths = sorted(folder.glob("*.yml"))
    packs = each(paths, "packs", lambda path: read_pack(_read_entry(path)), wrong)
    if wrong:
        raise ContentError(*wrong)
    return {pack.id: pack for pack in packs.values()}


def raw_packs(folder: Path = PACKS) -> list[Mapping[str, Any]]:
    """Return the packs as plain values, in the order of their files."""
    return [_read_entry(path) for path in sorted(folder.glob("*.yml"))]


def working_document(
    content: Path = CONTENT, packs: Path = PACKS, *, released: bool = False
) -> dict[str, Any]:
    """Return the edition that the working copy makes. Raises ContentError."""
    about = _read_entry(content / "bank.yml")
    changes = changes_in(content / "changes.yml", str(about.get("version")))
    return document_of(about, changes, raw_bank(content), raw_packs(packs), released=released)


def changes_in(path: Path, version: str) -> Changes:
    """Return what changed, by reader; nothing where the file is not there (the first edition)."""
    if not path.exists():
        return {}
    raw = dict(_read_entry(path))
    if raw.pop("version", None) != version:
        raise ContentError(f"{path.name}: this is not about {version}; say what changed in it")
    return read_changes(raw, path.name)


@cache
def editions(folder: Path = EDITIONS) -> tuple[str, ...]:
    """Return the version of every edition, the oldest first."""
    return in_order(path.stem for path in folder.glob("*.json"))


def edition(version: str, folder: Path = EDITIONS) -> Edition:
    """Return an edition, read once per process. Raises UnknownEdition."""
    known = known_version(version, editions(folder))
    with _one_at_a_time:
        return _edition(folder / f"{known}.json")


_one_at_a_time = Lock()


@cache
def _edition(path: Path) -> Edition:
    return read_edition(read_document(path))


def read_document(path: Path) -> dict[str, Any]:
    """Return an edition as plain values."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def newest_edition() -> Edition:
    return edition(editions()[-1])


def shipped_bank() -> Bank:
    return newest_edition().bank


def shipped_packs() -> Mapping[str, Pack]:
    return newest_edition().packs


def file_of(question_id: str) -> str:
    """Return the file in which a question of the bank is written, as seen from the project."""
    found = sorted((CONTENT / "questions").glob("*.yml"))
    names = [path.name for path in found if path.name.startswith(f"{question_id}-")]
    return f"question_bank/content/questions/{names[0] if names else question_id + '.yml'}"


def write_yaml(value: Any) -> str:
    """Return plain values as YAML; whatever a text holds, it is written as text."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
