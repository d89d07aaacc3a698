from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from foundation.database import db, transaction
from foundation.jobs import LEASE, MOST_ATTEMPTS, Job, JobState, _take_one, enqueue, run_due_jobs

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


def only_job():
    db.session.expire_all()
    return db.session.scalars(select(Job)).one()


@pytest.mark.both_databases
def test_a_job_is_done_once(app):
    done = []
    enqueue("mail", "t", {"to": "p"})

    taken = [run_due_jobs({"mail": lambda subject, payload: done.append((subject, payload))})]
    taken.append(run_due_jobs({"mail": lambda *_: done.append("again")}))

    assert done == [("t", {"to": "p"})]
    assert taken == [1, 0]
    assert only_job().state is JobState.DONE


def test_a_job_asked_for_in_a_change_that_failed_was_never_asked_for(app):
    def fails():
        with transaction():
            enqueue("mail", "t")
            raise LookupError

    with pytest.raises(LookupError):
        fails()

    assert db.session.scalars(select(Job)).all() == []


def test_asking_twice_is_one_job(app):
    enqueue("mail", "t", {"n": 1})
    enqueue("mail", "t", {"n": 2})

    assert only_job().payload == {"n": 2}


def test_a_job_waits_for_its_time(app, at):
    at(NOON)
    enqueue("close", "t", run_at=NOON + timedelta(seconds=1))

    early = run_due_jobs({"close": lambda *_: None})
    at(NOON + timedelta(seconds=1))

    assert (early, run_due_jobs({"close": lambda *_: None})) == (0, 1)


@pytest.mark.both_databases
def test_a_killed_worker_leaves_a_job_that_another_takes_up(app, at):
    at(NOON)
    enqueue("mail", "t")
    _take_one(["mail"])  # and then the power went

    at(NOON + LEASE - timedelta(seconds=1))
    too_early = run_due_jobs({"mail": lambda *_: None})
    at(NOON + LEASE)

    assert (too_early, run_due_jobs({"mail": lambda *_: None})) == (0, 1)
    assert only_job().attempts == 2


def test_a_failing_job_is_tried_later_and_at_last_given_up(app, at, caplog):
    def fails(_subject, _payload):
        raise ValueError("words from an answer")

    moment = at(NOON)
    enqueue("mail", "t")
    waits = []
    while only_job().state is JobState.WAITING:
        moment = at(only_job().run_at)
        run_due_jobs({"mail": fails})
        waits.append(int((only_job().run_at - moment).total_seconds()))

    assert waits == [10 * 2**attempt for attempt in range(MOST_ATTEMPTS)]
    assert only_job().state is JobState.FAILED
    assert only_job().last_error == "ValueError"


def test_a_job_of_a_kind_nobody_does_stays(app):
    enqueue("mail", "t")

    assert run_due_jobs({"other": lambda *_: None}) == 0
    assert only_job().state is JobState.WAITING
