"""The same tender in two worlds, without bids and with some, and everything others see of both."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select

from accounts import queries as accounts
from accounts import service as account_service
from accounts.access import PUBLIC
from accounts.models import Membership, Organisation, Person
from accounts.rules.roles import PERMISSIONS, Permission, Role
from accounts.views import cookie_name
from foundation import clock, jobs
from foundation.database import db, transaction
from foundation.mail import Message
from foundation.metrics import METRICS, Metrics
from foundation.outages import beat
from supplier_portal import service
from supplier_portal.models import Bid, Evidence, LateSubmission
from tenders import service as tenders
from tenders.models import Approval, Tender
from tenders.queries import questionnaire_of
from tenders.service import cancelling
from tests import pricing
from tests.answers_made import made_answer
from tests.beginnings import WORLD
from tests.factories import make_authority, make_person, make_supplier, make_tender, viewer_of
from tests.url_values import unknown

AUTHORITY_ROLES = (
    Role.OFFICER,
    Role.EVALUATOR,
    Role.MODERATOR,
    Role.REVIEWER,
    Role.CONTRACT_MANAGER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.STEWARD,
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DECLARED = {"declared_by": "Mara Voss", "knows_missing": True}
BIDDERS = 5
# Drawn anew for every page, whatever it shows: the key of a form, and what is signed with the time.
ALWAYS_NEW = (
    (re.compile(r'(name="form_key"[^>]*value=")[^"]*'), r"\1"),
    (re.compile(r'(name="csrf_token"[^>]*value=")[^"]*'), r"\1"),
    (re.compile(r"\bforms=[^;]*"), "forms="),
)
OF_ALL_ALIKE = re.compile(r"^/bank|/elsewhere/|/coverage")
# A commitment is made with a salt, and an entry of the record follows all before it: in a receipt
# both are drawn anew each time.
A_HASH = re.compile(r"\b[0-9a-f]{64}\b")
METRICS_TOKEN = "Zk3Jq0vWm8ZrT5xYb2NdFhGsLpQcVtXaE"
MOVING = ("_bucket", "_sum", "uptime", "disk_free", "connections_in_use")
# When a Word file or a workbook was made, by the machine's clock.
WRITTEN_AT = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*<")


@dataclass
class Stage:
    """One tender with its people, everything before anybody bid but one rival."""

    app: Flask
    monkeypatch: Any
    tender_id: int
    # By what they are called here → id: records are forgotten when a snapshot is put back.
    people: dict[str, int]
    bidder_ids: list[int]
    rival_bid: str = ""
    # Name of who looks → cookie of the session; the role, by which pages are left out that refuse.
    cookies: dict[str, str] = field(default_factory=dict)
    roles: dict[str, Role | None] = field(default_factory=dict)

    @property
    def tender(self) -> Tender:
        return db.session.get_one(Tender, self.tender_id)

    def person(self, name: str) -> Person:
        return db.session.get_one(Person, self.people[name])

    @property
    def bidders(self) -> list[Person]:
        return [db.session.get_one(Person, known) for known in self.bidder_ids]

    def at(self, moment):
        self.monkeypatch.setattr("foundation.clock.now", lambda: moment)
        return moment

    def before_closing(self, **gap):
        return self.at(self.tender.closes_at - timedelta(**gap))

    def after_closing(self, **gap):
        return self.at(self.tender.closes_at + timedelta(**gap))


def drawn_alike(monkeypatch, step: str = "") -> None:
    """Let names of records drawn from here on be the same in both worlds.

    ``step``: what is done from here on; where more was drawn in one of the worlds in a step before,
    the names drawn in this one are the same all the same.
    """
    numbers = itertools.count(1)

    def drawn(size: int | None = 32) -> str:
        said = hashlib.sha256(f"{step}{next(numbers)}".encode()).digest()[: size or 32]
        return base64.urlsafe_b64encode(said).rstrip(b"=").decode()

    monkeypatch.setattr("secrets.token_urlsafe", drawn)


def set_up(app: Flask, monkeypatch, closes_at, *, shows_count: bool = False) -> Stage:
    """Publish a tender of an authority with people in every role; a rival bids in both worlds."""
    monkeypatch.setattr("foundation.clock.now", lambda: closes_at - timedelta(days=20))
    authority = make_authority()
    people: dict[str, Person] = {role: make_person(role, authority) for role in AUTHORITY_ROLES}
    people["second"] = make_person(Role.OFFICER, authority)
    tender = make_tender(people[Role.OFFICER], closes_at=closes_at)
    with transaction():
        tender.shows_count = shows_count
    pricing.design(tender, by=viewer_of(people[Role.OFFICER]))
    tenders.publish_tender(tender, by=viewer_of(people[Role.OFFICER]), libraries={})
    bidders = [
        make_person(Role.BID_LEAD, make_supplier(f"Bidder {number}")) for number in range(BIDDERS)
    ]
    rival = people["rival"] = make_person(Role.BID_LEAD, make_supplier("Rival"))
    people["idle supplier"] = make_person(Role.BID_LEAD, make_supplier("Idle"))
    people["other authority"] = make_person(Role.OFFICER, make_authority("Elsewhere Council"))
    ids = {str(name): person.id for name, person in people.items()}
    stage = Stage(app, monkeypatch, tender.id, ids, [lead.id for lead in bidders])
    stage.before_closing(days=6)
    bid = service.start_bid(tender, by=viewer_of(rival), arrived_at=clock.now())
    answer_something(bid, rival, "a rival's words")
    service.submit_bid(bid, by=viewer_of(rival), arrived_at=clock.now(), **DECLARED)
    stage.rival_bid = bid.token
    return stage


def sign_everybody_in(stage: Stage) -> None:
    """Once in each stage of the tender, because a session ends by itself after a while."""
    for name in stage.people:
        person = stage.person(name)
        organisation = accounts.organisations_of(person)[0]
        stage.cookies[name] = account_service.start_session(person, organisation)
        stage.roles[name] = role_of(person)
    stage.cookies["public"], stage.roles["public"] = "", None


def role_of(person: Person) -> Role:
    return db.session.scalars(
        select(Membership.role).where(Membership.person_id == person.id)
    ).one()


def answer_something(bid: Bid, lead: Person, words: str) -> None:
    by, parts = viewer_of(lead), questionnaire_of(bid.tender).parts
    answers = {part_id: made_answer(parts[part_id]) for part_id in ("SLP-07.f", "SLP-07.b")}
    answers["SLP-07.a"] = words
    service.save_answers(
        bid,
        {part_id: (0, value) for part_id, value in answers.items()},
        by=by,
        arrived_at=clock.now(),
    )
    pricing.offer(bid, "1000", "5000", "0", by=by)
    service.add_evidence(
        bid,
        parts["SLP-07.g2"],
        service.NewFile("report.pdf", PDF, title=words),
        by=by,
        arrived_at=clock.now(),
    )


def bid_of(stage: Stage, lead: Person) -> Bid:
    supplier = accounts.organisations_of(lead)[0]
    assert isinstance(supplier, Organisation)
    return db.session.scalars(
        select(Bid).where(Bid.tender_id == stage.tender_id, Bid.supplier_id == supplier.id)
    ).one()


def service_is_down(stage: Stage) -> None:
    """In both worlds: two hours before closing the service does not run for ten minutes."""
    stage.before_closing(hours=2)
    beat()
    stage.before_closing(hours=1, minutes=50)
    beat()


def cancel(stage: Stage) -> None:
    """In both worlds: two officers cancel the tender before anything is opened."""
    asked = cancelling.ask_to_cancel(
        stage.tender,
        "The council no longer has the money for it",
        by=viewer_of(stage.person(Role.OFFICER)),
    )
    cancelling.cancel_tender(
        stage.tender,
        based_on=asked.token,
        by=viewer_of(stage.person("second")),
        arrived_at=clock.now(),
    )
    assert db.session.scalars(select(Approval)).all() != []


def do_what_is_due(stage: Stage) -> None:
    jobs.run_due_jobs(stage.app.extensions["job_handlers"])
    db.session.expire_all()


def begin_to_count(stage: Stage) -> None:
    """Count requests from nothing on, for whoever watches the service."""
    extensions = stage.app.extensions
    extensions["settings"] = replace(extensions["settings"], metrics_token=METRICS_TOKEN)
    extensions[METRICS] = Metrics()


def figures(stage: Stage) -> dict[str, str]:
    """Return every figure, but those that differ between any two moments, and how often companies
    asked for any page: that companies use the service is no secret."""
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    client = FlaskClient(stage.app, stage.app.response_class)
    answer = Context().run(client.get, "/metrics", headers=headers)
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    found = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines}
    moving = (*MOVING, 'route="supplier"')
    return {name: found[name] for name in found if not any(word in name for word in moving)}


class Snapshots:
    """Copies of the database file, taken and put back."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._path = Path(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or "")
        self._folder = folder
        # Nobody else may hold the file open that is taken away here.
        app.extensions[WORLD].end()

    def take(self, name: str) -> None:
        self._quiet()
        shutil.copy(self._path, self._folder / name)

    def put_back(self, name: str) -> None:
        self._quiet()
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._folder / name, self._path)

    def _quiet(self) -> None:
        db.session.rollback()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()


