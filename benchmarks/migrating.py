"""The tables changed under a running service: `python -m benchmarks.migrating [answers]`.

On PostgreSQL, a million answers: a copy of the database goes back, migration by migration, to the
tables of version 6, and forward again, while somebody saves an answer every few milliseconds.
Prints how long each way took, the slowest migrations, and the longest that a save had to wait.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests import factories, postgresql
from tests.conftest import build_app, execute

ANSWERS, PARTS = 1_000_000, 150
BACK_TO = "0006"
EVERY_SECONDS = 0.005


@dataclass
class Saver(threading.Thread):
    """Somebody who saves all the while, and how long each save took."""

    engine: Engine
    ended: threading.Event = field(default_factory=threading.Event)
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.ended.wait(EVERY_SECONDS):
            begun = time.monotonic()
            try:
                with self.engine.begin() as connection:
                    connection.execute(text("UPDATE bid SET revision = revision + 1 WHERE id = 1"))
                    connection.execute(text("UPDATE answer SET version = version + 1 WHERE id = 1"))
            except DBAPIError as error:
                self.failed.append(type(error.orig).__name__)
            self.took.append(time.monotonic() - begun)


def filled(folder: Path, url: str, answers: int) -> None:
    """Make a database with so many answers: one bid, copied row by row."""
    from flask_migrate import upgrade

    from accounts.rules.roles import Role
    from foundation import clock
    from foundation.database import db
    from supplier_portal import service

    app = build_app(folder, url)
    with app.app_context():
        upgrade()
        tender = factories.make_open_tender()
        lead = factories.make_person(Role.BID_LEAD, factories.make_supplier())
        viewer = factories.viewer_of(lead)
        bid = service.start_bid(tender, by=viewer, arrived_at=clock.now())
        service.save_answers(bid, {"SLP-07.a": (0, "A")}, by=viewer, arrived_at=clock.now())
        bids = -(-answers // PARTS)
        with db.engine.begin() as connection:
            numbers = {"bids": bids, "parts": PARTS, "supplier": bid.supplier_id}
            columns = _columns(connection, "organisation", "token")
            connection.execute(
                text(
                    f"INSERT INTO organisation (token, {columns}) "  # noqa: S608
                    f"SELECT 'copied-' || n, {columns} FROM organisation, "
                    "generate_series(1, :bids) AS n WHERE organisation.id = :supplier"
                ),
                numbers,
            )
            columns = _columns(connection, "bid", "token", "supplier_id")
            connection.execute(
                text(
                    f"INSERT INTO bid (token, supplier_id, {columns}) "  # noqa: S608
                    f"SELECT organisation.token, organisation.id, {_of('bid', columns)} "
                    "FROM bid, organisation WHERE organisation.token LIKE 'copied-%'"
                )
            )
            for table in ("answer", "answer_version"):
                columns = _columns(connection, table, "bid_id", "part_id")
                connection.execute(
                    text(
                        f"INSERT INTO {table} (bid_id, part_id, {columns}) "  # noqa: S608
                        f"SELECT bid.id, 'P' || n, {_of(table, columns)} FROM {table}, bid, "
                        "generate_series(1, :parts) AS n WHERE bid.token LIKE 'copied-%'"
                    ),
                    numbers,
                )
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        db.session.remove()
        db.engine.dispose()


def _columns(connection: Connection, table: str, *without: str) -> str:
    rows = connection.execute(
        text(
            "SELECT column_name FROM information_schema.columns WHERE table_name = :table "
            "ORDER BY ordinal_position"
        ),
        {"table": table},
    )
    return ", ".join(name for (name,) in rows if name not in ("id", *without))


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{name}" for name in columns.split(", "))


def travelled(folder: Path, url: str) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Go back to BACK_TO and forward again, a migration at a time; return how long each took."""
    from alembic.script import ScriptDirectory
    from flask_migrate import downgrade, upgrade

    from foundation.database import db
    from foundation.settings import ROOT

    versions = [
        str(one.revision)
        for one in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
        if str(one.revision) >= BACK_TO
    ]
    app = build_app(folder, url)
    with app.app_context():
        back = [(version, _timed(downgrade, version)) for version in versions[1:]]
        forward = [(version, _timed(upgrade, version)) for version in reversed(versions[:-1])]
        db.session.remove()
        db.engine.dispose()
    return back, forward


def _timed(step: Callable[..., None], version: str) -> float:
    begun = time.monotonic()
    step(revision=version)
    return time.monotonic() - begun


def main(answers: int = ANSWERS) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="migrating-") as made_in,
        postgresql.server(durable=True) as address,
    ):
        folder = Path(made_in)
        execute(address, "CREATE DATABASE whole")
        begun = time.monotonic()
        filled(folder, address.format(name="whole"), answers)
        print(f"{answers} answers and as many versions made in {time.monotonic() - begun:.0f} s")
        execute(address, "CREATE DATABASE copied TEMPLATE whole")
        url = address.format(name="copied")
        saver = Saver(create_engine(url))
        saver.start()
        try:
            back, forward = travelled(folder, url)
        finally:
            saver.ended.set()
            saver.join()
        with saver.engine.connect() as connection:
            left = connection.scalar(text("SELECT count(*) FROM answer"))
        saver.engine.dispose()
    for words, steps in (("back", back), ("forward", forward)):
        slowest = sorted(steps, key=lambda step: -step[1])[:3]
        told = ", ".join(f"{version} {1000 * seconds:.0f} ms" for version, seconds in slowest)
        print(
            f"{words}: {len(steps)} migrations, {sum(seconds for _, seconds in steps):.1f} s; "
            f"slowest {told}"
        )
    print(
        f"{len(saver.took)} saves meanwhile, the longest waited {1000 * max(saver.took):.0f} ms, "
        f"{len(saver.failed)} failed; {left} answers afterwards"
    )
    return 1 if saver.failed or left is None or left < answers else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
