"""A scale as it is stored, and what changes when an authority sets another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accounts.rules.roles import Role
from scoring.rules.matrix import CATEGORIES, LEVELS, STANDARD, Band, Scale
from scoring.rules.register_changes import Difference, differences


def scale_as_data(scale: Scale) -> dict[str, Any]:
    """Return the scale as plain values for canonical JSON."""
    return {
        "likelihood": list(scale.likelihood),
        "impact": list(scale.impact),
        "ends": list(scale.ends),
        "appetite": dict(scale.appetite),
        "otherwise": scale.otherwise,
        "acceptors": [sorted(roles) for roles in scale.acceptors],
    }


def read_scale(data: Mapping[str, Any]) -> Scale:
    """Return the scale that scale_as_data() made the values of."""
    low, medium, high = data["ends"]
    return Scale(
        likelihood=tuple(data["likelihood"]),
        impact=tuple(data["impact"]),
        ends=(low, medium, high),
        appetite=tuple((name, data["appetite"][name]) for name in sorted(data["appetite"])),
        otherwise=data["otherwise"],
        acceptors=tuple(frozenset(Role(role) for role in roles) for roles in data["acceptors"]),
    )


def read_stored(text: str | None) -> Scale:
    """Return the scale of a stored text; the standard one where none is stored."""
    return STANDARD if text is None else read_scale(json.loads(text))


def scale_in_words(scale: Scale) -> dict[str, str]:
    """Return everything a scale says, by name, in the order in which it is read."""
    said = {f"Likelihood {n}": words for n, words in scale.likelihood_words.items()}
    said |= {f"Impact {n}": words for n, words in scale.impact_words.items()}
    for band in Band:
        low, high = scale.scores_of(band)
        said[f"Scores that are {band}"] = f"{low} to {high}"
    for category in CATEGORIES:
        said[f"Appetite for {category} risks"] = str(scale.appetite_for(category))
    said["Appetite for any other risk"] = str(scale.otherwise)
    for band, roles in zip(Band, scale.acceptors, strict=True):
        said[f"Who may accept a {band} risk"] = _roles(roles)
    return said


def what_changes(before: Scale, after: Scale) -> tuple[Difference, ...]:
    """Return what another scale says otherwise, in words."""
    return differences(scale_in_words(before), scale_in_words(after))


def moved_cells(before: Scale, after: Scale) -> Mapping[tuple[int, int], tuple[Band, Band]]:
    """Return the cells (likelihood, impact) whose band changes, with both bands."""
    cells = [(likelihood, impact) for likelihood in LEVELS for impact in LEVELS]
    return {
        (likelihood, impact): (before.band(score), after.band(score))
        for likelihood, impact in cells
        if before.band(score := likelihood * impact) is not after.band(score)
    }


def _roles(roles: frozenset[Role]) -> str:
    return " or ".join(role.replace("-", " ") for role in Role if role in roles)
