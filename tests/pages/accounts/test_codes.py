"""One-time codes: set up, asked for at a sign-in, each taken once, held back, taken away."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import delete, func, select

from accounts import service
from accounts.again import LASTS, PROOF_LASTS
from accounts.models import CodeGenerator, Membership, Person, RecoveryCode, SignInSession
from accounts.queries import viewer_for
from accounts.rules.codes import as_meant
from accounts.rules.roles import Role
from accounts.service import code_setup, codes
from accounts.service.codes import WRONG, WrongCode, check_code
from accounts.views import cookie_name
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.kept_typing import KeptForm
from foundation.mail import Message
from tests.factories import PASSWORD, make_authority, make_person

# The beginning of a half minute.
NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def noon(app, at):
    at(NOON)


@pytest.fixture
def authority(app):
    return make_authority("Hollowmere Council")


@pytest.fixture
def person(authority):
    return make_person(Role.OFFICER, authority, name="Ada Ferrer", email="ada@example.test")


@pytest.fixture
def administrator(authority):
    return make_person(Role.ADMINISTRATOR, authority, name="Una Fell")


def viewer_of(person):
    token = service.start_session(
        person, db.session.scalars(select(Membership)).first().organisation
    )
    return viewer_for(token, at=service.signing_in.clock.now())


class App:
    """The app on a telephone."""

    def __init__(self, secret):
        self.totp = pyotp.TOTP(secret.replace(" ", ""))

    def shows(self, moment):
        return self.totp.at(moment)


@pytest.fixture
def phone(person):
    """The telephone of the person, its codes set up at noon; ``recovery``: the codes on paper."""
    viewer = viewer_of(person)
    code_setup.begin_codes(viewer)
    app = App(code_setup.to_scan(viewer).secret)
    app.recovery = code_setup.confirm_codes(viewer, app.shows(NOON))
    with transaction():
        db.session.execute(delete(SignInSession))
    return app


def first_step(client, person, **more):
    return client.post("/sign-in", data={"email": person.email, "password": PASSWORD, **more})


def wrong(code):
    """A code of six digits that is not this one."""
    return f"{(int(code) + 1) % 10**6:06}"


def actions(person):
    return db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == person.token).order_by(AuditEntry.id)
    ).all()


def subjects(person):
    return db.session.scalars(
        select(Message.subject).where(Message.recipient == person.email).order_by(Message.id)
    ).all()


def test_codes_are_set_up_with_a_picture_or_a_secret_and_a_first_code(client_for, person):
    client = client_for(person)
    begun = client.post("/account/codes/begin", data={})
    secret = re.search(r'app-break">([A-Z2-7 ]{39})</code>', begun.text)[1]
    phone = App(secret)

    assert begun.text.count("<svg") == begun.text.count('class="segno"') == 1
    refused = client.post("/account/codes", data={"one_time_code": wrong(phone.shows(NOON))})
    assert (refused.status_code, WRONG in html.unescape(refused.text)) == (422, True)
    done = client.post("/account/codes", data={"one_time_code": phone.shows(NOON)})

    shown = re.findall(r"<li><code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", done.text)
    assert len(set(shown)) == 10
    hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert {one[:30] for one in hashes} == {"$argon2id$v=19$m=19456,t=2,p=1"}
    assert "codes.set_up" in actions(person)
    assert subjects(person) == ["One-time codes are set up"]
    assert "10 of your recovery codes are left" in client.get("/account/codes").text
    assert "<svg" not in client.get("/account/codes").text


def test_the_secret_is_kept_sealed_and_opens_for_this_person_alone(person, phone):
    generator = db.session.scalars(select(CodeGenerator)).one()

    assert phone.totp.secret.encode() not in generator.sealed_secret
    assert codes.secret_of(generator, person.token) == phone.totp.secret
    with pytest.raises(codes.keys.SealBroken):
        codes.secret_of(generator, "somebody else")


def test_a_sign_in_asks_for_a_code_after_the_password_and_keeps_the_page_wanted(
    app, client, person, phone, at
):
    at(NOON + HALF_MINUTE)
    asked = first_step(client, person, next="/account")

    assert '<h1 class="govuk-heading-l">Enter a one-time code</h1>' in asked.text
    assert client.get_cookie(cookie_name()) is None
    assert client.get("/account").status_code == 302
    done = client.post(
        "/sign-in/code",
        data={"one_time_code": f" {phone.shows(NOON + HALF_MINUTE)} ", "next": "/account"},
    )
    assert (done.status_code, done.location) == (302, "/account")
    assert client.get("/account").status_code == 200
    assert db.session.scalars(select(SignInSession.proven_by)).all() == ["password and code"]


def test_a_form_sent_after_the_sign_in_was_over_survives_both_steps(client, person, phone, at):
    at(NOON + HALF_MINUTE)
    kept = KeptForm("/account/email", (("email", "new@example.test"),))
    with client.application.test_request_context():
        sealed = kept.sealed()
    asked = first_step(client, person, kept=sealed)
    carried = re.search(r'name="kept" type="hidden" value="([^"]+)"', asked.text)[1]
    refused = client.post("/sign-in/code", data={"one_time_code": "1", "kept": carried})
    done = client.post(
        "/sign-in/code",
        data={"one_time_code": phone.shows(NOON + HALF_MINUTE), "kept": carried},
    )

    assert html.unescape(carried) == sealed
    assert carried in refused.text
    assert 'action="/account/email"' in done.text
    assert "new@example.test" in done.text


@pytest.mark.parametrize(
    "later",
    [timedelta(minutes=10), timedelta(hours=5)],
    ids=["after ten minutes", "after five hours"],
)
def test_the_first_step_lasts_ten_minutes(client, person, phone, at, later):
    first_step(client, person)
    at(NOON + later)
    refused = client.post("/sign-in/code", data={"one_time_code": phone.shows(NOON + later)})

    assert (refused.status_code, "more than 10 minutes have passed" in refused.text) == (422, True)
    assert db.session.scalar(select(func.count(SignInSession.id))) == 0


def test_a_code_without_the_first_step_in_this_browser_is_worth_nothing(
    app, client, person, phone, at
):
    at(NOON + HALF_MINUTE)
    first_step(client, person)
    refused = app.test_client().post(
        "/sign-in/code", data={"one_time_code": phone.shows(NOON + HALF_MINUTE)}
    )

    assert refused.status_code == 422
    assert db.session.scalar(select(func.count(SignInSession.id))) == 0


def test_another_password_ends_a_first_step(client, person, phone, at):
    at(NOON + HALF_MINUTE)
    first_step(client, person)
    person.password_hash = service.hash_password("quite another password")
    db.session.commit()

    data = {"one_time_code": phone.shows(NOON + HALF_MINUTE)}
    assert client.post("/sign-in/code", data=data).status_code == 422
    assert db.session.scalar(select(func.count(SignInSession.id))) == 0


def test_a_code_counts_once_and_in_its_half_minute_alone(person, phone, at):
    now = NOON + HALF_MINUTE
    at(now)
    for typed in (phone.shows(NOON), phone.shows(now + HALF_MINUTE)):
        with pytest.raises(WrongCode):
            check_code(person, typed)

    assert check_code(person, phone.shows(now)) == "code"
    with pytest.raises(WrongCode):
        check_code(person, phone.shows(now))
    at(now + timedelta(seconds=29.9))
    with pytest.raises(WrongCode):
        check_code(person, phone.shows(now))
    at(now + HALF_MINUTE)
    assert check_code(person, phone.shows(now + HALF_MINUTE)) == "code"


@pytest.mark.both_databases
def test_of_many_who_send_the_same_code_at_once_one_is_let_in(app, person, phone, at, monkeypatch):
    at(NOON + HALF_MINUTE)
    monkeypatch.setattr(codes, "MOST_WRONG", 100)
    person_id = person.id
    db.session.commit()

    def tried(_number):
        with app.app_context():
            try:
                check_code(db.session.get_one(Person, person_id), phone.shows(NOON + HALF_MINUTE))
            except WrongCode:
                return 0
            return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tried, range(12))) == 1


def test_after_five_wrong_codes_no_code_is_looked_at_and_a_mail_says_so(person, phone, at):
    now = NOON + HALF_MINUTE
    at(now)
    for _ in range(5):
        with pytest.raises(WrongCode):
            check_code(person, wrong(phone.shows(now)))
    with pytest.raises(service.HeldBack):
        check_code(person, phone.shows(now))
    with pytest.raises(service.HeldBack):
        check_code(person, phone.recovery[0])

    assert actions(person).count("person.code_wrong") == 5
    assert subjects(person)[-1] == "Wrong one-time codes were entered for your account"
    at(NOON + timedelta(minutes=15))
    assert check_code(person, phone.shows(NOON + timedelta(minutes=15))) == "code"


def test_others_who_enter_wrong_codes_do_not_hold_up_a_known_browser(person, phone, at):
    now = NOON + HALF_MINUTE
    at(now)
    known = service.Here(marks=service.remember_browser(person.id, ()))
    for _ in range(5):
        with pytest.raises(WrongCode):
            check_code(person, wrong(phone.shows(now)))

    assert check_code(person, phone.shows(now), here=known) == "code"


def test_a_recovery_code_works_once_however_it_is_typed_and_a_mail_says_so(client, person, phone):
    first_step(client, person)
    typed = phone.recovery[3].lower().replace("-", " ")
    assert client.post("/sign-in/code", data={"one_time_code": typed}).status_code == 302
    assert db.session.scalars(select(SignInSession.proven_by)).all() == ["recovery code"]
    assert subjects(person)[-1] == "A recovery code of your account was used"
    assert as_meant(typed) == phone.recovery[3].replace("-", "")

    with pytest.raises(WrongCode):
        check_code(person, phone.recovery[3])
    assert check_code(person, phone.recovery[4]) == "recovery code"


def test_new_recovery_codes_take_one_code_and_the_place_of_the_old(
    app, client_for, person, phone, at
):
    app.extensions[LASTS] = PROOF_LASTS
    client = client_for(person)
    moment = at(NOON + timedelta(hours=1))
    refused = client.post("/account/codes/recovery")
    proof = {"password": PASSWORD, "one_time_code": phone.shows(moment)}
    client.post("/prove-again", data=proof)
    page = client.post("/account/codes/recovery")
    fresh = re.findall(r"<li><code>([A-Z2-9-]{11})</code>", page.text)

    assert (refused.status_code, page.status_code) == (401, 200)
    assert len(set(fresh) - set(phone.recovery)) == 10
    with pytest.raises(WrongCode):
        check_code(person, phone.recovery[0])
    assert check_code(person, fresh[0]) == "recovery code"


def test_switching_off_needs_a_code_and_signs_other_browsers_out(client_for, person, phone, at):
    at(NOON + HALF_MINUTE)
    here, there = client_for(person), client_for(person)
    data = {"one_time_code": wrong(phone.shows(NOON + HALF_MINUTE))}
    assert here.post("/account/codes/off", data=data).status_code == 422
    assert db.session.scalar(select(func.count(CodeGenerator.id))) == 1
    data = {"one_time_code": phone.shows(NOON + HALF_MINUTE)}
    assert here.post("/account/codes/off", data=data).status_code == 302

    assert db.session.scalar(select(func.count(CodeGenerator.id))) == 0
    assert db.session.scalar(select(func.count(RecoveryCode.id))) == 0
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert subjects(person)[-1] == "One-time codes are switched off"


def test_an_administrator_takes_the_codes_of_a_lost_telephone_away(
    client, client_for, person, phone, administrator, at
):
    theirs = client_for(person)
    page = client_for(administrator).post(f"/team/{person.token}/codes", data={})

    assert page.status_code == 302
    assert theirs.get("/account").status_code == 302
    assert actions(person)[-1] == "codes.taken_away"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "codes.taken_away"))
    assert entry.one().actor == administrator.token
    assert subjects(person)[-1] == "One-time codes of your account were taken away"
    assert first_step(client, person).status_code == 302


def test_nobody_else_takes_codes_away(client_for, person, phone, authority):
    officer = make_person(Role.OFFICER, authority)
    stranger = make_person(Role.ADMINISTRATOR, make_authority("Elsewhere"))

    assert client_for(officer).post(f"/team/{person.token}/codes", data={}).status_code == 403
    assert client_for(stranger).post(f"/team/{person.token}/codes", data={}).status_code == 404
    assert db.session.scalar(select(func.count(CodeGenerator.id))) == 1


def test_where_codes_are_required_nothing_opens_before_they_are_set_up(app, client, person):
    app.extensions["settings"] = replace(app.extensions["settings"], codes="required")
    first_step(client, person)

    led = client.get("/account?page=2")
    assert (led.status_code, led.location) == (302, "/account/codes?next=/account?page%3D2")
    held = client.post("/account/email", data={"email": "new@example.test", "password": "x"})
    assert (held.status_code, "new@example.test" in held.text) == (403, True)
    kept = re.search(r'name="kept" type="hidden" value="([^"]+)"', held.text)[1]
    begun = client.post("/account/codes/begin", data={"kept": html.unescape(kept)})
    phone = App(re.search(r'app-break">([A-Z2-7 ]{39})</code>', begun.text)[1])
    kept = re.search(r'name="kept" type="hidden" value="([^"]+)"', begun.text)[1]
    done = client.post(
        "/account/codes",
        data={"one_time_code": phone.shows(NOON), "kept": html.unescape(kept)},
    )

    assert 'action="/account/email"' in done.text
    assert client.get("/account").status_code == 200


def test_an_invitation_accepted_with_the_password_asks_for_the_code_too(
    app, client, person, phone, at
):
    at(NOON + HALF_MINUTE)
    other = make_authority("Elsewhere")
    boss = make_person(Role.ADMINISTRATOR, other)
    viewer = viewer_for(service.start_session(boss, other), at=NOON)
    service.invite(person.email, Role.OFFICER, by=viewer)
    text = db.session.scalars(
        select(Message.text).where(Message.subject.startswith(boss.name))
    ).one()
    link = re.search(r"(/invitations/\S+)", text)[1]

    assert 'name="one_time_code"' in client.get(link).text
    assert client.post(link, data={"password": PASSWORD}).status_code == 422
    data = {"password": PASSWORD, "one_time_code": phone.shows(NOON + HALF_MINUTE)}
    assert client.post(link, data=data).status_code == 302
    assert client.get("/account").status_code == 200
