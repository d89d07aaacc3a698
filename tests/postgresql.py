"""A PostgreSQL server for one test run: its own folder, a socket and no network port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a server and yield the address of its databases, to which a name is appended.

    Unless it is to be ``durable``, it is quick and would lose in a power cut what it confirmed.
    PostgreSQL refuses to run as root, so root runs it as the user postgres.
    """
    binaries = programs()
    assert binaries is not None, "PostgreSQL is not installed (debian-packages.txt)"
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    identity: dict[str, object] = {"cwd": "/"}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        identity |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [binaries / program, "-D", folder / "data", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            **identity,
        )

    options = (
        "" if durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    ) + f"-k {folder} -c listen_addresses= -c max_connections=200"
    try:
        run("initdb", "--no-sync", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
