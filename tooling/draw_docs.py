"""Draws the pictures and tables in docs/ from the code, so that they cannot go stale."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from accounts.rules.permissions_in_words import table_of
from accounts.rules.roles import OrganisationKind
from tooling.draw_answer_file import answer_file_page

DOCS = Path(__file__).parents[1] / "docs"
STATIONS = ("tenders", "supplier_portal", "scoring", "contract_clauses", "records")
NOTICE = "<!-- Drawn from the code by `make docs`. Change the code, not this page. -->"

# A table (stage, step) → stage.
Steps = Mapping[tuple[Enum, Enum], Enum]


@dataclass(frozen=True)
class Drawn:
    """A document that is wholly drawn: its file name and what writes it."""

    name: str
    text: Callable[[], str]


def stages_page() -> str:
    """Return the page that shows every table of stages, in the order of the data's way."""
    parts = [
        NOTICE,
        "# Stages",
        "Each thing that goes through stages has one table in code, (stage, step) → stage. What is "
        "not in the table cannot happen.",
    ]
    for station in STATIONS:
        for module, name, steps in _tables_of(station):
            parts += [f"## {_title(station, module, name)}", _picture(steps)]
    return "\n\n".join(parts) + "\n"


def roles_page() -> str:
    """Return the page that shows which role may do what."""
    parts = [
        NOTICE,
        "# Who may do what",
        "Roles are held by membership: a person has a role in an organisation. *Which* tenders and "
        "bids a person sees is decided by whose they are, and by the stage; this table says only "
        "what may be done with them. Administrators and everybody in a company read it on the page "
        "*What each role may do*, and everybody his own part of it on *Your account*.",
    ]
    for kind in OrganisationKind:
        roles, rows = table_of(kind)
        lines = [
            "| May | In the code | " + " | ".join(role.name for role in roles) + " |",
            "|---" * (len(roles) + 2) + "|",
        ]
        for row in rows:
            ticks = " | ".join("✓" if held else "" for held in row.held)
            lines.append(f"| {row.may} | `{row.permission.value}` | {ticks} |")
        parts += [f"## People of {'an' if kind.value[0] == 'a' else 'a'} {kind.value}"]
        parts += ["\n".join(lines)]
    return "\n\n".join(parts) + "\n"


DRAWN = (
    Drawn("answer-file.md", answer_file_page),
    Drawn("roles.md", roles_page),
    Drawn("stages.md", stages_page),
)


def _tables_of(station: str) -> Iterator[tuple[str, str, Steps]]:
    """Yield (module, name, table) for every table of stages among the rules of ``station``."""
    rules = importlib.import_module(f"{station}.rules")
    for found in pkgutil.walk_packages(rules.__path__, f"{station}.rules."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if name.isupper() and _is_table(value) and _belongs_to(value, found.name):
                yield found.name.rpartition(".")[2], name, value


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(
            isinstance(key, tuple)
            and len(key) == 2
            and all(isinstance(item, Enum) for item in (*key, end))
            and type(key[0]) is type(end)
            for key, end in value.items()
        )
    )


def _belongs_to(steps: Steps, module: str) -> bool:
    """Tell a table from one merely imported, by where its stages are defined."""
    return type(next(iter(steps.values()))).__module__ == module


def _title(station: str, module: str, name: str) -> str:
    """Return what the table is about: its own name, or its module's, or else its station's."""
    for words in (name.removesuffix("STEPS"), module):
        plain = words.replace("_", " ").strip().lower()
        if plain not in ("", "lifecycle", "stages"):
            return plain.capitalize()
    return _words_of_name(station)


def _words_of_name(station: str) -> str:
    return station.replace("_", " ").capitalize()


def _picture(steps: Steps) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [
        f"    {_node(start)} --> {_node(end)}: {_words(step).lower()}"
        for (start, step), end in steps.items()
    ]
    return "\n".join([*lines, "```"])


def _node(stage: Enum) -> str:
    return str(stage.value).replace("-", "_").replace(" ", "_")


def _words(member: Enum) -> str:
    return str(member.value).replace("-", " ").replace("_", " ").capitalize()


def main() -> None:
    """Write every drawn document."""
    for drawn in DRAWN:
        (DOCS / drawn.name).write_text(drawn.text(), encoding="utf-8")
        print(f"docs/{drawn.name}")


if __name__ == "__main__":
    main()
