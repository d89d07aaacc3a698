"""The pages about people: signing in, the team of an organisation, invitations."""

from accounts.views import invitations, organisations, registering, signing_in, team
from accounts.views.base import cookie_name, pages

__all__ = [
    "cookie_name",
    "invitations",
    "organisations",
    "pages",
    "registering",
    "signing_in",
    "team",
]
