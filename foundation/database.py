"""The database: one session, one base class, one way to save."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import Any, TypeVar

import sqlalchemy
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, func, select
from sqlalchemy.orm import DeclarativeBase, Session, registry

from foundation import sqlite
from foundation.canonical import sha256_hex

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in time; always UTC, never naive (SQLite forgets time zones)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("Give times with a time zone")
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _values(members: type[PythonEnum]) -> list[str]:
    return [str(member.value) for member in members]


class Base(DeclarativeBase):
    """What every table inherits: not ``db.Model``, whose types a checker cannot follow.

    The map sits on the registry because Flask-SQLAlchemy 3.1 cannot take it from the class.
    Enumerations are stored as their values in a text column of 40 characters, so that a new
    member needs no migration.
    """

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime,
            PythonEnum: sqlalchemy.Enum(
                PythonEnum, native_enum=False, length=40, values_callable=_values
            ),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class TransactionDoomed(RuntimeError):
    """An inner failure was swallowed: a fault of the program, not of the person using it."""


class ChangedTooEarly(RuntimeError):
    """A record was changed before transaction() began: a fault of the program."""


Row = TypeVar("Row", bound=Base)

# What runs beside the threads that serve: beats, jobs with their heartbeat, duties.
CONNECTIONS_TO_SPARE = 8
CONNECT_SECONDS = 5
# The lock that migrations hold: a number that nothing else takes, queue_for() has its own by hash.
MIGRATING = 20261123
# PostgreSQL ends what takes longer: a statement, a wait for somebody else's change, and a
# transaction in which nothing is asked any more. The last is long because a document is made of
# what one transaction has read.
LIMITS_OF_A_SERVER = {
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "15min",
}


def init_app(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)


def engine_options(url: str, threads: int = 64) -> dict[str, Any]:
    """Return how to connect to ``url``: a connection for each thread and some to spare."""
    spare = {"pool_size": threads, "max_overflow": CONNECTIONS_TO_SPARE, "pool_timeout": 30}
    if url.startswith("sqlite"):
        return spare | sqlite.engine_options()
    return spare | {"pool_pre_ping": True}


def options_of_a_server(url: str, threads: int) -> dict[str, Any]:
    """Return how a process that serves people connects: as ``engine_options``, and nothing that
    hangs holds what others wait for. What the address itself says of it counts before this."""
    options = engine_options(url, threads)
    if url.startswith("sqlite"):
        return options
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if "options" not in sqlalchemy.make_url(url).query:
        limits = (f"-c {name}={value}" for name, value in LIMITS_OF_A_SERVER.items())
        arguments["options"] = " ".join(limits)
    return options | {"connect_args": arguments}


def in_transaction() -> bool:
    """Return whether a transaction() block is open, so that what is written is also saved."""
    return "transaction_doomed" in db.session.info


@contextmanager
def transaction() -> Iterator[None]:
    """Save everything done inside the block, or nothing.

    The block holds the right to write from its first line (SQLite: BEGIN IMMEDIATE behind a fair
    lock), so read again inside it whatever you decide on. A service called by another service
    joins the transaction already open, so only the outermost block commits. A failure inside
    dooms the whole: catching it on the way out cannot save half, the outermost block then
    raises TransactionDoomed.
    """
    session = db.session()
    info = session.info
    outermost = "transaction_doomed" not in info
    if outermost:
        _begin_writing(session)
        info["transaction_doomed"] = False
    try:
        yield
        if outermost:
            if info["transaction_doomed"]:
                raise TransactionDoomed("A step inside this change failed, so none of it was saved")
            session.commit()
    except BaseException:
        info["transaction_doomed"] = True
        session.rollback()
        raise
    finally:
        if outermost:
            del info["transaction_doomed"]


def forget_overwritten() -> bool:
    """Let nothing overwritten or deleted stay in what the database keeps beside its rows.

    Call it outside transaction(). Return False if it has to be tried again. What PostgreSQL keeps
    of it, and for how long, is for those who run it to say.
    """
    db.session.rollback()
    return db.engine.dialect.name != "sqlite" or sqlite.empty_the_log(db.engine)


def held(row: Row) -> Row:
    """Return the row as it is now, kept from changing until the transaction ends."""
    identity = sqlalchemy.inspect(row).identity
    return db.session.get_one(type(row), identity, populate_existing=True, with_for_update=True)


def queue_for(name: str) -> None:
    """Let changes to what ``name`` stands for follow each other, each until its transaction ends.

    For what has no row to lock, or none yet. On SQLite all writers queue anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(number_of_queue(name))))


def number_of_queue(name: str) -> int:
    """Return the number of the lock that ``queue_for`` takes on PostgreSQL."""
    return int(sha256_hex(name)[:15], 16)


def _begin_writing(session: Session) -> None:
    """End the reading transaction, if there is one, and begin the one that may write.

    A commit of what was only read ends it without forgetting the records already loaded, which
    a rollback would do. On SQLite a reading transaction cannot become a writing one: the moment
    another has written, it fails at once and no waiting helps.
    """
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        raise ChangedTooEarly("Change records inside transaction(), not before it")
    if session.in_transaction():
        session.commit()
    session.connection(execution_options={sqlite.WRITES: True})