def sealed_values(stage: Stage) -> dict[str, str]:
    """Return the names of what is sealed in the world with bids, as somebody would guess them."""
    companies = [accounts.organisations_of(lead)[0].id for lead in stage.bidders]
    evidence = db.session.execute(
        select(Bid.token, Evidence.token)
        .join(Bid, Bid.id == Evidence.bid_id)
        .where(Bid.supplier_id.in_(companies))
        .order_by(Evidence.id)
    ).first()
    assert evidence is not None
    bid, file = evidence
    late = db.session.scalars(select(LateSubmission.token)).first()
    return {"bid": bid, "evidence": file, "file": file, "late": late or bid}


def addresses(stage: Stage, sealed: dict[str, str]) -> list[tuple[str, str, Any]]:
    """Return (kind of values, address, permission) of every page that can be opened."""
    known = {
        "tender": stage.tender.token,
        "question": "SLP-07",
        "part": "SLP-07.g2",
        "section": "SLP-07",
        "number": 1,
    }
    adapter = stage.app.url_map.bind("localhost")
    made: dict[str, Any] = {}
    found = []
    for rule in stage.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        access = stage.app.view_functions[rule.endpoint].access
        for kind, values in (("sealed", sealed), ("rival's own", {"bid": stage.rival_bid})):
            if kind != "sealed" and "bid" not in rule.arguments:
                continue
            chosen = {
                name: values.get(name)
                or (known.get(name) if fits(known.get(name), converter) else None)
                or made.setdefault(f"{rule.endpoint}.{name}", unknown(converter))
                for name, converter in rule._converters.items()
            }
            found.append((kind, adapter.build(rule.endpoint, chosen), access))
    return found


