"""Writes what a release is made of, as CycloneDX: the locked Python and npm packages.

python -m tooling.components FILE
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
PYTHON_LOCK = ROOT / "requirements" / "base.txt"
NPM_LOCK = ROOT / "package-lock.json"
HASHES = {"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
MODULES = "node_modules/"


def python_components() -> dict[str, Any]:
    """Return the document that cyclonedx-py makes of the lock: no network, the same each time."""
    made = subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", str(PYTHON_LOCK)),
            *("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"),
            *("--sv", "1.6", "--of", "JSON", "--short-PURLs"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    document: dict[str, Any] = json.loads(made.stdout)
    for component in document["components"]:
        # Where packages were looked for is a matter of the machine, not of the release. What the
        # lock takes for this version stays: a hash for each of its files.
        places = component.pop("externalReferences", [])
        found = {one["content"]: one for place in places for one in place.get("hashes", ())}
        component["hashes"] = [found[content] for content in sorted(found)]
    return document


def npm_components() -> list[dict[str, Any]]:
    """Return a component for each package that the npm lock names; tools of tests are left out."""
    packages = json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"]
    return [
        _npm_component(path.rpartition(MODULES)[2], entry)
        for path, entry in sorted(packages.items())
        if path.startswith(MODULES) and not entry.get("dev")
    ]


def _npm_component(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    version = entry["version"]
    algorithm, _, encoded = entry["integrity"].split()[0].partition("-")
    purl = f"pkg:npm/{quote(name, safe='/')}@{version}"
    component: dict[str, Any] = {
        "bom-ref": purl,
        "type": "library",
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": HASHES[algorithm], "content": base64.b64decode(encoded).hex()}],
    }
    if "license" in entry:
        component["licenses"] = [{"license": {"name": entry["license"]}}]
    if entry.get("optional"):
        component["scope"] = "optional"
    return component


def components() -> str:
    """Return the whole document as text."""
    document = python_components()
    npm = npm_components()
    document["components"] += npm
    root = document["metadata"]["component"]["bom-ref"]
    for dependency in document["dependencies"]:
        if dependency["ref"] == root:
            dependency["dependsOn"] = sorted(
                [*dependency.get("dependsOn", ()), *(one["bom-ref"] for one in npm)]
            )
    document["dependencies"] += [{"ref": one["bom-ref"]} for one in npm]
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(components(), encoding="utf-8")
