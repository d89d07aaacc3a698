"""Why a part of a record may be withheld: the provisions, as content/exemptions.yml has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from question_bank.rules.questions import Bank

PATH = Path(__file__).parent / "content" / "exemptions.yml"
KINDS = {
    "absolute": "No public interest test applies.",
    "qualified": "The public interest has to be weighed, and the weighing recorded.",
    "conditional": "The provision has a test of its own.",
}


@dataclass(frozen=True, slots=True)
class Exemption:
    id: str
    title: str
    kind: str
    when: str

    @property
    def test(self) -> str:
        """Return what has to be weighed before it is used, in a sentence."""
        return KINDS[self.kind]


@cache
def exemptions() -> Mapping[str, Exemption]:
    """Return the provisions by id, in the order of the file."""
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))["exemptions"]
    found = (Exemption(one["id"], one["title"], one["kind"], one["when"]) for one in entries)
    return MappingProxyType({one.id: one for one in found})


def problems_with(_bank: Bank) -> list[str]:
    """Return what is wrong with the file, for `flask bank check`."""
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))["exemptions"]
    ids = [one["id"] for one in entries]
    twice = {name for name in ids if ids.count(name) > 1}
    return [
        *(f"{PATH.name}: {name} stands there twice" for name in sorted(twice)),
        *(
            f"{PATH.name}: {o['id']} is of no kind there is"
            for o in entries
            if o["kind"] not in KINDS
        ),
    ]
