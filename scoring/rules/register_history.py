"""What a row of the register says, in words, so that two of its versions can be compared."""

from __future__ import annotations

from datetime import date

from scoring.rules.actions import Action, Control
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow
from scoring.rules.register_changes import Difference, differences


def what_changed(before: RegisterRow, after: RegisterRow) -> tuple[Difference, ...]:
    """Return what one version of a risk says otherwise than the version before."""
    return differences(row_in_words(before), row_in_words(after))


def row_in_words(row: RegisterRow) -> dict[str, str]:
    """Return everything a decision sets, by name, in the order of the form."""
    return {
        "State": row.state,
        "Part of": row.merged_into,
        "Because": row.cause,
        "There is a risk that": row.event,
        "Resulting in": row.consequence,
        "Before contract terms": rating_in_words(row.inherent),
        "Treatment": row.treatment,
        "What is done": row.actions,
        "Owner": row.owner,
        "Due": date_in_words(row.due),
        "What is left": rating_in_words(row.residual),
        "Target": rating_in_words(row.target),
        "Review on": date_in_words(row.review_on),
    }


def action_in_words(action: Action | None) -> dict[str, str]:
    """Return what an action says, by name; nothing of one that is not there yet."""
    if action is None:
        return {}
    return {
        "What": action.what,
        "Owner": action.owner,
        "Due": date_in_words(action.due),
        "State": action.state,
    }


def control_in_words(control: Control | None) -> dict[str, str]:
    if control is None:
        return {}
    return {
        "What": control.words,
        "Kind": control.kind,
        "Clause": control.clause_id,
        "Counts": "no" if control.is_taken_out else "yes",
    }


def rating_in_words(rating: Rating | None) -> str:
    """Return "4 × 3 = 12, high", or "" for what is not rated."""
    if rating is None:
        return ""
    return f"{rating.likelihood} × {rating.impact} = {rating.score}, {rating.band}"


def date_in_words(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"
