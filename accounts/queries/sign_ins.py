"""Where people are signed in now, so that each can tell his own apart and end what is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.models import Organisation, SignInSession
from accounts.queries.viewers import IDLE_LIMIT
from foundation.database import db

# Most browsers say that they are another too: the first that fits is the right one.
BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"Chrom(e|ium)/|\bCriOS/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("Android", r"\bAndroid\b"),
    ("an iPhone", r"\biPhone\b"),
    ("an iPad", r"\biPad\b"),
    ("Windows", r"\bWindows\b"),
    ("a Mac", r"\bMac OS X\b|\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One browser somebody is signed in with."""

    token: str
    browser: str
    organisation: str
    began_at: datetime
    last_used_at: datetime
    is_this_one: bool


def sign_ins_of(
    person_id: int, at: datetime, *, this: int = 0, organisation_id: int | None = None
) -> list[SignIn]:
    """Return the sign-ins of a person that work at this moment, the last used first.

    ``organisation_id``: only those that act for it now.
    """
    chosen = (
        select(SignInSession, Organisation.name)
        .join(Organisation, Organisation.id == SignInSession.organisation_id)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.expires_at > at,
            SignInSession.last_seen_at > at - IDLE_LIMIT,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
        .execution_options(populate_existing=True)
    )
    if organisation_id is not None:
        chosen = chosen.where(SignInSession.organisation_id == organisation_id)
    return [
        SignIn(
            row.token,
            browser_in_words(row.user_agent),
            name,
            row.created_at,
            row.last_seen_at,
            row.id == this,
        )
        for row, name in db.session.execute(chosen)
    ]


def browser_in_words(user_agent: str) -> str:
    """Return "Firefox on Windows", or that nobody can tell."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A browser on {system}" if system else "A browser that does not say which")


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), "")
