"""What of the service speaks JSON, described as OpenAPI for tools that try such a description out.

Nobody is promised more by it than by the pages on open data and on health: it is drawn from the
addresses, and a test finds what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

TOKEN = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}
SAID = {"type": "object", "required": ["at", "said"], "properties": {
    "at": {"type": "string"}, "said": {"type": "string", "minLength": 1}}}  # fmt: skip
MESSAGE = {"type": "object", "required": ["message"], "properties": {
    "message": {"type": "string", "minLength": 1}}}  # fmt: skip
LIVE = {"type": "object", "required": ["live"], "properties": {"live": {"const": True}}}
READY = {"type": "object", "required": ["ready", "checks"], "properties": {
    "ready": {"type": "boolean"}, "checks": {"type": "object"}}}  # fmt: skip
SAVED = {"type": "object", "required": ["at", "said", "versions", "notes", "message"]}
ANYTHING = {"type": ["object", "array"]}
ASKED = {"type": "object"}
# Addresses that answer scripts and machines: what they say when it goes well, and else.
OTHERS: Mapping[str, tuple[str, Any, Mapping[int, Any]]] = {
    "records.live": ("get", LIVE, {}),
    "records.ready": ("get", READY, {503: READY}),
    "supplier_portal.keep_typed": ("post", SAID, {422: MESSAGE}),
    "supplier_portal.keep_typed_of_company": ("post", SAID, {422: MESSAGE}),
    "accounts.ask_passkey": ("post", ASKED, {}),
    "accounts.ask_for_passkey": ("post", ASKED, {}),
}
# What the service says to people, whatever was asked.
REFUSALS = (302, 308, 400, 401, 403, 404, 405, 409, 413, 422, 429)


def speaks_json(rule: Rule) -> bool:
    """Return whether an address answers in JSON when it goes well."""
    return rule.rule.endswith(".json") or rule.endpoint in OTHERS


def description(app: Flask, known: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the description; ``known``: values that parameters may well have, by name."""
    paths: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        if not speaks_json(rule):
            continue
        method, answer, more = OTHERS.get(rule.endpoint, ("get", ANYTHING, {}))
        path = "".join(f"{{{text}}}" if is_name else text for is_name, text in rule._trace)
        paths.setdefault(path.removeprefix("|"), {})[method] = {
            "operationId": rule.endpoint,
            "parameters": [*_parameters(rule, known)],
            "responses": dict(_responses(answer, more)),
            **({"requestBody": FORM} if method == "post" else {}),
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "What of Supplier Assurance speaks JSON", "version": "1"},
        "paths": paths,
    }


FORM = {
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "additionalProperties": {"type": "string"}, "properties": {
                "SLP-07.a": {"type": "string"}, "v-SLP-07.a": {"type": "string"},
                "email": {"type": "string"}}},
        }
    }
}  # fmt: skip


def _parameters(rule: Rule, known: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        shape: dict[str, Any] = {"type": "string", "minLength": 1}
        if kind == "IntegerConverter":
            shape = {"type": "integer", "minimum": 0}
        elif kind == "TokenConverter":
            shape = TOKEN
        values = [*known.get(name, ())]
        schema = {"anyOf": [{"enum": values}, shape]} if values else shape
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _responses(answer: Any, more: Mapping[int, Any]) -> Iterator[tuple[str, Any]]:
    yield "200", _json("As asked", answer)
    for status in REFUSALS:
        if status not in more:
            page = {"text/html": {"schema": {"type": "string"}}}
            yield str(status), {"description": "A page that says why not", "content": page}
    for status, schema in more.items():
        both = _json("Why not", schema)
        both["content"]["text/html"] = {"schema": {"type": "string"}}
        yield str(status), both


def _json(words: str, schema: Any) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}
