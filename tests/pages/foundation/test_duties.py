"""What the service does of itself each day: once, in London days, and later if it was down."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from app import DUTIES as REGISTERED
from foundation import duties
from foundation.database import db, transaction
from foundation.duties import DUTIES, LEASE, Rounds, day_of, do_due, standings
from foundation.jobs import Job
from foundation.jobs import enqueue as note_it

MORNING = datetime(2026, 12, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


class Noted:
    """A duty that writes down which days it was asked to do, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.days: list[tuple[date, date]] = []
        self.failures = failures

    def __call__(self, first: date, last: date) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("what it was doing stands here")
        self.days.append((first, last))


@pytest.mark.both_databases
def test_a_duty_is_done_once_a_day_however_often_somebody_looks(app, at):
    looked = Noted()
    for hour in range(0, 40, 2):
        at(MORNING + timedelta(hours=hour))
        do_due({"look": looked})

    assert looked.days == [(date(2026, 12, 1),) * 2, (date(2026, 12, 2),) * 2]


@pytest.mark.both_databases
def test_days_on_which_the_service_was_down_are_made_up_for_in_one_go(app, at):
    looked = Noted()
    for day in (0, 1, 41):
        at(MORNING + day * DAY)
        do_due({"look": looked})

    assert looked.days == [
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2026, 12, 2), date(2026, 12, 2)),
        (date(2026, 12, 3), date(2027, 1, 11)),
    ]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 1, 5, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 1, 6, 0, tzinfo=UTC), date(2026, 12, 1)),
        # In summer London is an hour ahead.
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 6, 30)),
    ],
)
def test_a_day_begins_at_six_in_the_morning_in_london(moment, day):
    assert day_of(moment) == day


@pytest.mark.both_databases
def test_a_duty_that_fails_keeps_no_other_and_is_tried_again_at_growing_intervals(app, at):
    fails, works = Noted(failures=3), Noted()
    wanted = {"fails": fails, "works": works}
    tried = []
    for minute in range(0, 12):
        at(MORNING + timedelta(minutes=minute))
        before = fails.failures
        do_due(wanted)
        if fails.failures != before or (fails.days and minute not in tried and len(tried) == 3):
            tried.append(minute)

    # After 1, 2 and 4 minutes more.
    assert tried[:4] == [0, 1, 3, 7]
    assert fails.days == [(date(2026, 12, 1), date(2026, 12, 1))]
    assert works.days == [(date(2026, 12, 1), date(2026, 12, 1))]


def test_a_duty_that_failed_for_days_makes_up_for_them_from_the_first(app, at):
    fails = Noted(failures=2)
    for day in range(3):
        at(MORNING + day * DAY)
        do_due({"fails": fails})

    assert fails.days == [(date(2026, 12, 1), date(2026, 12, 3))]


def test_what_failed_is_told_by_its_kind_and_never_by_its_words(app, at):
    at(MORNING)
    do_due({"fails": Noted(failures=1)})

    (one,) = standings({"fails": Noted()})
    assert (one.through, one.behind, one.failures, one.last_error) == (None, 1, 1, "RuntimeError")


def test_a_clock_that_was_set_back_does_nothing_twice(app, at):
    looked = Noted()
    for day in (5, 3, 5):
        at(MORNING + day * DAY)
        do_due({"look": looked})

    assert looked.days == [(date(2026, 12, 6), date(2026, 12, 6))]


@pytest.mark.both_databases
def test_while_one_process_is_at_a_duty_another_leaves_it_alone(app, at):
    at(MORNING)
    begun, go_on, days = threading.Event(), threading.Event(), []

    def slow(first: date, last: date) -> None:
        begun.set()
        assert go_on.wait(30)
        days.append((first, last))

    def in_another_process() -> None:
        with app.app_context():
            do_due({"look": slow})

    other = threading.Thread(target=in_another_process)
    other.start()
    assert begun.wait(30)
    here = Noted()
    found = do_due({"look": here})
    go_on.set()
    other.join()

    assert (found, here.days) == ({}, [])
    assert days == [(date(2026, 12, 1), date(2026, 12, 1))]


@pytest.mark.both_databases
def test_two_processes_that_look_at_the_same_moment_do_a_duty_once(app, at):
    at(MORNING)
    done, together = [], threading.Barrier(2)

    def look() -> None:
        with app.app_context():
            together.wait(30)
            do_due({"look": lambda first, last: done.append((first, last))})

    threads = [threading.Thread(target=look) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert done == [(date(2026, 12, 1), date(2026, 12, 1))]


def test_a_process_that_was_killed_loses_its_duty_after_a_while(app, at):
    at(MORNING)

    class Killed(BaseException):
        pass

    def killed(_first: date, _last: date) -> None:
        raise Killed

    with pytest.raises(Killed):
        do_due({"look": killed})
    looked = Noted()
    at(MORNING + LEASE - timedelta(seconds=1))
    do_due({"look": looked})
    assert looked.days == []
    at(MORNING + LEASE)
    do_due({"look": looked})
    assert looked.days == [(date(2026, 12, 1), date(2026, 12, 1))]


def test_half_a_change_of_a_duty_that_fails_is_not_kept(app, at):
    at(MORNING)

    def half(_first: date, _last: date) -> None:
        with transaction():
            note_it("half", "done")
            raise RuntimeError

    do_due({"half": half})

    assert db.session.query(Job).count() == 0


def test_the_thread_beside_the_web_server_does_what_is_behind(app, at):
    at(MORNING)
    seen = threading.Event()
    app.extensions[DUTIES] = {"look": lambda _first, _last: seen.set()}
    rounds = Rounds(app)
    rounds.start()
    assert seen.wait(30)
    rounds.stop()

    assert [one.through for one in standings(app.extensions[DUTIES])] == [date(2026, 12, 1)]


def test_the_thread_goes_on_after_it_could_not_look(app, at, monkeypatch):
    at(MORNING)
    seen, looks = threading.Event(), []

    def look(_duties, **_how):
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("the database is away")
        seen.set()
        return {}

    monkeypatch.setattr(duties, "do_due", look)
    rounds = Rounds(app, seconds=0.01)
    rounds.start()
    assert seen.wait(30)
    rounds.stop()


def test_the_command_does_what_is_behind_and_says_how_it_stands(app, at):
    at(MORNING)
    app.extensions[DUTIES] = {"works": Noted(), "fails": Noted(failures=2)}
    runner = app.test_cli_runner()

    first = runner.invoke(args=["duties", "run", "--once"])
    assert (first.exit_code, first.output) == (
        1,
        "works: done\nfails: failed, it is tried again\n",
    )
    status = runner.invoke(args=["duties", "status"])
    assert status.output == (
        "works: done through 1 December 2026\n"
        "fails: not done yet, 1 day behind, failed 1 time: RuntimeError\n"
    )
    # Asked for by hand it does not wait.
    runner.invoke(args=["duties", "run", "--once"])
    third = runner.invoke(args=["duties", "run", "--once"])
    assert (third.exit_code, third.output) == (0, "fails: done\n")
    assert runner.invoke(args=["duties", "run", "--once"]).output == "Nothing was behind\n"


def test_every_duty_of_the_service_can_be_done_on_an_empty_database(app, at):
    at(MORNING)

    assert do_due(app.extensions[DUTIES]) == dict.fromkeys(REGISTERED, True)
