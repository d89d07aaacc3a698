"""Turn the YAML files of the clause library into clauses, once per process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contract_clauses.rules.integrity import library_problems
from contract_clauses.rules.library import Library
from contract_clauses.rules.reading import read_library
from question_bank.loader import read_yaml
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import mapping, needed_words

CONTENT = Path(__file__).parent / "content"


def raw_library(folder: Path = CONTENT) -> Mapping[str, Any]:
    """Return the library as plain values: what a tender freezes and ``read_library`` reads."""
    return {
        "version": _version(folder / "library.yml"),
        "clauses": [read_yaml(path) for path in sorted((folder / "clauses").glob("C*.yml"))],
        "annexes": read_yaml(folder / "annexes.yml"),
        "definitions": read_yaml(folder / "definitions.yml"),
        "interpretation": read_yaml(folder / "interpretation.yml"),
    }


def _version(path: Path) -> str:
    return needed_words(mapping(read_yaml(path), path.name), "version", path.name)


def load_library(folder: Path = CONTENT) -> Library:
    return read_library(raw_library(folder))


@cache
def shipped_library() -> Library:
    return load_library()


def problems_with(bank: Bank) -> list[str]:
    """Return what is wrong with the shipped library beside ``bank``: for ``flask bank check``."""
    return library_problems(load_library(), bank)
