"""A real browser before the real server. Chromium is the one Debian packages."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browser.server import Server, build_app, in_context
from tests.browser.visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# In milliseconds. A test never fails because the machine is busy.
PATIENCE = 60_000
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_addoption(parser):
    parser.addoption("--pictures", help="keep a picture of every page visited in this folder")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM.exists():
        message = "Chromium is not installed (debian-packages.txt)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": list(FLAGS)}


@pytest.fixture
def server(migrated_sqlite, tmp_path):
    """The service on a database of this test's own."""
    path = tmp_path / "supplier_assurance.db"
    shutil.copy(migrated_sqlite, path)
    with Server(build_app(tmp_path, f"sqlite:///{path}")).serving() as running:
        yield running
        running.check()


@pytest.fixture
def records(server):
    """``with records():`` the test makes or reads records itself."""
    return lambda: in_context(server.app)


@pytest.fixture
def clock_set_forward(monkeypatch):
    """``clock_set_forward(moment)``: from now on it is ``moment``, and time goes on from there."""

    def set_forward(moment: datetime) -> None:
        ahead = moment - datetime.now(UTC)
        assert ahead > timedelta()
        monkeypatch.setattr("foundation.clock.now", lambda: datetime.now(UTC) + ahead)

    return set_forward


@pytest.fixture
def visitor(browser, server, request):
    """Return somebody new at a browser: ``visitor(javascript=False, window=PHONE)``."""
    contexts = []
    pictures = request.config.getoption("--pictures")

    def new(*, javascript: bool = True, window: dict[str, int] = DESKTOP) -> Visitor:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport=window,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        folder = Path(pictures) / request.node.name if pictures else None
        return Visitor(context.new_page(), server, javascript=javascript, pictures=folder)

    yield new
    for context in contexts:
        context.close()
