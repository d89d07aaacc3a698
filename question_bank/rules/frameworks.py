"""The frameworks, standards and registers that questions map to, each with its version.

The same id may mean something else in another version (A2.b of the Cyber Assessment Framework
does), so a control is always named together with the framework, whose id carries the version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Binding(StrEnum):
    """How far a framework binds those it is written for."""

    LAW = "law"
    PROPOSED = "proposed"
    POLICY = "policy"
    VOLUNTARY = "voluntary"


class Family(StrEnum):
    """What a framework is about; the list of frameworks is grouped so, in this order."""

    SECURITY = "security"
    DEVICES = "devices"
    CERTIFICATES = "certificates"
    SECURITY_MINDED = "security-minded"
    TRANSPARENCY = "transparency"
    ETHICS = "ethics"
    LONDON = "london"
    DATA = "data"
    LAW = "law"
    PROCUREMENT = "procurement"


@dataclass(frozen=True, slots=True)
class Control:
    """One thing a framework asks for: a principle, an outcome, a provision."""

    id: str
    title: str
    group: str = ""
    # Questions that test it though they do not name it among their controls.
    tested_by: tuple[str, ...] = ()
    # Risks of the library that stand open where nothing in a bid evidences the control.
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """``replaced`` names what became of a control in ``successor``: its new id, or "" for none.

    A control that is not in it kept its id and its meaning.
    """

    id: str
    name: str
    version: str
    publisher: str
    date: str
    family: Family
    binding: Binding
    about: str
    who: str
    # Where to read it, in words: addresses move, titles seldom.
    link_text: str
    # When we looked, and what we could not confirm.
    checked: str
    unsure: str = ""
    # Where the LOTI guide names it; "" where it does not.
    guide: str = ""
    controls: tuple[Control, ...] = ()
    # Whether every control of the framework is listed, or only those that questions map to.
    complete: bool = True
    answered_by: tuple[str, ...] = ()
    successor: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)
    replaced_notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.name}, {self.version}" if self.version else self.name

    def control(self, control_id: str) -> Control | None:
        return next((control for control in self.controls if control.id == control_id), None)

    def id_in_successor(self, control_id: str) -> str:
        """Return the id under which the successor asks the same, or "" if it asks it no more."""
        return self.replaced.get(control_id, control_id)
