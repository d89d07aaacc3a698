"""What is public of a tender: which version of its sheet counts, and its assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from records.rules.sheets import Assessment, assessment_field

# Under this name a version of the sheet says whether it is for the public.
STATE = "state"
DRAFT, PUBLISHED, HIDDEN = "draft", "published", "hidden"
Values = Mapping[str, Any]


def counts_for_the_public(versions: Iterable[tuple[Values, Any]]) -> tuple[Values, Any] | None:
    """Return the version everybody sees, with what goes with it: the newest that was published.

    ``versions`` is newest first. Drafts are passed over; once the page is taken off the public, no
    earlier version counts.
    """
    for value, beside in versions:
        if value.get(STATE) == PUBLISHED:
            return value, beside
        if value.get(STATE) == HIDDEN:
            return None
    return None


@dataclass(frozen=True)
class Registered:
    """An assessment as everybody reads it."""

    kind: str
    short: str
    title: str
    link: str
    done_on: str
    version: str
    review_on: str
    owner: str
    about: str


def published_assessments(kinds: Iterable[Assessment], values: Values) -> list[Registered]:
    """Return those marked as published, in the order of the kinds."""

    def said(kind: Assessment, name: str) -> str:
        return str(values.get(assessment_field(kind.id, name), ""))

    return [
        Registered(
            kind.id,
            kind.short,
            said(kind, "title") or kind.title,
            said(kind, "link"),
            said(kind, "done_on"),
            said(kind, "version"),
            said(kind, "review_on"),
            said(kind, "owner"),
            said(kind, "about"),
        )
        for kind in kinds
        if said(kind, "state") == PUBLISHED
    ]


def proposed_assessment(kind: Assessment, outcome: Values) -> dict[str, Any]:
    """Return what the statement of outcome says of an assessment, to begin with."""
    link = str(outcome.get(kind.link, "")) if kind.link else ""
    published = bool(kind.outcome) and outcome.get(kind.outcome) == PUBLISHED
    said = {"link": link, "state": PUBLISHED if published else ""}
    return {assessment_field(kind.id, name): value for name, value in said.items() if value}


def proposed_text(
    title: str, outcome: Values, datasets: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a first draft of what the public is told, from what officers and the winner wrote.

    ``datasets``: rows of the winner's list of datasets that are not confidential; none before the
    award.
    """
    rows = list(datasets)
    named = [f"{row.get('name', '')}: {row.get('fields', '')}" for row in rows]
    said = {
        "what": title,
        "why": _paragraphs(outcome.get("change"), outcome.get("better_off")),
        "collected": _paragraphs(*named)
        if named
        else _paragraphs(outcome.get("data_needed"), outcome.get("data_sensing")),
        "personal": _personal(rows),
        "used_for": _paragraphs(outcome.get("action")),
        "who_sees": _paragraphs(outcome.get("datastore_which"), *_roles(rows)),
        "kept": "; ".join(filter(None, (_kept(row) for row in rows)))[:200],
    }
    return {name: value for name, value in said.items() if value}


def _paragraphs(*texts: Any) -> str:
    return "\n".join(dict.fromkeys(str(text) for text in texts if text))


def _roles(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{row.get('name', '')}: {row['roles']}" for row in rows if row.get("roles")]


def _kept(row: Mapping[str, Any]) -> str:
    months, name = row.get("retention_months"), row.get("name", "")
    match row.get("retention"):
        case "fixed" if months:
            return f"{name}: {months} months"
        case "contract-end":
            return f"{name}: until the contract ends"
        case "indefinite":
            return f"{name}: no end is set"
    return ""


def _personal(rows: list[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    return "none" if all(row.get("personal") == "none" for row in rows) else "personal"
