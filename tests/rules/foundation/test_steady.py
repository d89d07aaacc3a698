"""The service's own clock: what is done to the machine's does not lead it astray."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from foundation import steady
from foundation.clock import now
from foundation.steady import BACK, FILE, FORWARD, SECOND, SteadyClock

HOUR, YEAR = 3600 * SECOND, 365 * 86_400 * SECOND


class Machine:
    """A machine that was started long ago."""

    def __init__(self):
        self.shown, self.counted = 1_800_000_000 * SECOND, 7 * SECOND

    def passes(self, nanoseconds):
        self.shown += nanoseconds
        self.counted += nanoseconds

    def clock(self):
        return SteadyClock(lambda: self.shown, lambda: self.counted)


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def clock(machine):
    return machine.clock()


@pytest.mark.parametrize("step", [HOUR, -HOUR, YEAR, -YEAR, FORWARD + SECOND, -BACK - SECOND])
def test_a_step_is_not_followed_and_time_goes_on(machine, clock, step, caplog):
    before = clock.now()
    machine.shown += step

    stepped, apart = clock.now(), clock.apart()
    machine.passes(5 * SECOND)
    later = clock.now()
    machine.shown -= step

    assert (stepped, later) == (before, before + timedelta(seconds=5))
    assert apart == timedelta(microseconds=step // 1000)
    assert (clock.now(), clock.apart()) == (later, timedelta(0))
    assert [entry.levelname for entry in caplog.records] == ["ERROR"]


@pytest.mark.parametrize("step", [SECOND, FORWARD])
def test_what_is_put_forward_by_a_little_is_followed(machine, clock, step):
    before = clock.now()
    machine.shown += step

    assert clock.now() - before == timedelta(seconds=step // SECOND)
    assert clock.apart() == timedelta(0)


def test_put_back_by_a_little_it_stands_still_until_it_is_reached_again(machine, clock):
    before = clock.now()
    machine.shown -= BACK

    assert (clock.now(), clock.apart()) == (before, timedelta(0))
    machine.passes(BACK)
    assert clock.now() == before
    machine.passes(SECOND)
    assert clock.now() == before + timedelta(seconds=1)


def test_the_service_goes_by_it(machine, clock, monkeypatch):
    monkeypatch.setattr("foundation.clock.STEADY", clock)
    machine.shown += YEAR

    assert now() == datetime.fromtimestamp((machine.shown - YEAR) / SECOND, UTC)


def test_started_again_on_a_machine_that_was_not_it_goes_on(machine, clock, tmp_path):
    clock.keep(tmp_path)
    before = clock.now()
    machine.passes(10 * SECOND)
    machine.shown -= HOUR

    again = machine.clock()
    again.carry_on(tmp_path)

    assert again.now() - before == timedelta(seconds=10)
    assert again.apart() == timedelta(hours=-1)


@pytest.mark.parametrize("kept", ["", "{}", "[]", '{"boot": "another", "from": 5}'])
def test_what_was_kept_of_another_start_or_is_damaged_means_nothing(machine, tmp_path, kept):
    (tmp_path / FILE).write_text(kept)
    clock = machine.clock()
    before = clock.now()

    clock.carry_on(tmp_path)

    assert clock.now() == before


def test_where_nothing_names_a_start_nothing_is_kept(clock, tmp_path, monkeypatch):
    monkeypatch.setattr(steady, "BOOT", tmp_path / "nothing")

    clock.keep(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_written_again_only_when_it_changed(machine, clock, tmp_path):
    clock.keep(tmp_path)
    first = (tmp_path / FILE).stat().st_ino
    clock.keep(tmp_path)
    machine.shown += SECOND
    same = (tmp_path / FILE).stat().st_ino == first

    clock.keep(tmp_path)

    assert same
    assert json.loads((tmp_path / FILE).read_text())["from"] == machine.shown - machine.counted
