"""One engine for all tests of a kind of database: what it compiled once serves them all.

SQLAlchemy keeps compiled statements with their engine. An engine of each test's own compiled each
statement of each page anew, which took longer than the pages.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from foundation import sqlite
from foundation.database import engine_options

_engines: dict[str, Engine] = {}


def engine_for(address: str) -> Engine:
    """Return the production engine, from now on connecting to ``address``."""
    url = make_url(address)
    name = url.get_backend_name()
    if name not in _engines:
        _engines[name] = _new_engine(address)
    engine = _engines[name]
    engine.dispose()
    engine.url = url
    return engine


def _new_engine(address: str) -> Engine:
    engine = create_engine(address, **engine_options(address))

    @event.listens_for(engine, "do_connect")
    def connect_where_it_leads_now(
        dialect: Any, _record: Any, positional: list[Any], named: dict[str, Any]
    ) -> None:
        where, how = dialect.create_connect_args(engine.url)
        positional[:] = where
        named.update(how)

    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    return engine
