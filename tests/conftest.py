"""The application as the tests see it: the production set-up on a database of each test's own."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import event, make_url

from accounts import queries, service
from accounts.again import LASTS
from accounts.models import Person
from accounts.rules.roles import Role
from accounts.views import cookie_name
from app import create_app
from foundation.database import db
from foundation.keys import KeyRing
from tenders import amended
from tests import demonstrating, factories, postgresql, proving
from tests.beginnings import WORLD, Shelf, World
from tests.careful_client import CARELESS, CarefulClient, watch
from tests.demonstrating import build_or_copy, demonstrate
from tests.engines import engine_for
from tests.evaluating import let_everybody_declare, one_evaluator_is_enough
from tests.forms_in_passing import IN_PASSING, InPassing
from tests.forms_not_met import EVERYDAY, FORMS
from tests.s3_server import make_bucket, use
from tests.s3_server import server as serve_s3

TEMPLATE = "assurance_template"
AS_BUILT = "as_built"
# The files that take longest. One that came last would be waited for by all other cores.
BEGIN_FIRST = frozenset(
    {
        "test_forms_lose_nothing",
        "test_kept_away_two_worlds",
        "test_kills",
        "test_marks_alone_everywhere",
        "test_permission_matrix",
        "test_two_worlds",
    }
)
DATABASE = "supplier_assurance.db"

# A test never fails because the machine is busy.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def build_app(instance: Path, database_url: str) -> Flask:
    app = create_app(
        {
            "instance_folder": instance,
            "database_url": database_url,
            "secret_key": "a secret of the tests, 32 letters long",
            "demonstration": False,
            "cookie_secure": False,
            "codes": "offered",
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
        }
    )
    # Tests move the clock by weeks within one sign-in; those about asking again take this away.
    app.extensions[LASTS] = timedelta(days=36_500)
    app.test_client_class = CarefulClient
    watch(app)
    return app


def move(app: Flask, instance: Path, database_url: str) -> None:
    """Point ``app`` at another folder and database, its settings as they were when it was built.

    Building one anew for each of thousands of tests compiled every address and every template
    again, and took longer than the tests.
    """
    config, extensions = app.extensions[AS_BUILT]
    app.config.clear()
    app.config.update(config, SQLALCHEMY_DATABASE_URI=database_url)
    app.extensions.clear()
    app.extensions.update(extensions)
    settings = replace(extensions["settings"], instance_folder=instance, database_url=database_url)
    app.extensions |= {
        "settings": settings,
        "key_ring": KeyRing(settings.keys_folder),
        CARELESS: [],
        AS_BUILT: (config, extensions),
    }
    app.instance_path = str(instance)
    # What a process keeps of amendments: a copy of a world has tokens that were there before.
    amended._known.clear()
    with app.app_context():
        db.engines[None] = engine_for(database_url)


def migrate(app: Flask) -> None:
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory) -> Path:
    """A SQLite file with every table, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.db"
    migrate(build_app(folder, f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_server():
    if postgresql.programs() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed (debian-packages.txt)")
        pytest.skip("PostgreSQL is not installed (debian-packages.txt)")
    # The quick one would lose in a power cut what it confirmed, and no service starts on it.
    durable, megabytes = proving.size("durable", 0), proving.size("postgresql_megabytes", 0)
    with postgresql.server(durable=bool(durable), megabytes=megabytes) as address:
        yield address


def execute(address: str, statement: str) -> None:
    url = make_url(address.format(name="postgres"))
    with psycopg.connect(
        host=url.query["host"], user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server, tmp_path_factory) -> str:
    """A PostgreSQL database with every table, made once and copied for each test."""
    execute(postgresql_server, f"CREATE DATABASE {TEMPLATE}")
    address = postgresql_server.format(name=TEMPLATE)
    migrate(build_app(tmp_path_factory.mktemp("template"), address))
    return postgresql_server


def pytest_addoption(parser):
    parser.addoption(
        "--databases",
        choices=["marked", "both"],
        default="marked",
        help="both: every test of the database on SQLite and on PostgreSQL, not only those marked",
    )


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.stem not in BEGIN_FIRST)


def pytest_generate_tests(metafunc):
    """Tests marked both_databases run once on each; a test may also ask for one by name."""
    if "database" in metafunc.fixturenames:
        wanted = {mark.name for mark in metafunc.definition.iter_markers()}
        every = metafunc.config.getoption("--databases") == "both"
        if wanted & {"sqlite", "postgresql"}:
            names = [name for name in ("sqlite", "postgresql") if name in wanted]
        else:
            both = every or "both_databases" in wanted
            names = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("database", names, indirect=True)


@pytest.fixture
def database(request, tmp_path):
    """The address of an empty, migrated database for this test alone."""
    if request.param == "sqlite":
        path = tmp_path / DATABASE
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("migrated_postgresql")
    name = f"test_{next(factories.numbers)}"
    execute(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield server.format(name=name)
    execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory) -> Flask:
    """The application, built once for all tests that only use it."""
    folder = tmp_path_factory.mktemp("shared")
    app = build_app(folder, f"sqlite:///{folder / 'nowhere.db'}")
    app.extensions[IN_PASSING] = InPassing(of_this_run(tmp_path_factory.getbasetemp()))
    app.extensions[AS_BUILT] = (dict(app.config), dict(app.extensions))
    return app


def pytest_sessionfinish(session, exitstatus):
    """A run of all tests fails if a form was to be tried in passing and no test sent it."""
    config = session.config
    asked = config.option
    wanted = {"": FORMS, "not slow": EVERYDAY}.get(asked.markexpr)
    names = ("keyword", "deselect", "lf", "stepwise", "collectonly")
    less = [getattr(asked, name, None) for name in names]  # some come with plug-ins
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(less)
    if hasattr(config, "workerinput") or exitstatus or not (is_whole and wanted):
        return
    tried = InPassing(config._tmp_path_factory.getbasetemp() / IN_PASSING).tried()
    if left := sorted(wanted - tried):
        print(f"\nNo test sent these forms (tests/forms_not_met.py): {', '.join(left)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def of_this_run(folder: Path) -> Path:
    """Return a folder that all processes of this run of tests share."""
    is_of_many = "PYTEST_XDIST_WORKER" in os.environ
    return (folder.parent if is_of_many else folder) / IN_PASSING


@pytest.fixture(scope="session")
def shelf(tmp_path_factory) -> Shelf:
    """What tests begin with, kept for others that begin alike."""
    return Shelf(tmp_path_factory.mktemp("beginnings"))


@pytest.fixture
def app(request, database, tmp_path, monkeypatch, shelf):
    """The application on this test's database; a test that adds pages asks for ``own_app``."""
    if "own_app" in request.fixturenames:
        app = build_app(tmp_path, database)
    else:
        app = request.getfixturevalue("shared_app")
        move(app, tmp_path, database)
    if "interests_asked" not in request.fixturenames:
        let_everybody_declare(app)
    if "two_evaluators" not in request.fixturenames:
        one_evaluator_is_enough(app)
    with app.app_context():
        if "own_app" not in request.fixturenames and database.startswith("sqlite"):
            app.extensions[WORLD] = World(app, tmp_path / DATABASE, shelf, monkeypatch)
        yield app
        if WORLD in app.extensions:
            app.extensions[WORLD].end()
        db.session.remove()
        db.engine.dispose()


def pytest_runtest_call(item):
    """Tell a test from its fixtures: see ``tests.beginnings``."""
    app = getattr(item, "funcargs", {}).get("app")
    if app is not None and WORLD in app.extensions:
        app.extensions[WORLD].has_begun = True


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """A server of the S3 protocol on this machine, for all tests that keep files in a bucket."""
    credentials = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "velvet-harpsichord"}
    with pytest.MonkeyPatch.context() as patch, serve_s3() as s3:
        for name, value in credentials.items():
            patch.setenv(name, value)
        # A second try comes at once: tests of what goes wrong are many, and wait for nobody.
        patch.setattr(
            "botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_context: 0
        )
        make_bucket(s3, tmp_path_factory.mktemp("spool"))
        yield s3


@pytest.fixture
def s3(s3_server, app):
    """The same server, with ``app`` keeping its files in a place of its own there."""
    use(app, s3_server.bucket())
    return s3_server


@pytest.fixture
def demonstration(app):
    """The application in the mode of the demonstration, with nothing built."""
    return demonstrate(app)


@pytest.fixture(scope="session")
def kept_demonstration(tmp_path_factory) -> Path:
    """Where the demonstration is kept once a test has built it."""
    return tmp_path_factory.mktemp("kept") / "demonstration"


@pytest.fixture
def demonstration_built(demonstration, at, kept_demonstration):
    """The demonstration, built. It is the same each time: on SQLite it is built once and copied."""
    at(demonstrating.NOW)
    build_or_copy(demonstration, kept_demonstration)
    return demonstration


@pytest.fixture
def interests_asked():
    """Asked for beside ``app``: nobody has declared whether he has an interest in a bidder."""


@pytest.fixture
def two_evaluators():
    """Asked for beside ``app``: a new tender needs two evaluators for what counts for much."""


@pytest.fixture
def own_app():
    """Asked for beside ``app``: one that no other test uses, so that pages can be added."""


@pytest.fixture
def client(app):
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def client_for(app):
    """Return a browser in which a role (somebody new who holds it) or a person is signed in."""

    def sign_in(who: Role | Person) -> CarefulClient:
        person = factories.make_person(who) if isinstance(who, Role) else who
        token = service.start_session(person, queries.organisations_of(person)[0])
        client = app.test_client()
        client.set_cookie(cookie_name(), token)
        return client

    return sign_in


@pytest.fixture
def at(monkeypatch):
    """Set the clock: ``at(moment)``."""

    def hold(moment: datetime) -> datetime:
        monkeypatch.setattr("foundation.clock.now", lambda: moment)
        return moment

    return hold


@pytest.fixture
def statements_counted(app):
    """``with statements_counted() as statements:`` collects every statement sent meanwhile."""

    @contextmanager
    def counted():
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counted
