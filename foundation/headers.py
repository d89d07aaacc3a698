"""What every response tells the browser not to do."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request


def init_app(app: Flask) -> None:
    app.after_request(set_headers)
    app.context_processor(lambda: {"nonce": nonce()})


def nonce() -> str:
    """Return the word that lets this page's own scripts run, and no others."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    word: str = g.nonce
    return word


def set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if g.get("for_everyone") and response.status_code == 200:
        headers["Cache-Control"] = "public, max-age=300"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Access-Control-Allow-Origin"] = "*"
    elif request.endpoint != "static":
        # Pages show what only this person may see, also after signing out on a shared computer.
        headers["Cache-Control"] = "no-store"
    return response


def is_for_everyone() -> None:
    """Let caches keep the present response, and other sites read it: open data, and no page."""
    g.for_everyone = True


def content_security_policy() -> str:
    script = f"'nonce-{nonce()}'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; object-src 'none'"
    )
