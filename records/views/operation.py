"""What machines that watch over the service ask it; nobody has to be signed in."""

from __future__ import annotations

import hmac
import time
from datetime import timedelta

from flask import Response, abort, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import PUBLIC, for_machines
from accounts.rules.roles import KIND_OF, PERMISSIONS, OrganisationKind
from foundation import clock, health, metrics
from foundation.settings import Settings
from records.views.blueprint import pages

# What somebody of an authority may do, whatever else.
OF_AUTHORITIES = frozenset(
    permission
    for role, held in PERMISSIONS.items()
    if KIND_OF[role] is OrganisationKind.AUTHORITY
    for permission in held
)
OF_SUPPLIERS = frozenset(
    permission
    for role, held in PERMISSIONS.items()
    if KIND_OF[role] is OrganisationKind.SUPPLIER
    for permission in held
)
PORTAL = "supplier_portal"
# RFC 9116 wants less than a year; the file is made anew at each request, so it never runs out.
VALID_FOR = timedelta(days=180)


@pages.get("/health/live")
@for_machines
def live() -> ResponseReturnValue:
    """Say that this process answers; the database is not asked."""
    return jsonify(live=True)


@pages.get("/health/ready")
@for_machines
def ready() -> ResponseReturnValue:
    """Say whether bids can be taken, and what is wrong if not."""
    report = health.readiness(current_app._get_current_object()).report()  # type: ignore[attr-defined]
    return jsonify(ready=report.ready, checks=report.checks), 200 if report.ready else 503


@pages.get("/metrics")
@for_machines
def figures() -> ResponseReturnValue:
    """Show the figures to whoever has the token; without one in the settings there are none."""
    token = _settings().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    counted: metrics.Metrics = app.extensions[metrics.METRICS]
    return Response(counted.text(app), mimetype="text/plain; version=0.0.4")


@pages.get("/.well-known/security.txt")
@for_machines
def security_txt() -> ResponseReturnValue:
    """Say whom to tell of a weakness (RFC 9116)."""
    settings = _settings()
    if not settings.security_contact:
        abort(404)
    until = (clock.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {until.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: en",
        f"Canonical: {settings.address}{url_for('records.security_txt')}",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@pages.record_once
def begin_to_count(state: object) -> None:
    state.app.extensions[metrics.METRICS] = metrics.Metrics()  # type: ignore[attr-defined]


@pages.after_app_request
def count(response: Response) -> Response:
    if request.endpoint != "static":
        began = g.get("began")
        seconds = time.perf_counter() - began if began else None
        counted: metrics.Metrics = current_app.extensions[metrics.METRICS]
        counted.count(counted_as(), request.method, response.status_code, seconds)
    return response


def counted_as() -> str:
    """Return the pattern of the address; one word for everything only suppliers do."""
    if request.url_rule is None or request.endpoint is None:
        return "none"
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    of_portal = request.blueprint == PORTAL and (access == PUBLIC or access in OF_SUPPLIERS)
    if of_portal or (access in OF_SUPPLIERS and access not in OF_AUTHORITIES):
        return metrics.SUPPLIER
    return request.url_rule.rule


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
