"""The pages about people: signing in, the team of an organisation, invitations."""

from accounts.views import (
    account,
    by_provider,
    codes,
    forgotten,
    invitations,
    organisations,
    passkey_sign_in,
    passkeys,
    providers,
    proving,
    registering,
    roles,
    signing_in,
    team,
)
from accounts.views.base import cookie_name, pages

__all__ = [
    "account",
    "by_provider",
    "codes",
    "cookie_name",
    "forgotten",
    "invitations",
    "organisations",
    "pages",
    "passkey_sign_in",
    "passkeys",
    "providers",
    "proving",
    "registering",
    "roles",
    "signing_in",
    "team",
]
