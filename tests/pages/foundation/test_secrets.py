"""A new secret for signing: what earlier ones signed counts until they are forgotten."""

from __future__ import annotations

import re

import pytest

from app import create_app
from foundation import kept_typing
from foundation.settings import change_secret, forget_earlier_secrets, read_settings

OLD, NEW = ("an old secret, which is 32 letters long", "a new secret, which is 32 letters long")


@pytest.fixture
def service(tmp_path, database):
    """Start the service with a secret and earlier ones."""

    def start(secret, before=()):
        return create_app(
            {
                "instance_folder": tmp_path,
                "database_url": database,
                "secret_key": secret,
                "secret_key_fallbacks": before,
                "cookie_secure": False,
                "demonstration": False,
                "TESTING": True,
            }
        )

    return start


@pytest.mark.parametrize(("before", "is_taken"), [((OLD,), True), ((), False)])
def test_a_form_of_before_is_taken_as_long_as_its_secret_counts(service, before, is_taken):
    browser = service(OLD).test_client()
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    again = service(NEW, before).test_client()
    again.set_cookie("forms", browser.get_cookie("forms").value)

    answer = again.post(
        "/sign-in", data={"csrf_token": token, "email": "a@b.example", "password": "not it"}
    )

    assert (answer.status_code != 400) is is_taken
    assert ("Check what you typed and send it again" in answer.text) is not is_taken


def test_a_kept_form_signed_by_an_earlier_secret_opens_and_a_new_one_is_signed_by_the_new(service):
    old, new, later = service(OLD), service(NEW, (OLD,)), service(NEW)
    with old.test_request_context("/questions", method="POST", data={"a": "An hour of work"}):
        kept = kept_typing.form_sent().sealed()
    with new.test_request_context("/questions", method="POST", data={"a": "Another hour"}):
        newer = kept_typing.form_sent().sealed()
        assert kept_typing.unsealed(kept).fields == (("a", "An hour of work"),)

    with later.app_context():
        assert kept_typing.unsealed(kept) is None
        assert kept_typing.unsealed(newer).fields == (("a", "Another hour"),)


def test_the_kept_secret_is_changed_and_the_earlier_ones_count_until_forgotten(tmp_path):
    keys, first = tmp_path / "keys", read_settings({}, instance_folder=tmp_path).secret_key
    change_secret(keys)
    second = read_settings({}, instance_folder=tmp_path)
    change_secret(keys)
    third = read_settings({}, instance_folder=tmp_path)

    assert second.secret_key_fallbacks == (first,)
    assert third.secret_key_fallbacks == (first, second.secret_key)
    assert len({first, second.secret_key, third.secret_key}) == 3
    assert forget_earlier_secrets(keys) == 2
    assert read_settings({}, instance_folder=tmp_path).secret_key_fallbacks == ()
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


def test_earlier_secrets_come_from_the_environment_too(tmp_path):
    environ = {"ASSURANCE_SECRET_KEY": NEW.replace(" ", "-")}
    environ["ASSURANCE_SECRET_KEY_FALLBACKS"] = f"{OLD.replace(' ', '-')} {'x' * 32}"

    settings = read_settings(environ, instance_folder=tmp_path)

    assert settings.secret_key_fallbacks == (OLD.replace(" ", "-"), "x" * 32)
