"""Thousands of passwords are guessed while the victim works: a real server, a real database.

Nobody is locked out, nothing is guessed, and the counts are exact: what was answered, what the
record says and what stands in the table is one number.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Guesses, SignInSession
from accounts.rules.guessing import MOST_FROM_A_NETWORK, MOST_FROM_ONE_PLACE, MOST_OF_AN_ACCOUNT
from accounts.rules.roles import Role
from accounts.service.guessing import about_hash
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from supplier_portal import service
from supplier_portal.models import AnswerVersion
from tests import proving
from tests.beginnings import WORLD
from tests.factories import PASSWORD, make_open_tender, make_person, make_supplier, viewer_of
from tests.served import Served, Visitor, hidden

GUESSES = proving.size("guesses", 130)
NETWORKS = proving.size("networks", 20)
# A service starts on no PostgreSQL that could lose what it confirmed: a proof runs one.
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite
AT_ONCE = 4
HOME = "198.51.100.7"
QUESTION, PART = "SLP-07", "SLP-07.a"


class Victim(threading.Thread):
    """Saves one answer after the other, and signs in anew now and then, until told to stop."""

    def __init__(self, browser, email, bid, ended):
        super().__init__()
        self.browser, self.email, self.ended = browser, email, ended
        self.page = f"/bids/{bid.token}/questions/{QUESTION}"
        self.saved, self.signed_in, self.refused = [], 0, []

    def run(self):
        while not self.ended.is_set() or not self.saved:
            form = self.browser.get(self.page)[2]
            words = f"Saved while they guess {len(self.saved)}"
            fields = {name: hidden(form, name) for name in ("csrf_token", "questionnaire")}
            fields |= {PART: words, f"v-{PART}": hidden(form, f"v-{PART}")}
            self._note(self.browser.post(self.page, fields)[0], words)
            if len(self.saved) % 10 == 1:
                status = self.browser.sign_in(self.email, PASSWORD)[0]
                self.signed_in += status == 302 and self.browser.is_signed_in
                if status != 302:
                    self.refused.append(("sign-in", status))

    def _note(self, status, words):
        if status == 302:
            self.saved.append(words)
        else:
            self.refused.append((words, status))


def guesser(browser, email, count):
    """Guess ``count`` times; return how many were looked at and held back."""
    looked_at, held_back, others = 0, 0, []
    for number in range(count):
        status, leads_to, page = browser.sign_in(email, f"guess {number}, not the password")
        if status == 200 and "You cannot sign in here until" in page:
            held_back += 1
        elif status in (200, 422) and "Enter the email address and password of your" in page:
            looked_at += 1
        else:
            others.append((status, leads_to))
    return looked_at, held_back, others, browser.is_signed_in


@DATABASES
@pytest.mark.parametrize(
    "closes_in",
    [
        pytest.param(timedelta(days=20), id="far from closing"),
        pytest.param(timedelta(hours=20), id="near closing", marks=pytest.mark.slow),
    ],
)
def test_the_victim_works_on_while_thousands_of_passwords_are_guessed(
    app, tmp_path, database, closes_in
):
    tender = make_open_tender(closes_at=clock.now() + closes_in)
    company = make_supplier("Larkfield")
    victim = make_person(Role.BID_LEAD, company, email="mara@example.test")
    colleague = make_person(Role.BID_LEAD, company, email="jo@example.test")
    bid = service.start_bid(tender, by=viewer_of(victim), arrived_at=clock.now())
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    emails = victim.email, colleague.email
    before = db.session.scalar(select(func.count()).select_from(SignInSession))
    # Nothing is held open: what the server writes is read afterwards.
    db.session.commit()
    server = Served(tmp_path, database, environ={"ASSURANCE_PROXIES": "1"})
    ended = threading.Event()
    try:
        known = Visitor(server.port, network=HOME)
        assert known.sign_in(emails[0], PASSWORD)[0] == 302
        at_work = Victim(known, emails[0], bid, ended)
        at_work.start()
        places = [f"203.0.113.{number + 1}" for number in range(NETWORKS)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            each = [
                pool.submit(
                    guesser, Visitor(server.port, network=place), emails[0],
                    GUESSES // NETWORKS + (number < GUESSES % NETWORKS),
                )
                for number, place in enumerate(places)
            ]  # fmt: skip
            found = [one.result() for one in each]
        ended.set()
        at_work.join()
        # The colleague, at a new machine in a network of nobody; and what is right, too late.
        newcomer = Visitor(server.port, network="198.51.100.99")
        assert newcomer.sign_in(emails[1], PASSWORD)[0] == 302
        assert known.sign_in(emails[0], PASSWORD)[0] == 302
    finally:
        server.kill_all()

    looked_at, held_back = (sum(one[place] for one in found) for place in (0, 1))
    proving.tell(
        wrong_sign_ins=looked_at + held_back,
        of_them_looked_at=looked_at,
        saves_of_the_victim=len(at_work.saved),
        sign_ins_of_the_victim=at_work.signed_in + 2,
        refused_to_the_victim=len(at_work.refused),
        signed_in_by_guessing=sum(one[3] for one in found),
    )
    db.session.expire_all()
    assert [one[2] for one in found if one[2]] == []
    assert not any(one[3] for one in found)
    assert looked_at + held_back == GUESSES
    assert at_work.refused == []
    # Every save stands, each once, and every sign-in is somebody's who knew the password.
    assert db.session.scalar(select(func.count()).select_from(AnswerVersion)) == len(at_work.saved)
    sign_ins = db.session.scalar(select(func.count()).select_from(SignInSession))
    assert sign_ins - before == at_work.signed_in + 3
    # What was answered, what is recorded and what was counted is one number.
    recorded = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "sign-in")
    ).all()
    assert set(recorded) <= {"sign_in.refused", "sign_in.held_back"}
    assert len(recorded) == looked_at
    abouts = {about_hash(("place", emails[0], place)): MOST_FROM_ONE_PLACE for place in places}
    abouts |= {about_hash(("network", place)): MOST_FROM_A_NETWORK for place in places}
    abouts[about_hash(("account", emails[0]))] = MOST_OF_AN_ACCOUNT
    rows = db.session.execute(select(Guesses.about_hash, Guesses.count, Guesses.began_at)).all()
    assert {row.about_hash: row[1] for row in rows if row[1] > abouts.get(row.about_hash, 0)} == {}
    in_places = [row for row in rows if abouts.get(row.about_hash) == MOST_FROM_ONE_PLACE]
    assert sum(row[1] for row in in_places) == looked_at
    stretches = len({row.began_at for row in rows})
    if closes_in > timedelta(days=1):
        assert looked_at <= MOST_OF_AN_ACCOUNT * stretches
        assert stretches > 1 or looked_at == min(GUESSES, MOST_OF_AN_ACCOUNT)
