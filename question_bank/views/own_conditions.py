"""Conditions built by choosing: when a part is asked, an outcome happens, a bid passes."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires
from accounts.rules.roles import Permission
from foundation.canonical import fingerprint
from foundation.errors import DomainError
from question_bank.models import OwnQuestion
from question_bank.rules.conditions.operands import FACT
from question_bank.rules.own import places
from question_bank.rules.questions import Bank
from question_bank.views import own_base as base
from question_bank.views.base import pages
from question_bank.views.condition_pages import (
    Built,
    change_condition,
    condition_page,
    test_page,
)

# ``place``: pass_when, HOL-01.b (when the part is shown) or HOL-01.b:never-tested (an outcome).
CONDITION = "/own/<token:own>/conditions/<string:place>"


@pages.get(CONDITION)
@requires(Permission.BANK_EDIT)
def own_condition(own: str, place: str) -> ResponseReturnValue:
    return condition_page(built_at(own, place))


@pages.post(CONDITION)
@requires(Permission.BANK_EDIT)
def change_own_condition(own: str, place: str) -> ResponseReturnValue:
    """Join the tests in another way, or take one away."""
    return change_condition(built_at(own, place), lambda: built_at(own, place))


@pages.route(f"{CONDITION}/test", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def own_test(own: str, place: str) -> ResponseReturnValue:
    """Add a test, step by step; what was chosen before stands in the address."""
    return test_page(built_at(own, place))


def built_at(token: str, place: str) -> Built:
    """Return the condition that stands there. Raises NoResultFound."""
    own, bank = base.mine(token), base.our_bank()
    try:
        condition = places.condition_at(own.raw, place)
    except DomainError as error:
        raise NoResultFound from error
    here = url_for(".own_condition", own=token, place=place)
    return Built(
        caption=f"{own.question_id} {own.raw.get('title', '')}",
        heading=places.heading(place),
        condition=condition,
        known=base.known_for(own.raw, bank),
        subjects=_subjects(own, place, bank),
        here=here,
        add_test=url_for(".own_test", own=token, place=place),
        back=_after(token, place),
        based_on=fingerprint(own.raw),
        save=lambda form, made: base.changed(
            own, form, lambda raw: places.with_condition(raw, place, made()), place
        ),
    )


def _subjects(own: OwnQuestion, place: str, bank: Bank) -> list[tuple[str, str]]:
    """Return what a test can be about: for ``shown_when`` only what is asked before the part."""
    parts = base.readable_parts(own.raw, bank)
    if places.is_shown_when(place):
        ids = list(parts)
        parts = {name: parts[name] for name in ids[: ids.index(place)]} if place in ids else {}
    of_bank = bank.parts
    return [
        *((name, f"{name} {part.label}") for name, part in parts.items()),
        *((name, f"{name} {part.label}") for name, part in of_bank.items() if name not in parts),
        *((f"{FACT}{n}", f"Fact of the tender: {f.spec.label}") for n, f in bank.facts.items()),
    ]


def _after(own: str, place: str) -> tuple[str, str]:
    """Return where the condition belongs."""
    part = place.partition(":")[0]
    if part == places.PASS_WHEN:
        return url_for(".own_question", own=own), "Back to the question"
    return url_for(".own_part", own=own, part=part), "Back to the part"
