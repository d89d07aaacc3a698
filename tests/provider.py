"""A sign-in provider (OpenID Connect) of the tests' own: real HTTP, real keys, strict.

It does what the standards ask of a provider: codes are used once, by the client they were made for,
with its secret, the redirect address and the PKCE verifier. ``spoil`` lets a test send what an
attacker would. Tokens are joserfc's; nothing of the service's own code is used.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "assurance", "a secret & more: 100%"
# Made once for all tests: doing so takes a while.
KEY = RSAKey.generate_key(2048, {"kid": "2026-12", "use": "sig"})
ANOTHER_KEY = RSAKey.generate_key(2048, {"kid": "2026-12", "use": "sig"})


class Provider:
    """One provider and who is signed in to it."""

    def __init__(self, port: int, now: Callable[[], float]) -> None:
        self.port = port
        self.issuer = f"http://127.0.0.1:{port}/tenant"
        self.now = now
        # What it says of whoever signs in next.
        self.person: dict[str, Any] = {}
        self.key, self.published = KEY, [KEY]
        self.more: dict[str, Any] = {}
        # What a test does to the claims, to how they are signed, and to whole answers.
        self.spoil: Callable[[dict[str, Any]], None] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.answers: dict[str, Callable[[Any], None]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        # When the person last entered his password there.
        self.entered_at: float | None = None
        self.asked: list[str] = []

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def leaves_to(self, address: str) -> str:
        """Sign the person in at ``address``, as a browser would; return where it is led back to."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        parts = urlsplit(address)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status == 302, text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    @property
    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.more,
        }

    @property
    def public_keys(self) -> list[dict[str, Any]]:
        return [key.as_dict(private=False) for key in self.published]

    def authorize(self, asked: dict[str, str]) -> str:
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["scope"].split()[0] == "openid"
        assert asked["code_challenge_method"] == "S256"
        if asked.get("prompt") == "login" or self.entered_at is None:
            self.entered_at = self.now()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, form: dict[str, str], header: str) -> dict[str, Any]:
        """Return the answer to a client, or raise KeyError or AssertionError."""
        user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        assert (unquote_plus(user), unquote_plus(password)) == (CLIENT, SECRET)
        assert form["grant_type"] == "authorization_code"
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert asked["redirect_uri"] == form["redirect_uri"]
        moment = int(self.now())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
            "auth_time": int(self.entered_at or moment),
            **self.person,
        }
        self.spoil(claims)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self.sign(claims)}


def handler_for(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = urlsplit(self.path).path.removeprefix("/tenant/")
            provider.asked.append(name)
            pages = {
                ".well-known/openid-configuration": lambda _: self.say(provider.document),
                "keys": lambda _: self.say({"keys": provider.public_keys}),
                "authorize": Handler.lead_back,
                **provider.answers,
            }
            pages.get(name, lambda _: self.send_error(404))(self)

        def lead_back(self) -> None:
            asked = {key: one[0] for key, one in parse_qs(urlsplit(self.path).query).items()}
            self.send_response(302)
            self.send_header("Location", provider.authorize(asked))
            self.end_headers()

        def do_POST(self) -> None:
            provider.asked.append("token")
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: one[0] for key, one in parse_qs(sent).items()}
            if "token" in provider.answers:
                provider.answers["token"](self)
                return
            try:
                self.say(provider.token(form, self.headers.get("Authorization", "")))
            except (KeyError, AssertionError, ValueError):
                self.say({"error": "invalid_grant"}, 400)

        def say(self, what: Any, status: int = 200) -> None:
            body = what if isinstance(what, bytes) else json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None: ...

    return Handler


@contextmanager
def serving(now: Callable[[], float] = time.time) -> Iterator[Provider]:
    """Run a provider on this machine until the test is over."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    provider = Provider(server.server_address[1], now)
    server.RequestHandlerClass = handler_for(provider)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
