"""Settings: read once from the environment, checked at start, never read again."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click

from foundation.keys import make_private_folder, write_private_file

PREFIX = "ASSURANCE_"
ROOT = Path(__file__).resolve().parents[1]

SHORTEST_SECRET = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(click.ClickException):
    """A setting is wrong; the message names it, its value and what to do.

    Commands show such an exception as its one sentence, without a traceback.
    """


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where messages are handed over. ``encrypted`` from the first byte, else by STARTTLS."""

    host: str
    port: int
    encrypted: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may choose, each by ASSURANCE_ and its name in capitals."""

    secret_key: str
    database_url: str
    instance_folder: Path
    demonstration: bool
    # Browsers send the session only over HTTPS. Off for 127.0.0.1, where there is none.
    cookie_secure: bool
    host: str
    port: int
    threads: int
    log_level: str
    # Where people reach the service; without a slash at its end.
    address: str
    # None: messages are written to the outbox folder and nobody is sent anything.
    smtp: MailServer | None
    mail_from: str
    # Where ClamAV's daemon listens: host and port, or the path of its socket. None: no scanner.
    scanner: str | tuple[str, int] | None

    @property
    def files_folder(self) -> Path:
        return self.instance_folder / "files"

    @property
    def keys_folder(self) -> Path:
        return self.instance_folder / "keys"

    @property
    def outbox_folder(self) -> Path:
        return self.instance_folder / "outbox"

    @property
    def spool_folder(self) -> Path:
        """Where uploads lie, encrypted and without a name, while they arrive."""
        return self.instance_folder / "spool"


def _yes_or_no(name: str, text: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in words:
        raise SettingsError(f"{name} is {text!r}: write yes or no")
    return words[text.lower()]


def _whole_number(lowest: int, highest: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and lowest <= int(text[:9]) <= highest):
            raise SettingsError(
                f"{name} is {text!r}: write a whole number from {lowest} to {highest}"
            )
        return int(text)

    return read


def _log_level(name: str, text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise SettingsError(f"{name} is {text!r}: write one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def _folder(name: str, text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise SettingsError(f"{name} is {text!r}: write a path that begins with /")
    return path


def _secret(name: str, text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise SettingsError(
            f"{name} has {len(text)} characters: use at least {SHORTEST_SECRET} random ones, "
            "or leave it out and one is made at the first start"
        )
    return text


def _address(name: str, text: str) -> str:
    """Return where the service is reached, as links in messages begin."""
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.query or parts.fragment or parts.username or not _is_plain(text):
        raise SettingsError(
            f"{name} is {text!r}: write the address people open in a browser, such as "
            "https://assurance.example.gov.uk"
        )
    return text.rstrip("/")


def _mail_server(name: str, text: str) -> MailServer:
    """Return the mail server. It may hold a password, so that no message quotes it."""
    try:
        parts = urlsplit(text)
        port = parts.port or {"smtp": 587, "smtps": 465}[parts.scheme]
        right = parts.hostname and parts.path in ("", "/") and not parts.query
    except (KeyError, ValueError):
        right = False
    if not right or not _is_plain(text):
        raise SettingsError(
            f"{name} is not an address of a mail server: write smtp://user:password@host:587, or "
            "smtps:// for a server that is encrypted from the first byte (in a user's name or "
            "password %40 stands for @, %3A for : and %2F for /)"
        )
    return MailServer(
        host=str(parts.hostname),
        port=port,
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _mailbox(name: str, text: str) -> str:
    before, at, after = text.rpartition("@")
    if not (before and at and after) or "@" in before or not _is_plain(text):
        raise SettingsError(f"{name} is {text!r}: write one address, such as noreply@example.org")
    return text


def _scanner(name: str, text: str) -> str | tuple[str, int] | None:
    if not text or text.startswith("/"):
        return text or None
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65536):
        raise SettingsError(
            f"{name} is {text!r}: write where ClamAV's daemon listens, such as 127.0.0.1:3310 or "
            "/run/clamav/clamd.ctl, or leave it out"
        )
    return host.strip("[]"), int(port)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(text) & set(' <>"')


def _text(_name: str, text: str) -> str:
    return text


READERS: Mapping[str, Callable[[str, str], Any]] = {
    "SECRET_KEY": _secret,
    "INSTANCE_FOLDER": _folder,
    "DEMONSTRATION": _yes_or_no,
    "COOKIE_SECURE": _yes_or_no,
    "HOST": _text,
    "PORT": _whole_number(1, 65535),
    "THREADS": _whole_number(1, 500),
    "LOG_LEVEL": _log_level,
    "ADDRESS": _address,
    "SMTP": _mail_server,
    "MAIL_FROM": _mailbox,
    "SCANNER": _scanner,
}


def read_settings(environ: Mapping[str, str], **chosen: Any) -> Settings:
    """Return the settings of ``environ``; ``chosen`` ones win (tests and commands).

    Raises SettingsError for a wrong value and for a name nobody reads, which is most often
    a slip of the pen.
    """
    _refuse_unknown(environ)
    values: dict[str, Any] = {
        "instance_folder": ROOT / "instance",
        "demonstration": False,
        "host": "127.0.0.1",
        "port": 8000,
        "threads": 64,
        "log_level": "INFO",
        "smtp": None,
        "scanner": None,
    }
    for name, read in READERS.items():
        text = environ.get(PREFIX + name)
        if text is not None:
            values[name.lower()] = read(PREFIX + name, text)
    values |= chosen
    values.setdefault("cookie_secure", not values["demonstration"])
    values.setdefault("address", f"http://127.0.0.1:{values['port']}")
    _complete_mail(values)
    if "database_url" not in values:
        values["database_url"] = _database_url(environ, values["instance_folder"])
    if "secret_key" not in values:
        values["secret_key"] = _kept_secret(values["instance_folder"] / "keys")
    return Settings(**values)


def _complete_mail(values: dict[str, Any]) -> None:
    if values["smtp"] is not None and "mail_from" not in values:
        raise SettingsError(
            f"{PREFIX}SMTP is set and {PREFIX}MAIL_FROM is not: write the address that messages "
            "come from, one that your mail server may send for"
        )
    values.setdefault("mail_from", "supplier-assurance@localhost")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in READERS:
            known = [PREFIX + reader for reader in READERS]
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise SettingsError(f"{name} is not a setting: {hint}")


def _database_url(environ: Mapping[str, str], instance_folder: Path) -> str:
    url = environ.get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{instance_folder / 'supplier_assurance.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    # The address may hold a password, so only its beginning is shown.
    kind = url.partition(":")[0]
    raise SettingsError(
        f"DATABASE_URL begins with {kind!r}: write postgresql:// or sqlite:/// and an address"
    )


def _kept_secret(folder: Path) -> str:
    """Return the secret made at the first start, so that sessions outlive a restart."""
    path = folder / "secret"
    if not path.exists():
        make_private_folder(folder)
        write_private_file(path, secrets.token_urlsafe(48).encode())
    return path.read_text(encoding="ascii")
