"""Companies at work on sealed bids, all at once, while somebody else looks at everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from threading import Event

from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import queries as accounts
from accounts import service as account_service
from accounts.views import cookie_name
from foundation.database import db
from supplier_portal.models import Bid
from tests.two_worlds import Stage

# Every request of theirs makes whoever looks wait.
AT_WORK, PAUSE_SECONDS = 3, 0.05
OWN_WORDS = "wordsofcompany"
QUESTION, PART = "SLP-07", "SLP-07.a"
VERSION = re.compile(rf'name="v-{PART}" value="(\d+)"')


@dataclass
class Work:
    """What was done meanwhile, and what a company read that is not its own."""

    saved: int = 0
    read: int = 0
    strange: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Company:
    number: int
    bid: str
    cookie: tuple[str, str]

    def words(self, time: int) -> str:
        return f"{OWN_WORDS}{self.number} {time}."


@contextmanager
def companies_at_work(stage: Stage) -> Iterator[Work]:
    """Let some of the companies that have a draft read and save until the block ends."""
    companies, work, ended = list(_companies(stage))[:AT_WORK], Work(), Event()
    db.session.remove()
    with ThreadPoolExecutor(len(companies)) as pool:
        at_work = [pool.submit(_work, stage, one, work, ended) for one in companies]
        try:
            yield work
        finally:
            ended.set()
    for one in at_work:
        one.result()


def _companies(stage: Stage) -> Iterator[Company]:
    for number, lead in enumerate(stage.bidders):
        supplier = accounts.organisations_of(lead)[0]
        bid = db.session.scalars(
            select(Bid).where(Bid.tender_id == stage.tender_id, Bid.supplier_id == supplier.id)
        ).one_or_none()
        if bid is not None:
            cookie = cookie_name(), account_service.start_session(lead, supplier)
            yield Company(number, bid.token, cookie)


def _work(stage: Stage, company: Company, work: Work, ended: Event) -> None:
    client = FlaskClient(stage.app, stage.app.response_class)
    client.set_cookie(*company.cookie)
    page, time, stands = f"/bids/{company.bid}/questions/{QUESTION}", 0, ""
    while not ended.wait(PAUSE_SECONDS):
        time += 1
        shown = Context().run(client.get, page)
        form = {PART: company.words(time), "then": "as-typed"}
        form |= {f"v-{PART}": version for version in VERSION.findall(shown.text)[:1]}
        said = Context().run(client.post, page, data=form)
        if stands not in shown.text:
            work.strange.append(f"{page}: its own words are not there")
        if said.status_code == 200:
            work.saved, stands = work.saved + 1, company.words(time)
        for answer in (shown, said, Context().run(client.get, f"/bids/{company.bid}")):
            work.read += answer.status_code == 200
            others = set(re.findall(rf"{OWN_WORDS}\d+", answer.text)) - {
                f"{OWN_WORDS}{company.number}"
            }
            if others or answer.status_code >= 500:
                work.strange.append(f"{page}: {answer.status_code}, {sorted(others)}")
