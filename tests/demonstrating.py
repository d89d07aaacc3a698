"""The demonstration, built once in a run of tests and copied for tests that only look at it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from foundation.database import db
from foundation.keys import KeyRing
from records.demonstration.build import build
from tests.evaluating import declare_at_opening, need_one_evaluator

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

    The clock stands at NOW. A database that is not in that folder is not copied with it: there it
    is built each time.
    """
    if db.engine.dialect.name != "sqlite":
        build(app.extensions["frozen_libraries"])
        return
    here = app.extensions["settings"].instance_folder
    if not kept.exists():
        build(app.extensions["frozen_libraries"])
        _close()
        shutil.copytree(here, kept)
        return
    _close()
    shutil.copytree(kept, here, dirs_exist_ok=True)
    app.extensions["key_ring"] = KeyRing(app.extensions["settings"].keys_folder)


def _close() -> None:
    db.session.remove()
    db.engine.dispose()
