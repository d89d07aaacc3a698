"""Every address somebody may open that names records of one evaluation, and what comes back."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import queries as accounts
from accounts import service as account_service
from accounts.access import PUBLIC
from accounts.models import Person
from accounts.rules.roles import PERMISSIONS, Role
from accounts.views import cookie_name
from foundation.database import db
from records.models import MadeRecord
from scoring.models import BidQuestion, ExclusionParty, RiskRow
from supplier_portal.models import Bid, Evidence, LateSubmission
from tenders.models import Tender
from tests.two_worlds import plain
from tests.url_values import unknown

# Address, status, body without what is drawn anew for every page, where it leads on to.
Opened = tuple[str, int, bytes, str]


def tokens(*wanted: Any) -> list[str]:
    return [str(token) for token in db.session.scalars(select(*wanted))]


def values_of(
    tender: Tender, bids: Sequence[Bid], people: Sequence[Person] = ()
) -> dict[str, list[Any]]:
    """Return what the parameters of addresses can be: records of these bids' evaluation."""
    mine = {
        "file": tokens(Evidence.token),
        "evidence": tokens(Evidence.token),
        "late": tokens(LateSubmission.token),
        "party": tokens(ExclusionParty.token),
        "risk": tokens(RiskRow.token)[:2],
        "asked": tokens(BidQuestion.token),
        "record": tokens(MadeRecord.token),
        "person": [one.token for one in people],
    }
    return {
        "tender": [tender.token],
        "bid": [bid.token for bid in bids],
        "question": ["SLP-07"],
        "part": ["SLP-07.f", "all"],
        "section": ["SLP-07"],
        "clause": ["C14"],
        "number": [1],
        **{name: found for name, found in mine.items() if found},
    }


def addresses(
    app: Flask, values: Mapping[str, Sequence[Any]], roles: Collection[Role]
) -> Iterator[str]:
    """Yield every address that the roles may open, but those of the question bank."""
    allowed = frozenset().union(*(PERMISSIONS[role] for role in roles))
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = app.view_functions[rule.endpoint].access if rule.endpoint != "static" else None
        if "GET" not in (rule.methods or ()) or access is None or rule.rule.startswith("/bank"):
            continue
        if access != PUBLIC and access not in allowed:
            continue
        # Where an address leaves out what another address of the page names, nothing is chosen.
        names = sorted(rule.arguments - set(rule.defaults or ()))
        known = [fitting(values.get(name, ()), rule._converters[name]) for name in names]
        for chosen in itertools.product(*known):
            yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))


def fitting(values: Sequence[Any], converter: Any) -> list[Any]:
    """Return the values that an address takes in this place; where there is none, an unknown one.

    One name can stand for a question in one address and for a number in another.
    """
    counts = type(converter).__name__ == "IntegerConverter"
    return [one for one in values if isinstance(one, int) is counts] or [unknown(converter)]


def opened_by(app: Flask, person: Person, listed: Sequence[str]) -> Iterator[Opened]:
    """Open addresses as somebody; yield each with what came back."""
    cookie = account_service.start_session(person, accounts.organisations_of(person)[0])
    db.session.remove()
    for address in listed:
        client = FlaskClient(app, app.response_class)
        client.set_cookie(cookie_name(), cookie)
        answer = Context().run(client.get, address)
        where = answer.headers.get("Location", "")
        yield address, answer.status_code, plain(answer.data), where


def not_the_same(one: Sequence[Opened], other: Sequence[Opened]) -> list[tuple[str, Any]]:
    """Return each address that answers otherwise in two worlds, with the first difference."""
    found = []
    for (address, *first), (address_2, *second) in zip(one, other, strict=True):
        assert address == address_2
        if first == second:
            continue
        lines = itertools.zip_longest(first[1].splitlines(), second[1].splitlines())
        pair = next((pair for pair in lines if pair[0] != pair[1]), (first, second))
        found.append((address, pair))
    return found
