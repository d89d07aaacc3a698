"""One line of JSON for each request and event: enough to follow it, nothing of what was typed."""

from __future__ import annotations

import json
import logging
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

logger = logging.getLogger("supplier_assurance")


class JsonLines(logging.Formatter):
    """Writes a record as one line; JSON escapes line breaks, so no text can forge a second."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = g.get("request_id", "")
        line |= getattr(record, "fields", {})
        if record.exc_info:
            # Types and places, not messages: those may quote what somebody typed.
            line["fault"] = _places(record.exc_info[1])
        return json.dumps(line)


def set_up(level: str) -> None:
    """Send everything logged in this process to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # Alembic tells of every part it loads.
    logging.getLogger("alembic").setLevel("WARNING")


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(log_request)


def begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()


def log_request(response: Response) -> Response:
    began = g.get("began")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        logger.info(
            "request",
            extra={
                "fields": {
                    "method": request.method,
                    # The rule, not the path: tokens in a path name tenders and bids.
                    "route": request.url_rule.rule if request.url_rule else None,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - began) * 1000, 1) if began else None,
                }
            },
        )
    return response


def _places(error: BaseException | None) -> list[str]:
    places: list[str] = []
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        places.append(type(error).__name__)
        error = error.__cause__
    return places
