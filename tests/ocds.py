"""Checks packages against the published schemas of OCDS 1.1.5, with the extensions used here."""

from __future__ import annotations

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from records.compiled import read_schema, release_schema

BASE = "https://standard.open-contracting.org/schema/1__1__5/"
SCHEMAS = ("release-schema.json", "release-package-schema.json", "record-package-schema.json")


def mistakes(package, schema):
    """Return what is wrong with a package by one of SCHEMAS, a line each."""
    resources = [(BASE + name, Resource(contents(name), DRAFT4)) for name in SCHEMAS]
    validator = Draft4Validator(
        contents(schema),
        registry=Registry().with_resources(resources),
        format_checker=FormatChecker(),
    )
    return sorted(
        f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(package)
    )


def contents(name):
    return release_schema() if name == "release-schema.json" else read_schema(name)


def unknown_fields(value, schema, path=""):
    """Return the paths of fields that neither the standard nor a declared extension knows."""
    definitions = release_schema()["definitions"]
    while "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/definitions/")]
    if isinstance(value, list):
        inner = schema.get("items", {})
        return [found for entry in value for found in unknown_fields(entry, inner, path + "[]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    found = [f"{path}.{name}" for name in value if name not in known]
    for name, below in value.items():
        if name in known:
            found += unknown_fields(below, known[name], f"{path}.{name}")
    return found
