"""A visit to a provider and back (OpenID Connect, authorization code with PKCE).

What binds the answer to this browser, this provider and this moment is in a signed cookie of the
visit's own. A form that was typed before waits in the database, under a key only that cookie has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from accounts.models import WaitingForm
from accounts.rules.guessing import MOST_FROM_A_NETWORK, Counter
from accounts.rules.providers import Told, challenge_of, told_by
from accounts.service import guessing
from accounts.service.browsers import NOWHERE, Here
from accounts.service.provider_documents import Document, document_of, keys_of
from accounts.service.provider_web import answer_to
from accounts.service.providers import Known
from foundation import clock, keys, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError

# Between leaving for the provider and coming back.
VALID_FOR = timedelta(minutes=30)
# The cookie lives longer, so that what was typed can be shown again when it took too long.
COOKIE_LASTS = timedelta(hours=1)
SCOPE = "openid email profile"
STATE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_CODE = 4096
WAITS, RETURNS = "provider form", "provider return"
MOST_FORMS = 60
WAIT = "You cannot sign in this way until {until} because it failed too often from your network"
CONTEXT = "waiting-form"


class Purpose(StrEnum):
    SIGN_IN = "sign-in"
    # Show again who one is.
    PROVE = "prove"
    # An administrator looks whether it works.
    TRY = "try"
    # Accept an invitation.
    JOIN = "join"


class VisitOver(DomainError):
    """An answer that no visit begun in this browser asked for, or too late."""


class NotSignedIn(DomainError):
    """The provider did not say who it is."""


class Refused(NotSignedIn):
    """The provider itself said no: the account may be shut there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What this browser went to a provider with."""

    purpose: Purpose
    # Of the authority.
    authority: str
    # What decides whom is asked, as it was when the visit began.
    mark: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    began_at: float
    # Where the person wanted to go.
    next: str = ""
    # Who began it, when somebody was signed in.
    person: str = ""
    # The secret of the invitation it is to accept.
    secret: str = field(default="", repr=False)
    # Name and key of the form that waits.
    form: str = field(default="", repr=False)
    key: str = field(default="", repr=False)

    @property
    def cookie(self) -> str:
        return _serializer().dumps(asdict(self))


def begin_visit(
    known: Known,
    purpose: Purpose,
    *,
    next: str = "",  # noqa: A002 - as pages call it
    kept: str = "",
    person: str = "",
    secret: str = "",
    here: Here = NOWHERE,
) -> tuple[Visit, str]:
    """Return a new visit, and the address of the provider to go to.

    Raises NotAllowed, NotReached, and HeldBack where too many forms wait already.
    """
    document = document_of(known.issuer)
    form, key = _put_by(kept, here) if kept else ("", "")
    visit = Visit(
        purpose=purpose,
        authority=known.token,
        mark=known.mark,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        began_at=clock.now().timestamp(),
        next=next,
        person=person,
        secret=secret,
        form=form,
        key=key,
    )
    return visit, _address(document, known, visit)


def visit_returned(cookie: str, authority: str, state: str) -> Visit:
    """Return the visit this answer belongs to, in time or not. Raises VisitOver."""
    over = VisitOver(
        "This answer belongs to no sign-in begun in this browser, or it was used already. Begin "
        "again"
    )
    try:
        said = _serializer().loads(cookie)
        visit = Visit(**{**said, "purpose": Purpose(said["purpose"])})
    except (BadData, ValueError, TypeError, KeyError):
        raise over from None
    same = hmac.compare_digest(visit.state.encode(), state.encode("utf-8", "replace"))
    if not same or visit.authority != authority:
        raise over
    return visit


def told_on_return(
    visit: Visit, known: Known, answer: Mapping[str, list[str]], *, here: Here = NOWHERE
) -> Told:
    """Return what the provider says of who went there, having asked it itself.

    Raises VisitOver, NotSignedIn, NotBelieved, NotAllowed, NotReached and HeldBack. No transaction
    may be open: it asks over the web.
    """
    late = clock.now() - datetime.fromtimestamp(visit.began_at, UTC) >= VALID_FOR
    if late:
        raise VisitOver("It took more than 30 minutes. Begin again")
    if visit.mark != known.mark:
        raise VisitOver("An administrator has changed this sign-in meanwhile. Begin again")
    counted = [Counter(("network", here.network), MOST_FROM_A_NETWORK)] if here.network else []
    tried = guessing.begin(RETURNS, counted, WAIT)
    document = document_of(known.issuer)
    code = _code(document, answer)
    said = answer_to(
        document.token,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_address(known.token),
            "code_verifier": visit.verifier,
        },
        client=(known.client_id, known.secret),
        basic=document.basic,
    )
    told = told_by(_claims(visit, known, document, said.get("id_token")))
    guessing.take_back(tried)
    return told


def return_address(authority: str) -> str:
    """Return where a provider sends people back to: another address for each authority."""
    return mail.link("accounts.back_from_provider", authority=authority)


def form_that_waits(visit: Visit) -> str:
    """Return the sealed form that was put by; empty for none, or where it is gone."""
    if not visit.form:
        return ""
    sealed = db.session.scalar(
        select(WaitingForm.sealed).where(WaitingForm.token_hash == sha256_hex(visit.form))
    )
    if sealed is None:
        return ""
    key = base64.urlsafe_b64decode(visit.key)
    return keys.open_sealed(sealed, key=key, context=CONTEXT).decode()


def _put_by(kept: str, here: Here) -> tuple[str, str]:
    wanted = [Counter(("network", here.network), MOST_FORMS)] if here.network else []
    guessing.begin(WAITS, wanted, WAIT)
    form, key = secrets.token_urlsafe(32), keys.new_data_key()
    with transaction():
        db.session.add(
            WaitingForm(
                token_hash=sha256_hex(form),
                sealed=keys.seal(kept.encode(), key=key, context=CONTEXT),
                created_at=clock.now(),
            )
        )
    return form, base64.urlsafe_b64encode(key).decode()


def _address(document: Document, known: Known, visit: Visit) -> str:
    wanted = {
        "response_type": "code",
        "scope": SCOPE,
        "client_id": known.client_id,
        "redirect_uri": return_address(known.token),
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": challenge_of(visit.verifier),
        "code_challenge_method": "S256",
    }
    if visit.purpose is Purpose.PROVE:
        # Signed in there for hours is no proof of who is at the screen now.
        wanted |= {"prompt": "login", "max_age": "0"}
    joint = "&" if urlsplit(document.authorization).query else "?"
    return f"{document.authorization}{joint}{urlencode(wanted)}"


def _code(document: Document, answer: Mapping[str, list[str]]) -> str:
    """Return the code of an answer. Raises NotSignedIn for a refusal and an answer of another."""
    issuers, codes = answer.get("iss", []), answer.get("code", [])
    # RFC 9207: with several providers an answer of one must not be taken for that of another.
    if issuers and issuers != [document.issuer] or document.names_itself and not issuers:
        raise NotSignedIn("The answer came from another provider than the one that was asked")
    if "error" in answer:
        raise Refused("It did not sign you in")
    right = len(codes) == 1 and 0 < len(codes[0]) <= LONGEST_CODE
    if not right:
        raise NotSignedIn("It did not sign you in")
    return codes[0]


def _claims(visit: Visit, known: Known, document: Document, token: object) -> dict[str, object]:
    # With its library of keys and signatures: only the way in by a provider needs it.
    from accounts.service.provider_tokens import KeyUnknown, claims_of

    expected = {
        "issuer": known.issuer,
        "client_id": known.client_id,
        "nonce": visit.nonce,
        "at": clock.now(),
    }
    try:
        return claims_of(token, keys_of(document), **expected)  # type: ignore[arg-type]
    except KeyUnknown:
        return claims_of(token, keys_of(document, again=True), **expected)  # type: ignore[arg-type]


def _serializer() -> URLSafeSerializer:
    # The last one signs; what an earlier one signed opens too.
    earlier = current_app.config.get("SECRET_KEY_FALLBACKS") or ()
    return URLSafeSerializer(
        [*earlier, current_app.secret_key or ""],
        salt="visit to a provider",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
