"""Names for records in URLs: random, so they say nothing about how many there are."""

from __future__ import annotations

import secrets

from werkzeug.routing import BaseConverter

TOKEN_PATTERN = "[A-Za-z0-9_-]{22}"


def new_token() -> str:
    """Return 128 random bits as 22 characters that need no escaping in a URL.

    None begins with a hyphen: on a command line it would be taken for an option.
    """
    token = secrets.token_urlsafe(16)
    return new_token() if token.startswith("-") else token


class TokenConverter(BaseConverter):
    """``<token:tender>`` in a route: anything of another shape is simply not found."""

    regex = TOKEN_PATTERN
