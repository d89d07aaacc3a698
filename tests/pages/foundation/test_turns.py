"""Requests take turns; nobody waits behind somebody slow, nor behind a body still arriving."""

import io
import threading

import pytest

from foundation.turns import LARGEST_AT_ONCE, Turns


def answer(turns, environ=None):
    """Send a request from a thread of its own; return the thread."""
    environ = {"wsgi.input": io.BytesIO(), **(environ or {})}
    thread = threading.Thread(target=turns, args=(environ, lambda *_: None), daemon=True)
    thread.start()
    return thread


def queue_up(turns, number):
    """Send a request and come back when it stands in the queue."""
    waiting = len(turns._queue)
    thread = answer(turns, {"number": number})
    for _ in range(2000):
        if len(turns._queue) > waiting:
            return thread
        threading.Event().wait(0.001)
    raise AssertionError("The request was not queued")


def test_requests_are_worked_on_one_after_the_other_in_the_order_they_came():
    began, go_on, order = threading.Event(), threading.Event(), []

    def application(environ, _start_response):
        order.append(("begins", environ["number"]))
        began.set()
        go_on.wait(10)
        order.append(("ends", environ["number"]))
        return []

    turns = Turns(application, patience=60)
    first = answer(turns, {"number": 1})
    assert began.wait(10)
    others = [queue_up(turns, number) for number in (2, 3, 4)]
    go_on.set()
    for thread in (first, *others):
        thread.join(10)

    assert order == [(what, number) for number in (1, 2, 3, 4) for what in ("begins", "ends")]


def test_a_slow_request_keeps_nobody_waiting_for_long():
    slow_ends, done = threading.Event(), []

    def application(environ, _start_response):
        if environ["number"] == 1:
            slow_ends.wait(10)
        done.append(environ["number"])
        return []

    turns = Turns(application, patience=0.01)
    slow = answer(turns, {"number": 1})
    for number in (2, 3):
        answer(turns, {"number": number}).join(10)
    assert done == [2, 3]

    slow_ends.set()
    slow.join(10)
    answer(turns, {"number": 4}).join(10)
    assert done == [2, 3, 1, 4]


def test_a_request_that_fails_hands_its_turn_on():
    done = []

    def application(environ, _start_response):
        done.append(environ["number"])
        return done[2 // environ["number"] :]

    turns = Turns(application, patience=60)
    with pytest.raises(ZeroDivisionError):
        turns({"number": 0}, lambda *_: None)
    answer(turns, {"number": 2}).join(10)

    assert done == [0, 2]


def test_a_body_still_arriving_holds_no_turn():
    seen = []

    class Slow(io.BytesIO):
        def read(self, *_):
            seen.append(turns._on_the_floor is None)
            return b"a=1"

    def application(environ, _start_response):
        seen.append(environ["wsgi.input"].read())
        return []

    turns = Turns(application)
    answer(turns, {"wsgi.input": Slow(), "CONTENT_LENGTH": "3"}).join(10)

    assert seen == [True, b"a=1"]


def test_a_file_is_received_without_a_turn_however_long_it_takes():
    taken = []

    def application(_environ, _start_response):
        taken.append(turns._on_the_floor)
        return []

    turns = Turns(application)
    answer(turns, {"CONTENT_LENGTH": str(LARGEST_AT_ONCE + 1)}).join(10)
    answer(turns, {"HTTP_TRANSFER_ENCODING": "chunked"}).join(10)

    assert taken == [None, None]
