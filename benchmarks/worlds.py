"""What is measured: a service with a bid of 150 questions, and a database of either kind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from accounts import queries as people
from accounts import service as accounts
from accounts.models import Person
from accounts.rules.roles import Role
from accounts.views import cookie_name
from app import create_app
from benchmarks.harness import QUICK
from foundation import clock
from foundation.database import db
from supplier_portal import service as portal
from tenders import service as tenders
from tenders.models import Tender
from tenders.rules.plan import Plan
from tests import factories, postgresql
from tests.synthetic import large_plan, part

# The question that has a page of fifteen answers.
WIDE, PARTS = "SYN-001", 15
WORDS = "We test it twice a year with the companies we depend on, and the board reads the report. "
ANSWER = (WORDS * 5)[:400]


@contextmanager
def databases() -> Iterator[dict[str, Any]]:
    """Yield by name of a kind what gives the address of a new database; PostgreSQL if it is here.

    PostgreSQL runs as a service would: what it confirmed survives a power cut.
    """
    kinds: dict[str, Any] = {"SQLite": lambda folder: f"sqlite:///{folder}/measured.db"}
    if QUICK or postgresql.programs() is None:
        yield kinds
        return
    with postgresql.server(durable=True) as server:
        numbers = iter(range(1000))

        def made(_folder: Path) -> str:
            name = f"measured_{next(numbers)}"
            url = make_url(server.format(name="postgres"))
            with psycopg.connect(
                host=str(url.query["host"]), user="postgres", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return server.format(name=name)

        yield kinds | {"PostgreSQL": made}


@dataclass(frozen=True)
class World:
    folder: Path
    database: str

    def application(self) -> Flask:
        return create_app(
            {
                "instance_folder": self.folder,
                "database_url": self.database,
                "cookie_secure": False,
                "codes": "offered",
            }
        )


@contextmanager
def world(address: Any = None) -> Iterator[World]:
    """Yield a folder and an empty database with all tables."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        made = World(folder, address(folder) if address else f"sqlite:///{folder}/measured.db")
        with made.application().app_context():
            upgrade()
            close()
        yield made


def close() -> None:
    db.session.remove()
    db.engine.dispose()


def cookie_of(person: Person) -> str:
    """Sign somebody in; return what his browser sends from then on."""
    token = accounts.start_session(person, people.organisations_of(person)[0])
    return f"{cookie_name()}={token}"


def wide_plan(questions: int = 150) -> Plan:
    """A plan of so many questions with four parts, the first with fifteen narratives."""
    plan = large_plan(questions, 4)
    plan["questions"][0]["parts"] = [
        part(WIDE, 2, "") | {"id": f"{WIDE}.{chr(ord('a') + n)}", "label": f"Part {n + 1}"}
        for n in range(PARTS)
    ]
    return plan


def open_tender(plan: Plan, days: int = 30) -> Tender:
    officer = factories.make_person(Role.OFFICER)
    by = factories.viewer_of(officer)
    details = tenders.Details(
        title="Measured",
        reference=f"M-{next(factories.numbers)}",
        pack_id="",
        quality_weight=60,
        closes_at=clock.now() + timedelta(days=days),
    )
    tender = tenders.create_tender(details, by=by, plan=plan)
    tenders.publish_tender(tender, by=by, libraries={})
    return tender


@dataclass(frozen=True)
class Answering:
    """A bid being written: where its pages are, and the cookie of who writes it."""

    cookie: str
    bid: str

    @property
    def page(self) -> str:
        return f"/bids/{self.bid}/questions/{WIDE}"


def answering(tender: Tender, companies: int) -> list[Answering]:
    """Let so many companies begin a bid and answer the page of fifteen."""
    found = []
    for number in range(companies):
        lead = factories.make_person(
            Role.BID_LEAD, factories.make_supplier(f"Supplier {number:04}")
        )
        viewer = factories.viewer_of(lead)
        bid = portal.start_bid(tender, by=viewer, arrived_at=clock.now())
        answers = {f"{WIDE}.{chr(ord('a') + n)}": (0, ANSWER) for n in range(PARTS)}
        portal.save_answers(bid, answers, by=viewer, arrived_at=clock.now())
        found.append(Answering(cookie_of(lead), bid.token))
    return found
