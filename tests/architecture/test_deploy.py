"""What an operator starts from is right as far as programs can say: each file by its own linter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from foundation.settings import PREFIX, READERS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
# What is named in the files, and is not a setting of ours.
KNOWN_BESIDE = {"DATABASE_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def run(*command, **more):
    if shutil.which(command[0]) is None and not Path(command[0]).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{command[0]} is not installed (debian-packages.txt, requirements/dev.in)")
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def test_the_container_file_has_no_faults_its_linter_knows():
    linter = str(Path(sys.executable).with_name("hadolint"))

    linted = run(linter, "--failure-threshold", "info", str(DEPLOY / "Containerfile"))

    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_container_file_copies_what_there_is_and_nothing_secret():
    text = (DEPLOY / "Containerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
    left_out = (ROOT / ".containerignore").read_text()

    assert all((ROOT / name).exists() for line in copied for name in line.split())
    assert {".git", "instance", "tests"} <= set(left_out.split("\n"))
    assert (ROOT / ".dockerignore").read_text() == left_out


def test_compose_takes_the_file(tmp_path):
    folder = tmp_path / "deploy"
    shutil.copytree(DEPLOY, folder)
    shutil.copy(folder / "settings.example.env", folder / "settings.env")

    checked = run("docker-compose", "-f", str(folder / "compose.yaml"), "config", "-q")

    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_part_of_the_service_runs_with_nothing_it_does_not_need():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = {name for name, one in services.items() if one["image"] == "supplier-assurance"}

    assert ours == {"migrate", "web", "jobs", "duties"}
    for name in ours:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["environment"]["ASSURANCE_SLOW_WORK"] == "apart"
    # Only the proxy is reached from outside.
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]


def test_every_setting_that_is_named_is_read():
    named = {
        name
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in re.findall(rf"\b(?:{PREFIX}\w+|DATABASE_URL|AWS_\w+)", path.read_text())
    }

    assert named - KNOWN_BESIDE <= {PREFIX + name for name in READERS}
    assert len(named) > 10


def test_systemd_takes_the_units(tmp_path):
    written = []
    for unit in UNITS:
        text = unit.read_text().replace("/srv/supplier-assurance/.venv", str(ROOT / ".venv"))
        text = text.replace("/srv/supplier-assurance", str(ROOT))
        text = text.replace("/etc/supplier-assurance.env", str(DEPLOY / "settings.example.env"))
        name = unit.name.replace("@.", "@1.")
        (tmp_path / name).write_text(text)
        written.append(str(tmp_path / name))

    checked = run("systemd-analyze", "verify", *written)

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("unit", [one for one in UNITS if one.suffix == ".service"])
def test_the_units_give_the_service_few_rights(unit):
    checked = run("systemd-analyze", "security", "--offline=yes", "--threshold=20", str(unit))

    assert checked.returncode == 0, checked.stdout


def test_nginx_takes_the_proxy(tmp_path):
    checked = run("nginx", "-t", "-c", str(proxy_on_this_machine(tmp_path, 8443, [8001, 8002])))

    assert checked.returncode == 0, checked.stderr


def proxy_on_this_machine(folder, port, services):
    """Write the proxy's file for this machine: other ports, a certificate made here."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        + ["-keyout", folder / "key.pem", "-out", folder / "chain.pem"],
        check=True,
        capture_output=True,
    )
    text = (DEPLOY / "nginx.conf").read_text()
    upstream = re.search(r"        server web:8000(.*);\n", text)
    servers = "".join(f"        server 127.0.0.1:{one}{upstream[1]};\n" for one in services)
    text = text.replace(upstream[0], servers)
    text = text.replace("/etc/nginx/certificate", str(folder)).replace("/tmp/nginx", f"{folder}/n")
    text = text.replace("listen 80 ", f"listen 127.0.0.1:{port + 1} ")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    path = folder / "nginx.conf"
    path.write_text(text)
    return path
