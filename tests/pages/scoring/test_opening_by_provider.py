"""Officers who sign in by their authority's own provider open bids: shown anew, not by password."""

from __future__ import annotations

from datetime import timedelta

from accounts import service
from accounts.again import LASTS
from accounts.models import SignInProvider
from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation import clock
from foundation.database import db, transaction
from tests.factories import PASSWORD, make_person
from tests.opening import address_of, be_ready, confirm
from tests.pages.scoring.conftest import OPENS_AT


def signed_in(app, person, authority, provider, proven_at):
    """A browser in which the provider signed somebody in, who showed it at ``proven_at``."""
    token = service.start_session(
        person, authority, proven_by="provider", provider_id=provider.id, proven_at=proven_at
    )
    client = app.test_client()
    client.set_cookie(cookie_name(), token)
    return client


def test_both_officers_have_shown_anew_who_they_are(app, authority, officer, tender, at):
    with transaction():
        provider = SignInProvider(
            organisation_id=authority.id,
            name="our accounts",
            issuer="https://sign-in.example",
            client_id="assurance",
            sealed_secret=b"",
            wrapped_key="",
            domains="example.test",
            required=True,
            created_at=clock.now(),
            switched_on_at=clock.now(),
        )
        db.session.add(provider)
    second = make_person(Role.OFFICER, authority)
    now = at(OPENS_AT)
    app.extensions.pop(LASTS)
    stale = now - timedelta(minutes=15)
    late, first, other = (
        signed_in(app, person, authority, provider, shown)
        for person, shown in ((officer, stale), (officer, now), (second, now))
    )

    assert late.get(address_of(tender)).location.startswith("/prove-again")
    assert be_ready(late, tender, password=PASSWORD).status_code == 401
    page = first.get(address_of(tender)).text
    assert ("I am ready to open the bids" in page, 'name="password"' in page) == (True, False)
    assert be_ready(first, tender, password="").status_code == 302
    assert confirm(other, tender, password="").status_code == 302
    db.session.refresh(tender)
    assert tender.opened_at is not None
