"""Addresses of the built style sheet and scripts: with a fingerprint, so browsers may keep them.

They are sent packed to whoever takes that, a quarter of their size. Pages are not: they hold tokens
of forms beside what somebody typed; how well both pack together tells about the tokens (BREACH).
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

A_YEAR = 365 * 24 * 3600
# What is text, and so gets smaller.
PACKED = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def init_app(app: Flask) -> None:
    fingerprints = read_fingerprints(Path(app.static_folder or "") / "build" / "manifest.json")

    def asset(name: str) -> str:
        return url_for("static", filename=f"build/{name}", v=fingerprints.get(name))

    def keep_for_a_year(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response

    def pack(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in PACKED:
            return response
        response.vary.add("Accept-Encoding")
        wanted = request.accept_encodings.quality("gzip") > 0
        if wanted and request.method == "GET" and response.status_code == 200:
            response.direct_passthrough = False
            response.set_data(packed(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            # The same file as it is, and packed, are two things to whoever keeps them.
            response.set_etag(f"{response.get_etag()[0]}-gzip")
        return response

    app.context_processor(lambda: {"asset": asset})
    app.after_request(keep_for_a_year)
    app.after_request(pack)


@lru_cache(maxsize=16)
def packed(content: bytes) -> bytes:
    """Return the content of one of our files packed, the same bytes each time."""
    return gzip.compress(content, mtime=0)


def read_fingerprints(manifest: Path) -> dict[str, str]:
    """Return name → fingerprint; empty before the first build, when pages are plain but work."""
    if not manifest.exists():
        return {}
    found: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return found
