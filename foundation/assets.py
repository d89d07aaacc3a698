"""Addresses of the built style sheet and scripts: with a fingerprint, so browsers may keep them."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, request, url_for

A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    fingerprints = read_fingerprints(Path(app.static_folder or "") / "build" / "manifest.json")

    def asset(name: str) -> str:
        return url_for("static", filename=f"build/{name}", v=fingerprints.get(name))

    def keep_for_a_year(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response

    app.context_processor(lambda: {"asset": asset})
    app.after_request(keep_for_a_year)


def read_fingerprints(manifest: Path) -> dict[str, str]:
    """Return name → fingerprint; empty before the first build, when pages are plain but work."""
    if not manifest.exists():
        return {}
    found: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return found
