"""What every response tells the browser not to do."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

# The same for every page: scripts and styles come from files of ours alone, and none stands within
# a page, so that nothing somebody typed can ever run. Violations are reported nowhere.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
# What is saved as a file is no page, even where somebody makes a browser show it.
FILE_POLICY = (
    "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)


def init_app(app: Flask) -> None:
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    headers = response.headers
    is_saved = headers.get("Content-Disposition", "").startswith("attachment")
    headers["Content-Security-Policy"] = FILE_POLICY if is_saved else PAGE_POLICY
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
