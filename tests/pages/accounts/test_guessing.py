"""Guesses are held back, nobody is locked out: counted by the database, known browsers apart."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounts import service
from accounts.models import Guesses, KnownDevice
from accounts.rules import guessing as guessing_rules
from accounts.rules.guessing import Counter
from accounts.rules.roles import Role
from accounts.service import HeldBack, Here, SignInRefused, guessing, people
from foundation import jobs
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.jobs import Job
from foundation.mail import Message
from tests.factories import PASSWORD, make_open_tender, make_person

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def noon(app, at):
    at(NOON)


@pytest.fixture
def victim(app):
    return make_person(Role.BID_LEAD, email="mara@example.test")


@pytest.fixture
def compared(monkeypatch):
    """The passwords that were compared at the cost of a hash."""
    found = []
    verify = people.HASHER.verify

    class Counting:
        hash = people.HASHER.hash
        check_needs_rehash = people.HASHER.check_needs_rehash

        def verify(self, stored, password):
            found.append(password)
            return verify(stored, password)

    monkeypatch.setattr(people, "HASHER", Counting())
    return found


@pytest.fixture
def few(monkeypatch):
    """A network, and an account, may be tried in vain twenty times: fewer hashes, same rule."""
    monkeypatch.setattr(guessing_rules, "MOST_FROM_A_NETWORK", 20)
    monkeypatch.setattr(guessing_rules, "MOST_OF_AN_ACCOUNT", 20)


def sign_in(client, email, password=PASSWORD, network=HOME):
    return client.post(
        "/sign-in",
        data={"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": network},
    )


def guess(email, network, count=1):
    """Guess wrongly ``count`` times from one network; return how many were held back."""
    held = 0
    for _ in range(count):
        try:
            service.sign_in(email, "not the password", here=Here(network=network))
        except HeldBack:
            held += 1
        except SignInRefused:
            pass
    return held


def networks(count):
    return [f"203.0.{number // 250}.{number % 250 + 1}" for number in range(count)]


def test_the_eleventh_wrong_password_from_one_place_waits_and_says_until_when(client, victim):
    for _ in range(10):
        assert "until" not in sign_in(client, victim.email, "wrong").text

    page = sign_in(client, victim.email)

    assert page.status_code == 200
    assert "You cannot sign in here until 12:15pm because too many wrong passwords" in page.text
    assert client.get_cookie("sign-in") is None


def test_the_wait_ends_by_itself(client, victim, at):
    guess(victim.email, HOME, 10)
    at(NOON + timedelta(minutes=15))

    assert sign_in(client, victim.email).status_code == 302


def test_another_network_is_not_slowed_by_few_wrong_passwords(client, victim):
    guess(victim.email, ELSEWHERE, 20)

    assert sign_in(client, victim.email, network=HOME).status_code == 302


def test_a_network_that_tries_many_accounts_waits_for_all_of_them(victim, few):
    for number in range(20):
        guess(f"person-{number}@example.test", ELSEWHERE)

    assert guess(victim.email, ELSEWHERE) == 1
    assert guess(victim.email, HOME) == 0


def test_an_account_tried_from_everywhere_waits_in_strange_browsers(client, victim, few):
    for network in networks(20):
        guess(victim.email, network)

    assert "until 12:15pm" in sign_in(client, victim.email).text


def test_right_passwords_use_nothing_up(client, victim):
    for _ in range(15):
        assert sign_in(client, victim.email).status_code == 302

    assert db.session.scalars(select(func.max(Guesses.count))).one() == 0


def test_the_victim_signs_in_with_a_known_browser_while_a_thousand_guesses_run(client, victim):
    sign_in(client, victim.email)
    client.delete_cookie("sign-in")
    places = networks(100)

    held = sum(guess(victim.email, places[number % 100]) for number in range(500))
    during = sign_in(client, victim.email, network=places[0])
    held += sum(guess(victim.email, places[number % 100]) for number in range(500))

    assert held == 900
    assert during.status_code == 302
    assert sign_in(client, victim.email, network=places[0]).status_code == 302


def test_a_known_browser_is_known_for_its_own_person_only(client, victim):
    sign_in(client, victim.email)
    other = make_person(Role.BID_LEAD, email="other@example.test")
    guess(other.email, HOME, 10)

    assert "until" in sign_in(client, other.email).text


def test_guesses_at_a_known_browser_wait_too(client, victim):
    sign_in(client, victim.email)
    for _ in range(10):
        sign_in(client, victim.email, "wrong")

    assert "until" in sign_in(client, victim.email).text
    assert guess(victim.email, ELSEWHERE) == 0


def test_two_people_who_share_a_browser_are_both_known_to_it(client, victim, few):
    other = make_person(Role.BID_LEAD, email="other@example.test")
    for person in (victim, other, victim):
        sign_in(client, person.email)
    for network in networks(20):
        guess(victim.email, network)
        guess(other.email, network)

    assert sign_in(client, victim.email).status_code == 302
    assert sign_in(client, other.email).status_code == 302
    assert len(db.session.scalars(select(KnownDevice)).all()) == 2


def test_within_a_day_of_any_closing_time_nobody_elsewhere_slows_a_bidder(client, victim, few):
    make_open_tender(closes_at=NOON + timedelta(hours=23))
    for network in networks(20):
        guess(victim.email, network)

    assert sign_in(client, victim.email).status_code == 302


def test_near_a_closing_time_the_longest_wait_is_a_minute(client, victim, at):
    make_open_tender(closes_at=NOON + timedelta(hours=23))
    guess(victim.email, HOME, 10)
    assert "until 12:01pm" in sign_in(client, victim.email).text
    at(NOON + timedelta(minutes=1))

    assert sign_in(client, victim.email).status_code == 302


def test_every_refusal_is_recorded_and_the_last_says_that_the_rest_wait(victim):
    guess(victim.email, HOME, 12)

    entries = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.subject_kind == "sign-in")
    ).all()
    assert [tuple(entry) for entry in entries] == [
        *[("sign_in.refused", "stranger")] * 9,
        ("sign_in.held_back", "stranger"),
    ]


def test_who_is_guessed_at_is_told_once_a_day_and_led_nowhere_but_to_the_sign_in(app, victim, at):
    for network in networks(3):
        guess(victim.email, network, 10)
    guess("nobody@example.test", HOME, 10)
    jobs.run_due_jobs(app.extensions["job_handlers"])
    at(NOON + timedelta(days=1))
    guess(victim.email, HOME, 10)
    jobs.run_due_jobs(app.extensions["job_handlers"])

    letters = db.session.scalars(select(Message).where(Message.kind == "sign_in.guessed")).all()
    assert [letter.recipient for letter in letters] == [victim.email] * 2
    assert re.findall(r"https?://\S+", letters[0].text) == ["http://127.0.0.1:8000/sign-in"]
    assert "@" not in letters[0].text
    told = db.session.scalars(select(Job.payload).where(Job.kind == "sign_in.guessed")).all()
    assert "example.test" not in str(told)


def test_the_table_names_neither_people_nor_networks(victim):
    guess(victim.email, HOME)

    abouts = db.session.scalars(select(Guesses.about_hash)).all()
    assert [(len(about), about.isalnum()) for about in abouts] == [(64, True)] * 3


@pytest.mark.both_databases
def test_of_two_hundred_guesses_at_once_no_more_are_looked_at_than_may_be(app, victim, compared):
    email, begin = victim.email, threading.Barrier(20)

    def some_guesses():
        with app.app_context():
            begin.wait()
            held = guess(email, HOME, 10)
            db.session.remove()
            return held

    with ThreadPoolExecutor(20) as pool:
        held = sum(one.result() for one in [pool.submit(some_guesses) for _ in range(20)])

    assert len(compared) == 10
    assert held == 190


@pytest.mark.both_databases
def test_four_hundred_tries_at_once_count_four_hundred(app):
    wanted, begin = [Counter(("person", "one"), 1000)], threading.Barrier(20)

    def some_tries():
        with app.app_context():
            begin.wait()
            for _ in range(20):
                guessing.begin("code", wanted, "wait until {until}")
            db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        for one in [pool.submit(some_tries) for _ in range(20)]:
            one.result()

    assert db.session.scalars(select(Guesses.count)).all() == [400]
