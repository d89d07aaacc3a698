"""Who asks for which page in the tests of permissions, and what the table of them says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import service as account_service
from accounts.access import PUBLIC
from accounts.models import Membership, Organisation, Person
from accounts.rules.roles import KIND_OF, PERMISSIONS, OrganisationKind, Role
from accounts.views import cookie_name
from foundation.database import db
from foundation.tokens import new_token
from records.demonstration.people import AUTHORITY, BRIGHTWATER, LARKMEAD, NEIGHBOUR
from supplier_portal.models import Bid
from tenders.models import Tender
from tests.bare_rows import add_bare_rows
from tests.changed_rows import taken
from tests.factories import make_person
from tests.two_worlds import plain, plain_headers
from tests.whose_records import Place, records_in, values_at

# A tender at each stage, by its reference in the demonstration.
STAGES = {
    "draft": "MW-2026-028",
    "waiting": "MW-2026-024",
    "open": "MW-2026-021",
    "closed": "MW-2026-018",
    "opened": "MW-2026-014",
    "decided": "MW-2026-012",
    "standstill": "MW-2026-011",
    "awarded": "MW-2026-003",
    "cancelled": "MW-2026-009",
}
DRAFTS = ("draft", "waiting")
SEALED = (*DRAFTS, "open", "closed")
STRANGER = "a stranger"
# What somebody refused may leave behind: that he tried, and that he was there.
LEFT_BY_A_REFUSAL = frozenset({"audit_entry", "sign_in_session"})


SIGNED = re.compile(rb'value="\.?[\w-]{40,}\.[\w-]{43}"')


@dataclass(frozen=True)
class Asker:
    """Somebody who opens pages. ``whose``: the name of the organisation; empty for a stranger."""

    whose: str
    role: Role | None
    cookie: str

    @property
    def name(self) -> str:
        return f"{self.role} of {self.whose}" if self.role else STRANGER

    def may(self, access: Any) -> bool:
        """Return what the table of permissions says, whatever the page does."""
        if access == PUBLIC:
            return True
        return self.role is not None and access in PERMISSIONS[self.role]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    # Which tables were written.
    changed: frozenset[str]


class PermissionWorld:
    """The demonstration with somebody in every role on both sides, and on both sides next door."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.organisations = {
            name: db.session.scalars(select(Organisation).where(Organisation.name == name)).one()
            for name in (AUTHORITY, NEIGHBOUR, LARKMEAD, BRIGHTWATER)
        }
        self.askers = [Asker("", None, "")]
        self.people: dict[str, int] = {}
        for name, organisation in self.organisations.items():
            for role in Role:
                if KIND_OF[role] is organisation.kind:
                    self.askers.append(self._asker(name, organisation, role))
        self.places = {stage: self._place(stage) for stage in STAGES}
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        self._adapter = app.url_map.bind("localhost")

    def _asker(self, name: str, organisation: Organisation, role: Role) -> Asker:
        held = (
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == organisation.id,
                Membership.role == role,
                Membership.tender_id.is_(None),
            )
        )
        person = db.session.scalars(held.order_by(Person.id)).first()
        if person is None:
            person = make_person(role, organisation)
        self.people[f"{role} of {name}"] = person.id
        return Asker(name, role, account_service.start_session(person, organisation))

    def _place(self, stage: str) -> Place:
        tender = db.session.scalars(
            select(Tender.id).where(Tender.reference == STAGES[stage])
        ).one()
        mine = self.organisations[LARKMEAD].id
        bid = select(Bid.id).where(Bid.tender_id == tender, Bid.supplier_id == mine)
        return Place(
            tender=tender,
            bid=db.session.scalar(bid) or 0,
            authority=self.organisations[AUTHORITY].id,
            supplier=mine,
            neighbour=self.organisations[NEIGHBOUR].id,
            person=self.people[f"officer of {AUTHORITY}"],
        )

    def complete(self) -> None:
        """Add a bare row of each kind the demonstration has none of."""
        add_bare_rows(self.places)
        taken()

    @property
    def rules_with_records(self) -> list[Any]:
        """Return the pages for people signed in whose address names a record."""
        return [one for one in self.rules if records_in(one) and self.access(one) != PUBLIC]

    def access(self, rule: Any) -> Any:
        return self.app.view_functions[rule.endpoint].access

    def owner(self, rule: Any) -> str:
        """Return whose records the address names: of the authority, its neighbour or Larkmead."""
        if "<token:participation>" in rule.rule and rule.rule.startswith("/tenders/joint/"):
            return NEIGHBOUR
        if rule.rule.startswith("/sharing/<token:contract>"):
            return NEIGHBOUR
        kinds = {KIND_OF[role] for role in Role if self.access(rule) in PERMISSIONS[role]}
        if kinds == {OrganisationKind.SUPPLIER} or rule.rule.startswith("/bids/"):
            return LARKMEAD
        return AUTHORITY

    def insiders(self, rule: Any) -> list[Asker]:
        return [one for one in self.askers if one.whose == self.owner(rule)]

    def neighbours(self, rule: Any) -> list[Asker]:
        """Return the people of the organisations of the same kind next door."""
        beside = {AUTHORITY: NEIGHBOUR, NEIGHBOUR: AUTHORITY, LARKMEAD: BRIGHTWATER}
        return [one for one in self.askers if one.whose == beside[self.owner(rule)]]

    def values(self, rule: Any, stage: str) -> dict[str, Any] | None:
        return values_at(rule, self.places[stage])

    def address(self, rule: Any, values: dict[str, Any]) -> str:
        return self._adapter.build(rule.endpoint, values, method=method_of(rule))

    def ask(self, asker: Asker, rule: Any, values: dict[str, Any], said: Any = None) -> Answer:
        """Open the page as somebody, in a browser of its own."""
        client = FlaskClient(self.app, self.app.response_class)
        if asker.cookie:
            client.set_cookie(cookie_name(), asker.cookie)
        address = self.address(rule, values)
        got = Context().run(client.open, address, method=method_of(rule), data=said)
        body = got.get_data()
        answer = Answer(
            got.status_code,
            plain_headers(got),
            plain(body),
            frozenset(change.table for change in taken()),
        )
        got.close()
        return answer


def method_of(rule: Any) -> str:
    return "GET" if "GET" in rule.methods else "POST"


def nonexistent(rule: Any, values: dict[str, Any], *, last: bool = False) -> dict[str, Any]:
    """Return the values with a name that nothing has for the first record, or the last."""
    names = records_in(rule)
    return {**values, names[-1 if last else 0]: new_token()}


def alike(one: Answer, other: Answer, names: Sequence[tuple[Any, Any]]) -> bool:
    """Return whether two answers are the same to the byte but for the names asked for.

    What a stranger sent is signed and given back for after signing in: it says what he said.
    """

    def put(answer: Answer) -> tuple[int, str, bytes]:
        headers, body = answer.headers, SIGNED.sub(b"", answer.body)
        if body != answer.body:
            headers = [header for header in headers if header[0] != "Content-Length"]
        said = repr(headers)
        for number, pair in enumerate(names):
            for name in pair:
                said = said.replace(str(name), f"name-{number}")
                body = body.replace(str(name).encode(), f"name-{number}".encode())
        return answer.status, said, body

    return put(one) == put(other)
