"""What somebody types runs in nobody's browser: payloads in every field of every form of the
demonstration, then every page as everybody, in Chromium with the policy of the service in force."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from itertools import islice

import pytest

from accounts.views import cookie_name
from records.demonstration.people import PEOPLE
from tests import proving
from tests.browser.injected import MARK, Watch, injecting
from tests.browser.server import Server, build_app
from tests.crawling import Visitor, forms_on, pages_met, person_called
from tests.demonstrating import NOW, build_or_copy, demonstrate
from tests.fuzzing import sendable

EVERYBODY = (None, *(person.email for person in PEOPLE))
# Who types, and whose pages are looked at: so many people, beginning with another each time.
PERSON, PEOPLE_AT_ONCE = proving.size("person", -1), proving.size("people", 1)
AT_THEIRS = ("officer@marlwick.example", "lead@larkmead.example")
TYPING = EVERYBODY if PERSON >= 0 else AT_THEIRS
LOOKING = EVERYBODY[PERSON : PERSON + PEOPLE_AT_ONCE] if PERSON >= 0 else AT_THEIRS
# How many pages each goes through for forms, and for what was typed.
LOOKED_AT = proving.size("looked_at", 60)
FORMS = proving.size("forms", 40)
PAGES = proving.size("pages", 15)
ANSWERS = proving.size("answers", 10)


@pytest.fixture
def demonstrated(migrated_sqlite, tmp_path, at, kept_demonstration):
    """The service with the demonstration, in which forms are taken without a key."""
    path = tmp_path / "supplier_assurance.db"
    shutil.copy(migrated_sqlite, path)
    app = build_app(tmp_path, f"sqlite:///{path}")
    at(NOW)
    with app.app_context():
        demonstrate(app)
        build_or_copy(app, kept_demonstration)
        app.config["WTF_CSRF_ENABLED"] = False
        app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
        yield app


def type_everywhere(app, chance):
    """Send every form with payloads; return the answers that show them, and what came of it."""
    shown, came = [], Counter()
    for email in TYPING:
        visitor = Visitor(app, person_called(email) if email else None)
        forms = {
            form.kind: form
            for page in islice(pages_met(visitor, 1), LOOKED_AT)
            for form in forms_on(app, page)
            if form.method == "POST" and form.asks
        }
        visitor.sign_in()
        for form in chance.sample([*forms.values()], min(FORMS, len(forms))):
            for everywhere in (False, True):
                data = {}
                for name, value in injecting(form, chance, everywhere=everywhere):
                    data.setdefault(name, []).append(sendable(value))
                with visitor.open(form.action, method="POST", data=data) as answer:
                    assert answer.status_code < 500, (form.action, data)
                    came["forms"] += 1
                    came["taken"] += answer.status_code in (302, 303)
                    if MARK in answer.text and answer.mimetype == "text/html":
                        shown.append(
                            (form.action, answer.status_code, [*answer.headers], answer.data)
                        )
    return shown, came


def pages_of(app, email, chance):
    """Return addresses of pages somebody meets; those first on which payloads stand."""
    visitor, found = Visitor(app, person_called(email) if email else None), []
    for page in islice(pages_met(visitor, 6 if PERSON >= 0 else 1), LOOKED_AT):
        found.append((MARK not in page.text, chance.random(), page.request.full_path))
    visitor.sign_in()
    return visitor, [(path.removesuffix("?"), not away) for away, _, path in sorted(found)]


@pytest.mark.walk
def test_nothing_that_was_typed_runs_in_any_browser(browser, demonstrated):
    app, chance = demonstrated, random.Random(proving.seed(3))  # noqa: S311
    shown, came = type_everywhere(app, chance)
    assert came["taken"] > came["forms"] / 10
    assert shown

    with Server(app).serving() as server:
        seen = []
        for email in LOOKING:
            visitor, pages = pages_of(app, email, chance)
            context = browser.new_context(base_url=server.address)
            watch = Watch(context, server.address)
            if visitor.session:
                cookie = {"name": cookie_name(), "value": visitor.session, "url": server.address}
                context.add_cookies([cookie])
            for path, bears_payload in pages[:PAGES]:
                status = watch.visit(f"{server.address}{path}")
                came.update(pages=1, with_payloads=bears_payload, not_shown=status != 200)
            if email == LOOKING[0]:
                for action, *answer in chance.sample(shown, min(ANSWERS, len(shown))):
                    watch.show(f"{server.address}{action}", *answer)
                    came["answers"] += 1
            seen += watch.seen
            context.close()
        server.check()

    proving.tell(
        forms_sent=came["forms"],
        of_them_taken=came["taken"],
        pages_opened=came["pages"],
        pages_that_show_payloads=came["with_payloads"],
        answers_shown=came["answers"],
        executions_or_refusals=len(seen),
    )
    assert seen == []
    assert came["with_payloads"] > 0
    assert came["not_shown"] < came["pages"] / 10
