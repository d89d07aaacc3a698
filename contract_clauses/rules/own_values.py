"""A value of an own clause, as it is entered and as the library writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.errors import DomainError

FACT = "tender."
LIMITS = ("at_most", "at_least", "within")


@dataclass(frozen=True, slots=True)
class Entered:
    """``part`` is an answer or ``answer:column``; empty texts are what was left out."""

    label: str = ""
    part: str = ""
    fact: str = ""
    default: str = ""
    limit: str = ""
    limit_fact: str = ""
    limit_value: str = ""
    deviation: str = ""


def value_from(entered: Entered, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value in the library's form. Raises DomainError naming the field.

    Further answers that a copied value is read from stay where the first is still one of them.
    """
    sources: list[dict[str, Any]] = []
    if entered.part and entered.part == entered_from(kept).part:
        sources += [dict(source) for source in kept["from"] if "part" in source]
    elif entered.part:
        part, colon, column = entered.part.partition(":")
        sources.append({"part": part} | ({"column": column} if colon else {}))
    if entered.fact:
        sources.append({"fact": entered.fact})
    if entered.default:
        sources.append({"default": _figure(entered.default)})
    if not sources:
        raise DomainError("Select an answer or a fact, or enter your default", field="part")
    value: dict[str, Any] = {"label": entered.label, "kind": kept["kind"], "from": sources}
    if entered.limit:
        value["minimum"] = _minimum(entered)
    return value


def _minimum(entered: Entered) -> dict[str, Any]:
    if not entered.deviation:
        raise DomainError("Enter what a deviation says", field="deviation")
    if entered.limit_fact:
        limit: Any = f"{FACT}{entered.limit_fact}"
    elif entered.limit_value:
        limit = _figure(entered.limit_value)
    else:
        raise DomainError("Select a fact or enter a value for the minimum", field="limit_value")
    return {entered.limit: limit, "deviation": entered.deviation}


def _figure(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else text


def entered_from(value: Mapping[str, Any]) -> Entered:
    """Return what a form shows of a value. Of several answers the first is shown."""
    sources = value.get("from") or ()
    part: Mapping[str, Any] = next((source for source in sources if "part" in source), {})
    minimum = value.get("minimum") or {}
    limit = next((name for name in LIMITS if name in minimum), "")
    worst = str(minimum.get(limit, "")) if limit else ""
    is_fact = worst.startswith(FACT)
    return Entered(
        label=str(value.get("label", "")),
        part=":".join(str(part[key]) for key in ("part", "column") if key in part),
        fact=next((str(source["fact"]) for source in sources if "fact" in source), ""),
        default=_shown(next((s["default"] for s in sources if "default" in s), "")),
        limit=limit,
        limit_fact=worst.removeprefix(FACT) if is_fact else "",
        limit_value="" if is_fact else worst,
        deviation=str(minimum.get("deviation", "")),
    )


def _shown(default: Any) -> str:
    return ", ".join(map(str, default)) if isinstance(default, list) else str(default)
