"""A PostgreSQL server for one test run: its own folder, a socket and no network port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.small_disk import SmallDisk

SAFE_IN_A_POWER_CUT = ("fsync", "synchronous_commit", "full_page_writes")


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


# The disk of a server that was given one of its own, by its folder.
disks: dict[str, SmallDisk] = {}


@contextmanager
def server(*, durable: bool = False, megabytes: int = 0) -> Iterator[str]:
    """Run a server and yield the address of its databases, to which a name is appended.

    Unless it is to be ``durable``, it is quick and would lose in a power cut what it confirmed.
    ``megabytes``: everything it keeps lies on a small disk of its own (``disks``).
    PostgreSQL refuses to run as root, so root runs it as the user postgres.
    """
    binaries = programs()
    assert binaries is not None, "PostgreSQL is not installed (debian-packages.txt)"
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    beside = tempfile.TemporaryDirectory(prefix="pg-disk-")
    if megabytes:
        disks[str(folder)] = SmallDisk(folder, Path(beside.name), megabytes)
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

    options = f"-k {folder} -c listen_addresses= -c max_connections=200"
    try:
        run("initdb", "--no-sync", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        if not durable:
            # In the file and not on the command line, so that as_durable() can say otherwise.
            with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write("".join(f"{name} = off\n" for name in SAFE_IN_A_POWER_CUT))
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        if disk := disks.pop(str(folder), None):
            disk.take_away()
        beside.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def as_durable(execute: Callable[[str], None]) -> Iterator[None]:
    """Let a quick server keep what it confirms while the block runs: no service starts on another.

    ``execute`` sends a statement to the server as its owner.
    """
    for name in SAFE_IN_A_POWER_CUT:
        execute(f"ALTER SYSTEM SET {name} = on")
    execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        execute("ALTER SYSTEM RESET ALL")
        execute("SELECT pg_reload_conf()")
