"""The list of what a release is made of names every locked package, and nothing of a machine."""

from __future__ import annotations

import json
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tooling.components import NPM_LOCK, PYTHON_LOCK, ROOT, components


@pytest.fixture(scope="module")
def document():
    return components()


def named(document, kind):
    return {
        (one["name"], one["version"])
        for one in json.loads(document)["components"]
        if one["purl"].startswith(f"pkg:{kind}/")
    }


def test_every_locked_python_package_is_in_it(document):
    locked = re.findall(r"^([\w.-]+)==(\S+)", PYTHON_LOCK.read_text(), flags=re.MULTILINE)

    assert len(locked) > 30
    assert named(document, "pypi") == set(locked)


def test_every_locked_npm_package_is_in_it_but_tools_of_tests(document):
    packages = json.loads(NPM_LOCK.read_text())["packages"]
    locked = {
        (path.rpartition("node_modules/")[2], entry["version"])
        for path, entry in packages.items()
        if path and not entry.get("dev")
    }

    assert named(document, "npm") == locked
    assert ("govuk-frontend", packages["node_modules/govuk-frontend"]["version"]) in locked


def test_every_component_has_the_hashes_of_the_lock(document):
    parts = json.loads(document)["components"]
    of_python = {
        one["content"]
        for part in parts
        for one in part["hashes"]
        if part["purl"].startswith("pkg:pypi/")
    }

    assert [part["name"] for part in parts if not part["hashes"]] == []
    assert of_python == set(re.findall(r"--hash=sha256:(\w+)", PYTHON_LOCK.read_text()))


def test_it_is_valid_and_the_same_each_time(document):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None
    assert components() == document


def test_it_names_this_version_and_no_address_of_a_machine(document):
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)

    assert json.loads(document)["metadata"]["component"]["version"] == version[1]
    assert str(ROOT) not in document
    assert "http" not in json.dumps(json.loads(document)["components"])


def test_a_release_is_packed_with_it():
    assert "tooling.components" in (ROOT / "tooling" / "release").read_text()
