"""Histories of a tender drawn from a seed: who does what, and when, until somebody looks.

What companies do with sealed bids happens in one of two worlds alone. What everybody may know of
happens in both: questions and their answers, colleagues who join, what the rival does, the service
doing what is due. A question is asked in both worlds at the same moment by two different companies.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from accounts import queries as accounts
from accounts import service as account_service
from accounts.models import Person
from accounts.rules.roles import Role
from accounts.service import Here, SignInRefused
from accounts.views import cookie_name
from foundation import clock
from foundation.database import db
from supplier_portal import queries, service
from supplier_portal.models import Bid
from supplier_portal.service.late import hand_in_late
from tenders import service as tenders
from tenders.models import Clarification
from tenders.queries import questionnaire_of
from tenders.rules.clarifications import ClarificationState
from tests import pricing, two_worlds
from tests.answers_made import made_answer
from tests.canaries import STEM
from tests.factories import PASSWORD, make_person, viewer_of
from tests.two_worlds import BIDDERS, DECLARED, PDF, Stage, bid_of

DAYS = 14
# Before the service is down, which is at a fixed time in each history.
LAST = timedelta(hours=2, minutes=20)
COUNTS, DOES_NOT = "handed in", "draft"
NEEDED = ("SLP-07.f", "SLP-07.b")


@dataclass(frozen=True)
class Step:
    """One thing that somebody does, so long before the closing time (after it: negative)."""

    before: timedelta
    name: str
    # Which of the bidders; in what all may know of, by whom it is done in the world with bids.
    who: int
    number: int

    @property
    def is_shared(self) -> bool:
        return self.name in SHARED


@dataclass
class Company:
    """How far a bidder has come, as the history is drawn."""

    stage: str = ""
    is_answered: bool = False

    def may(self) -> list[str]:
        if not self.stage:
            return ["start", "sign_in", "join", "guess"]
        found = ["save", "save", "typed", "upload", "comment", "join", "sign_in", "look", "spoil"]
        if self.is_answered:
            found += ["submit", "submit"]
        return found + (["withdraw"] if self.stage == COUNTS else [])

    def does(self, name: str) -> None:
        if name == "start":
            self.stage = DOES_NOT
        elif name == "save":
            self.is_answered = True
        elif name in ("submit", "withdraw"):
            self.stage = COUNTS if name == "submit" else DOES_NOT


@dataclass
class History:
    """Steps in the order of time, and how many bids count once all are done."""

    steps: list[Step] = field(default_factory=list)
    handed_in: int = 0
    counted: Counter[str] = field(default_factory=Counter)


def drawn(seed: int, *, sealed: int = 45, shared: int = 8, late: bool = False) -> History:
    """Return the history of a seed: always the same."""
    chance = random.Random(seed)  # noqa: S311
    moments = sorted((_moment(chance) for _ in range(sealed)), reverse=True)
    companies = [Company() for _ in range(BIDDERS)]
    steps = []
    # One company certainly bids, with a file: there is something to look for.
    begun = ["start", "save", "upload", "submit"]
    for number, before in enumerate(moments):
        who = 0 if begun else chance.randrange(BIDDERS)
        name = begun.pop(0) if begun else chance.choice(companies[who].may())
        companies[who].does(name)
        steps.append(Step(before, name, who, number))
    for number in range(shared):
        name = chance.choice([one for one in SHARED if one != "publish"])
        before = _moment(chance)
        steps.append(Step(before, name, chance.randrange(BIDDERS), number))
        if name == "ask" and chance.random() < 0.7:
            steps.append(Step(before * chance.uniform(0.5, 1), "publish", 0, number))
    if late:
        ready = [who for who, one in enumerate(companies) if one.is_answered]
        for number, who in enumerate(chance.sample(ready, min(len(ready), 2))):
            steps.append(Step(-timedelta(minutes=2 + number), "late", who, number))
    steps.sort(key=lambda step: step.before, reverse=True)
    handed_in = sum(company.stage == COUNTS for company in companies)
    return History(steps, handed_in, Counter(step.name for step in steps))


def _moment(chance: random.Random) -> timedelta:
    return timedelta(minutes=chance.randint(LAST // timedelta(minutes=1), DAYS * 24 * 60))


def happen(stage: Stage, history: History, *, with_bids: bool) -> None:
    """Let a history happen: all of it, or only what everybody may know of."""
    for step in history.steps:
        stage.at(stage.tender.closes_at - step.before)
        if step.is_shared:
            with stage.monkeypatch.context() as alike:
                two_worlds.drawn_alike(alike, f"{step.name} {step.number} ")
                SHARED[step.name](stage, step, with_bids)
        elif with_bids:
            lead = stage.bidders[step.who]
            SEALED[step.name](stage, step, lead)


# What companies do with their bids: through the pages, each in a sign-in of its own ---------------


@dataclass
class Web:
    """A browser of a company; what it sends must be taken."""

    client: FlaskClient
    bid: str = ""

    def get(self, path: str) -> Any:
        return self._sent(Context().run(self.client.get, path), 200)

    def post(self, path: str, data: Any, status: int = 302, **more: Any) -> Any:
        return self._sent(Context().run(self.client.post, path, data=data, **more), status)

    def _sent(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, (
            answer.request.path,
            answer.status,
            answer.text[-3000:],
        )
        return answer


def _web(stage: Stage, lead: Person, bid: Bid | None = None) -> Web:
    cookie = account_service.start_session(lead, accounts.organisations_of(lead)[0])
    client = FlaskClient(stage.app, stage.app.response_class)
    client.set_cookie(cookie_name(), cookie)
    return Web(client, f"/bids/{bid.token}" if bid else "")


def _start(stage: Stage, _step: Step, lead: Person) -> None:
    _web(stage, lead).post(f"/opportunities/{stage.tender.token}/start", {})
    by = viewer_of(lead)
    pricing.offer(
        service.start_bid(stage.tender, by=by, arrived_at=clock.now()), "1000", "5000", "0", by=by
    )


def _save(stage: Stage, step: Step, lead: Person) -> None:
    bid = bid_of(stage, lead)
    web, parts = _web(stage, lead, bid), questionnaire_of(bid.tender).parts
    known = queries.saved_answers(bid)
    first = {part: (0, made_answer(parts[part])) for part in NEEDED if part not in known}
    service.save_answers(bid, first, by=viewer_of(lead), arrived_at=clock.now())
    page = html.fromstring(web.get(f"{web.bid}/questions/SLP-07").data)
    (version,) = page.xpath("//input[@name='v-SLP-07.a']/@value")
    words = f"{STEM} words {step.number} " * (step.number % 7 + 1)
    web.post(f"{web.bid}/questions/SLP-07", {"SLP-07.a": words, "v-SLP-07.a": version})


def _typed(stage: Stage, step: Step, lead: Person) -> None:
    web = _web(stage, lead, bid_of(stage, lead))
    web.post(f"{web.bid}/typed/questions/SLP-07", {"SLP-07.a": f"{STEM} typed {step.number}"}, 200)


def _upload(stage: Stage, step: Step, lead: Person) -> None:
    web = _web(stage, lead, bid_of(stage, lead))
    file = (
        io.BytesIO(PDF.replace(b"trailer", b"%" + b"x" * 100 * step.number + b"\ntrailer")),
        f"{STEM} {step.number}.pdf",
    )
    page = f"{web.bid}/questions/SLP-07/SLP-07.g2/files"
    data = {"title": f"{STEM} title {step.number}", "file": file}
    web.post(page, data, content_type="multipart/form-data")


def _comment(stage: Stage, step: Step, lead: Person) -> None:
    service.add_comment(
        bid_of(stage, lead), "SLP-07", f"{STEM} comment {step.number}", by=viewer_of(lead)
    )


def _look(stage: Stage, _step: Step, lead: Person) -> None:
    web = _web(stage, lead, bid_of(stage, lead))
    for page in ("", "/check", "/questions/SLP-07", "/answers.docx", "/as-it-stands.json"):
        web.get(f"{web.bid}{page}")


def _spoil(stage: Stage, step: Step, lead: Person) -> None:
    """Send what is refused: it leaves traces of its own."""
    web = _web(stage, lead, bid_of(stage, lead))
    web.post(f"{web.bid}/check", {"declared_by": "Mara Voss"}, 422)
    file = {"title": "A program", "file": (io.BytesIO(b"MZ" * step.number), "a.exe")}
    page = f"{web.bid}/questions/SLP-07/SLP-07.g2/files"
    web.post(page, file, 422, content_type="multipart/form-data")


def _submit(stage: Stage, _step: Step, lead: Person) -> None:
    web = _web(stage, lead, bid_of(stage, lead))
    said = {"declared_by": "Mara Voss", "agreed": "yes", "knows_missing": "yes"}
    web.post(f"{web.bid}/check", said)


def _withdraw(stage: Stage, _step: Step, lead: Person) -> None:
    web = _web(stage, lead, bid_of(stage, lead))
    web.post(f"{web.bid}/withdraw", {})


def _late(stage: Stage, _step: Step, lead: Person) -> None:
    hand_in_late(
        bid_of(stage, lead),
        by=viewer_of(lead),
        arrived_at=clock.now(),
        why="The line failed",
        **DECLARED,
    )


def _colleague(stage: Stage, step: Step, lead: Person) -> None:
    name, company = f"Colleague {step.number} of {step.who}", accounts.organisations_of(lead)[0]
    email = f"{step.number}@bidder-{step.who}.example"
    make_person(Role.CONTRIBUTOR, company, name=name, email=email)


def _sign_in(stage: Stage, _step: Step, lead: Person) -> None:
    account_service.sign_in(lead.email, PASSWORD, here=Here(network="198.51.100.7"))


def _guess(_stage: Stage, step: Step, lead: Person) -> None:
    for _ in range(step.number % 4 + 1):
        with suppress(SignInRefused):
            account_service.sign_in(lead.email, "wrong", here=Here(network="203.0.113.9"))


# What everybody may know of -----------------------------------------------------------------------


def _ask(stage: Stage, step: Step, with_bids: bool) -> None:
    """Let a company ask; in the other world another does."""
    asker = stage.bidders[step.who if with_bids else (step.who + 1) % BIDDERS]
    text = f"Which roads are meant, in annex {step.number}?"
    tenders.ask_clarification(stage.tender, "", text, by=viewer_of(asker), arrived_at=clock.now())


def _publish(stage: Stage, step: Step, _with_bids: bool) -> None:
    """Answer all that was asked and not answered yet."""
    by = viewer_of(stage.person(Role.OFFICER))
    asked = db.session.scalars(
        select(Clarification)
        .where(Clarification.state == ClarificationState.ASKED)
        .order_by(Clarification.id)
    ).all()
    for one in asked:
        based_on = tenders.version_of_answer(one.published_text, one.answer)
        tenders.prepare_answer(
            stage.tender, one.token, one.text, f"All of them, {step.number}", no_name=True,
            based_on=based_on, by=by,
        )  # fmt: skip
    if asked:
        tokens = [one.token for one in asked]
        tenders.publish_clarifications(stage.tender, tokens, by=by, arrived_at=clock.now())


def _rival(stage: Stage, step: Step, _with_bids: bool) -> None:
    """Let the rival, who bids in both worlds, change the bid and hand it in once more."""
    lead = stage.person("rival")
    bid, by = bid_of(stage, lead), viewer_of(lead)
    known = queries.saved_answers(bid)
    version = known["SLP-07.d"].version if "SLP-07.d" in known else 0
    changed = {"SLP-07.d": (version, f"the rival's {step.number}")}
    service.save_answers(bid, changed, by=by, arrived_at=clock.now())
    service.submit_bid(bid, by=by, arrived_at=clock.now(), **DECLARED)


def _joins(stage: Stage, step: Step, _with_bids: bool) -> None:
    company = accounts.organisations_of(stage.person("rival"))[0]
    email = f"{step.number}@rival.example"
    make_person(Role.CONTRIBUTOR, company, name=f"Newcomer {step.number}", email=email)


def _officer_joins(stage: Stage, step: Step, _with_bids: bool) -> None:
    authority = accounts.organisations_of(stage.person(Role.OFFICER))[0]
    email = f"{step.number}@authority.example"
    make_person(Role.EVALUATOR, authority, name=f"Evaluator {step.number}", email=email)


def _due(stage: Stage, _step: Step, _with_bids: bool) -> None:
    two_worlds.do_what_is_due(stage)


SEALED: dict[str, Callable[[Stage, Step, Person], None]] = {
    "start": _start, "save": _save, "typed": _typed, "upload": _upload, "comment": _comment,
    "look": _look, "spoil": _spoil, "submit": _submit, "withdraw": _withdraw, "late": _late,
    "join": _colleague, "sign_in": _sign_in, "guess": _guess,
}  # fmt: skip
SHARED: dict[str, Callable[[Stage, Step, bool], None]] = {
    "ask": _ask, "publish": _publish, "rival": _rival, "joins": _joins,
    "officer_joins": _officer_joins, "due": _due,
}  # fmt: skip
