"""What lets several processes serve one PostgreSQL: limits, migrations, jobs given back."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from foundation import health, jobs, safety
from foundation.arrival import UNDER_WAY
from foundation.clock import now
from foundation.database import MIGRATING, db, engine_options, options_of_a_server
from foundation.outages import ServiceRun, beat
from foundation.settings import SettingsError, read_settings
from foundation.stores.base import FilesUnreachable


def test_several_processes_are_refused_on_sqlite(tmp_path):
    with pytest.raises(SettingsError, match="which one process serves: set DATABASE_URL"):
        read_settings({"ASSURANCE_WORKERS": "2"}, instance_folder=tmp_path)


@pytest.mark.parametrize(("workers", "threads"), [("1", 64), ("4", 12)])
def test_several_processes_have_fewer_threads_each(tmp_path, workers, threads):
    asked = {"ASSURANCE_WORKERS": workers, "DATABASE_URL": "postgresql://localhost/bids"}

    assert read_settings(asked, instance_folder=tmp_path).threads == threads


@pytest.mark.postgresql
@pytest.mark.parametrize("threads", [1, 1000])
def test_more_connections_than_postgresql_takes_stop_the_start(app, threads):
    settings = replace(app.extensions["settings"], workers=2, threads=threads)
    app.extensions["settings"] = settings

    if threads == 1:
        safety.postgresql_takes_all_connections()
        return
    with pytest.raises(safety.Unsafe, match="2016 connections and PostgreSQL takes 197"):
        safety.postgresql_takes_all_connections()


@pytest.mark.postgresql
def test_a_server_gives_up_what_hangs_and_a_command_does_not(app, database):
    def limit(url, options):
        engine = create_engine(url, **options)
        try:
            with engine.connect() as connection:
                return connection.scalar(text("SHOW statement_timeout"))
        finally:
            engine.dispose()

    own = f"{database}&options=-c%20statement_timeout%3D7s"

    assert limit(database, options_of_a_server(database, 2)) == "1min"
    assert limit(database, engine_options(database, 2)) == "0"
    assert limit(own, options_of_a_server(own, 2)) == "7s"


def test_a_beat_says_since_when_something_is_under_way(app):
    arrived = now()
    with UNDER_WAY.since(arrived):
        run = beat()
        during = db.session.get_one(ServiceRun, run).under_way_since
    beat(run)

    assert during == arrived
    assert db.session.get_one(ServiceRun, run).under_way_since is None


@pytest.mark.parametrize(("version", "found"), [("0999", "ok"), ("0001", "another version")])
def test_tables_newer_than_the_code_keep_nobody_from_taking_bids(app, version, found):
    db.session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    db.session.commit()
    settings = app.extensions["settings"]

    checks = health.Readiness({"database": health._checks(app, settings)["database"]}).report()

    assert found in checks.checks["database"]


@pytest.mark.postgresql
def test_of_two_upgrades_one_waits_for_the_other(app):
    with Session(db.engine) as first:
        first.execute(text(f"SELECT pg_advisory_lock({MIGRATING})"))
        second = threading.Thread(target=_upgrade, args=[app])
        second.start()
        second.join(1.5)
        waits = second.is_alive()
        first.execute(text(f"SELECT pg_advisory_unlock({MIGRATING})"))
    second.join(60)

    assert (waits, second.is_alive()) == (True, False)


def _upgrade(app):
    with app.app_context():
        upgrade()


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_and_takes_no_other(app):
    begun, hold, done = threading.Event(), threading.Event(), []

    def slow(subject, _payload):
        begun.set()
        hold.wait(60)
        done.append(subject)

    app.extensions["job_handlers"] = {"make": slow}
    jobs.enqueue("make", "first")
    jobs.enqueue("make", "second")
    worker = jobs.Worker(app)
    worker.start()
    assert begun.wait(60)
    worker.stop(seconds=0.01)
    given_back = [(job.state, job.attempts) for job in all_jobs()]
    hold.set()
    worker._thread.join(60)

    again = jobs.run_due_jobs({"make": lambda subject, _: done.append(f"{subject} again")})

    assert given_back == [(jobs.JobState.WAITING, 1), (jobs.JobState.WAITING, 0)]
    assert again == 2
    assert sorted(done) == ["first", "first again", "second again"]
    assert {job.state for job in all_jobs()} == {jobs.JobState.DONE}


def all_jobs():
    db.session.expire_all()
    return db.session.scalars(select(jobs.Job).order_by(jobs.Job.id)).all()


@pytest.mark.parametrize(
    ("error", "attempts"),
    [(LookupError, jobs.MOST_ATTEMPTS), (FilesUnreachable, jobs.MOST_ATTEMPTS_AWAY)],
)
def test_what_is_away_is_tried_for_a_day_and_what_was_given_up_when_it_is_asked_for(
    app, at, error, attempts
):
    def fails(_subject, _payload):
        raise error("it is away")

    jobs.enqueue("make", "it")
    begun = moment = now()
    tried = 0
    while all_jobs()[0].state is jobs.JobState.WAITING:
        moment = at(max(moment, all_jobs()[0].run_at))
        tried += jobs.run_due_jobs({"make": fails})
    given_up = moment - begun

    asked = app.test_cli_runner().invoke(args=["jobs", "retry"])

    assert tried == attempts
    assert (given_up.total_seconds() > 20 * 3600) is (error is FilesUnreachable)
    assert asked.output == "1 job will be tried again\n"
    assert jobs.run_due_jobs({"make": lambda *_: None}) == 1
