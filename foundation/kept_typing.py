"""Nothing typed is lost: a form that could not be taken is carried along and sent again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

# Never carried along: a token is made afresh, a password or a part of a key is typed afresh.
NOT_KEPT = frozenset(
    {
        "client_secret",
        "credential",
        "csrf_token",
        "new_password",
        "one_time_code",
        "opening_part",
        "password",
    }
)
KEPT = "kept"

# What a page sends beside what was typed: the button, and which page it is.
NOT_TYPED = re.compile(r"then|typed_(page|here)")
# And what it was based on, a number, a token, a hash or ids: elsewhere somebody types into these.
BASED_ON = re.compile(r"version|v-.+|asked|questionnaire|about|approval|based_on")
ONE_ID = r"[A-Z0-9]+-[A-Za-z0-9.]+"
FROM_A_MACHINE = re.compile(rf"\d+|[\w-]{{22}}|[0-9a-f]{{64}}|{ONE_ID}(?: {ONE_ID})*", re.ASCII)

# NUL, and halves of characters.
UNREADABLE = re.compile("[\0\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class KeptForm:
    """A form somebody sent: where to, and every field in order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    # Files cannot be put back into a form; their names tell which to choose again.
    files: tuple[str, ...] = ()

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person typed, to be read: (name, value)."""
        return [
            (name, value)
            for name, value in self.fields
            if value.strip() and not NOT_TYPED.fullmatch(name) and not is_based_on(name, value)
        ]

    def sealed(self) -> str:
        """Return the form as signed text, for a hidden field of the page in between."""
        return _serializer().dumps([self.path, self.fields, self.files])


def form_sent() -> KeptForm | None:
    """Return the form of the present request; None if it has none, or another site sent it.

    A form from another site must not gain our signature on its way through the sign-in page.
    """
    if request.method != "POST" or not _from_our_own_pages():
        return None
    fields = tuple(
        (readable(name), readable(value))
        for name, value in request.form.items(multi=True)
        if name not in NOT_KEPT
    )
    files = tuple(readable(file.filename or "") for file in request.files.values() if file.filename)
    return KeptForm(request.full_path.removesuffix("?"), fields, files)


def unsealed(text: str) -> KeptForm | None:
    """Return the form carried in ``text``; None if we did not sign it."""
    try:
        path, fields, files = _serializer().loads(text)
    except (BadData, ValueError, TypeError):
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields), tuple(files))


def is_based_on(name: str, value: str) -> bool:
    return bool(BASED_ON.fullmatch(name) and FROM_A_MACHINE.fullmatch(value))


def readable(text: str) -> str:
    """Return ``text`` with what no page and no database can hold visibly replaced."""
    return UNREADABLE.sub(REPLACEMENT, text)


def _from_our_own_pages() -> bool:
    """Return whether the browser says so; every current browser sends Origin with a POST."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _serializer() -> URLSafeSerializer:
    # The last one signs; what an earlier one signed opens too.
    earlier = current_app.config.get("SECRET_KEY_FALLBACKS") or ()
    return URLSafeSerializer(
        [*earlier, current_app.secret_key or ""],
        salt="kept typing",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
