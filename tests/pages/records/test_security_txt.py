"""Whoever finds a weakness finds whom to tell (RFC 9116), where the installation names somebody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.settings import SettingsError, read_settings


@pytest.fixture
def named(app):
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        security_contact="mailto:security@council.example",
        address="https://assurance.example",
    )


def test_nothing_is_said_where_nobody_is_named(client):
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    "moment", [datetime(2026, 11, 23, 0, 30, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC)]
)
def test_the_file_names_a_contact_and_never_runs_out(named, client, at, moment):
    at(moment)

    answer = client.get("/.well-known/security.txt")

    assert answer.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    expires = datetime.strptime(fields.pop("Expires"), "%Y-%m-%dT%H:%M:%S%z")
    assert timedelta(days=30) < expires - moment < timedelta(days=365)
    assert fields == {
        "Contact": "mailto:security@council.example",
        "Preferred-Languages": "en",
        "Canonical": "https://assurance.example/.well-known/security.txt",
    }


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("security@council.example", "mailto:security@council.example"),
        ("mailto:security@council.example", "mailto:security@council.example"),
        ("https://council.example/weakness", "https://council.example/weakness"),
    ],
)
def test_a_contact_is_a_mailbox_or_an_address_of_the_web(tmp_path, given, contact):
    settings = read_settings({"ASSURANCE_SECURITY_CONTACT": given}, instance_folder=tmp_path)

    assert settings.security_contact == contact


@pytest.mark.parametrize("given", ["http://council.example", "security", "a@b\nExpires: x", ""])
def test_no_other_contact_and_no_second_line(tmp_path, given):
    with pytest.raises(SettingsError):
        read_settings({"ASSURANCE_SECURITY_CONTACT": given}, instance_folder=tmp_path)
