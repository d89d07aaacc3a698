"""The demonstration, built once in a run of tests and copied for tests that only look at it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import URL

from foundation.database import db
from foundation.keys import KeyRing
from records.demonstration.build import build
from tests.evaluating import declare_at_opening, need_one_evaluator

# The database it is kept in, on PostgreSQL.
KEPT = "kept_demonstration"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DATABASE = "supplier_assurance.db"


def demonstrate(app: Flask) -> Flask:
    """Put the application into the mode of the demonstration, with nothing done for people."""
    left = (declare_at_opening, need_one_evaluator)
    hooks = app.extensions["after_an_action"]
    app.extensions["after_an_action"] = [hook for hook in hooks if hook not in left]
    app.extensions["settings"] = replace(app.extensions["settings"], demonstration=True)
    return app


def build_or_copy(app: Flask, kept: Path) -> None:
    """Build the demonstration in the instance folder of ``app``, or copy it from ``kept``.

    The clock stands at NOW. A database of PostgreSQL is kept beside it on its server.
    """
    here = app.extensions["settings"].instance_folder
    url = db.engine.url
    kept = kept.with_name(f"{kept.name}-{url.get_backend_name()}")
    if not kept.exists():
        build(app.extensions["frozen_libraries"])
        _close()
        shutil.copytree(here, kept)
        _copy_database(url, str(url.database), KEPT)
        return
    _close()
    shutil.copytree(kept, here, dirs_exist_ok=True)
    _copy_database(url, KEPT, str(url.database))
    app.extensions["key_ring"] = KeyRing(app.extensions["settings"].keys_folder)


def _copy_database(url: URL, source: str, to: str) -> None:
    """Make a database of PostgreSQL another one; that of SQLite lies in the folder."""
    if url.get_backend_name() != "postgresql":
        return
    server = psycopg.connect(
        host=url.query["host"], user="postgres", dbname="postgres", autocommit=True
    )
    with server:
        server.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{to}" TEMPLATE "{source}"')


def _close() -> None:
    db.session.remove()
    db.engine.dispose()