def addresses_of_each(stage: Stage, sealed: dict[str, str]) -> dict[str, list[str]]:
    """Return the addresses that each may try, the names of what is sealed as in ``sealed``."""
    found = [(address, access) for kind, address, access in addresses(stage, sealed)
             if kind == "sealed" and not OF_ALL_ALIKE.search(address)]  # fmt: skip
    return {
        who: [address for address, access in found if may_enter(role, access)]
        for who, role in stage.roles.items()
    }


def fits(value: Any, converter: Any) -> bool:
    """Return whether ``value`` can stand in an address: a name may be a number on another page."""
    return isinstance(value, int) or type(converter).__name__ != "IntegerConverter"


def seen_by_all(stage: Stage, pages: list[tuple[str, str, Any]]) -> Iterator[tuple[Any, Any]]:
    """Open every page as everybody whom its permission lets in; yield what came back."""
    name = cookie_name()
    db.session.remove()
    for who, cookie in stage.cookies.items():
        # Not the careful one: what it looks for is looked for elsewhere, and takes half the time.
        client = FlaskClient(stage.app, stage.app.response_class)
        if cookie:
            client.set_cookie(name, cookie)
        role = stage.roles[who]
        for kind, address, access in pages:
            if kind != "sealed" and who != "rival":
                continue
            # The question bank is the same for all and knows of no tender; the papers for another
            # portal take seconds, and are the same for all who may have them.
            if OF_ALL_ALIKE.search(address) and who not in ("public", Role.OFFICER, "rival"):
                continue
            if not may_enter(role, access):
                continue
            answer = Context().run(client.get, address)
            yield (
                (who, address),
                (answer.status_code, plain_headers(answer), plain(answer.data)),
            )


def may_enter(role: Role | None, access: Any) -> bool:
    if access == PUBLIC:
        return True
    # A stranger is sent to the sign-in page before anything is looked at; others are let in or not
    # by the table alone.
    return role is not None and isinstance(access, Permission) and access in PERMISSIONS[role]


def plain(data: bytes) -> bytes:
    if data.startswith(b"PK"):
        return unzipped(data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    for pattern, put in ALWAYS_NEW:
        text = pattern.sub(put, text)
    return text.encode()


def unzipped(data: bytes) -> bytes:
    """Return what is in a Word file, a workbook or an archive; its members carry the hour."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return b"".join(name.encode() + b"\n" + WRITTEN_AT.sub(b"", text) for name, text in members)


def plain_headers(answer: Any) -> list[tuple[str, str]]:
    left_out = {"Date", "Expires", "X-Request-Id"}
    if answer.data.startswith(b"PK"):
        # The hour within it packs into a byte more or less.
        left_out.add("Content-Length")
    return [
        (name, plain(value.encode()).decode())
        for name, value in answer.headers
        if name not in left_out
    ]


def letters_to_others(stage: Stage) -> list[tuple[str, ...]]:
    """Return every letter to anybody but the people of the sealed bids."""
    companies = [accounts.organisations_of(lead)[0].id for lead in stage.bidders]
    mine = set(
        db.session.scalars(
            select(Person.email)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.organisation_id.in_(companies))
        )
    )
    return sorted(
        (
            one.recipient,
            one.kind,
            one.about,
            one.subject,
            A_HASH.sub("", one.text),
            str(one.written_at),
        )
        for one in db.session.scalars(select(Message))
        if one.recipient not in mine
    )
