"""A sign-in provider by others: Authlib's OpenID Connect server, on real HTTP.

``tests.provider`` is by those who wrote the service, and may read a standard as wrongly as the
service does. This one shares nothing with either. It keeps what it must in memory.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "assurance", "a-secret-of-the-library"
KEY = RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig", "alg": "RS256"})


@dataclass
class Person:
    claims: dict[str, Any]

    def get_user_id(self) -> str:
        return str(self.claims["sub"])


@dataclass
class Client(ClientMixin):
    redirect_addresses: set[str] = field(default_factory=set)

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(one for one in scope.split() if one in ("openid", "email", "profile"))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_addresses

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, SECRET)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    asked: dict[str, str]
    person: Person
    at: int = field(default_factory=lambda: int(time.time()))

    @property
    def code_challenge(self) -> str | None:
        return self.asked.get("code_challenge")

    @property
    def code_challenge_method(self) -> str | None:
        return self.asked.get("code_challenge_method")

    def get_redirect_uri(self) -> str:
        return self.asked["redirect_uri"]

    def get_scope(self) -> str:
        return self.asked["scope"]

    def get_nonce(self) -> str | None:
        return self.asked.get("nonce")

    def get_auth_time(self) -> int:
        return self.at


class Provider:
    """The library's server, what it was told and who signs in next."""

    def __init__(self, issuer: str) -> None:
        self.issuer, self.client = issuer, Client()
        self.person = Person({})
        self.codes: dict[str, Code] = {}

    def leaves_to(self, address: str) -> str:
        """Sign the person in at ``address``, as a browser would; return where it is led back to."""
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status == 302, text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


def grant_of(provider: Provider) -> type[grants.AuthorizationCodeGrant]:
    class Grant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            provider.codes[code] = Code(code, dict(request.payload.data), request.user)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> Person:
            return authorization_code.person

    return Grant


def tokens_of(provider: Provider) -> OpenIDCode:
    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(code.get_nonce() == nonce for code in provider.codes.values())

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return KEY

        def get_client_algorithm(self, client: Client) -> str:
            return "RS256"

        def get_encode_header(self, client: Client) -> dict[str, Any]:
            return {"alg": "RS256", "kid": KEY.kid}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": [CLIENT]}

        def generate_user_info(self, user: Person, scope: str) -> UserInfo:
            return UserInfo(user.claims)

    return Tokens(require_nonce=True)


def app_of(provider: Provider) -> Flask:
    app = Flask("a provider by others")
    server = AuthorizationServer(
        app, lambda name: provider.client if name == CLIENT else None, lambda *_: None
    )
    server.register_grant(grant_of(provider), [tokens_of(provider), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def document() -> Any:
        return jsonify(
            issuer=provider.issuer,
            authorization_endpoint=f"{provider.issuer}/authorize",
            token_endpoint=f"{provider.issuer}/token",
            jwks_uri=f"{provider.issuer}/keys",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[KEY.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        try:
            grant = server.get_consent_grant(end_user=provider.person)
        except OAuth2Error as error:
            return {"error": error.error, "about": error.description}, 400
        return server.create_authorization_response(grant_user=provider.person, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    return app


@contextmanager
def serving(monkeypatch: Any) -> Iterator[Provider]:
    """Run the library's provider on this machine until the test is over."""
    # It wants HTTPS; nothing leaves this machine.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    provider = Provider("")
    server = make_server("127.0.0.1", 0, app_of(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
