"""The pages about people: signing in, the team of an organisation, invitations."""

from accounts.views import (
    account,
    codes,
    forgotten,
    invitations,
    organisations,
    proving,
    registering,
    signing_in,
    team,
)
from accounts.views.base import cookie_name, pages

__all__ = [
    "account",
    "codes",
    "cookie_name",
    "forgotten",
    "invitations",
    "organisations",
    "pages",
    "proving",
    "registering",
    "signing_in",
    "team",
]
