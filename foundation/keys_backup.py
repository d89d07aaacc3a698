"""One file that holds the keys folder, under a passphrase: kept apart from every other backup.

The key is drawn from the passphrase by argon2id; how, stands at the beginning of the file and is
bound to what follows, so that nobody weakens it unseen.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.canonical import canonical_json
from foundation.errors import DomainError
from foundation.keys import (
    CURRENT,
    KEY_BYTES,
    LOST,
    NONCE_BYTES,
    SUFFIX,
    make_private_folder,
    write_private_file,
)
from foundation.settings import SECRET, SECRETS_BEFORE

FORMAT = "supplier-assurance-keys/1"
SHORTEST_PASSPHRASE = 15
SALT_BYTES = 16
# RFC 9106, for when memory is not scarce: it is done seldom, and whoever steals the file has time.
HOW = {"time": 3, "memory_kib": 256 * 1024, "lanes": 4}
# What a file may ask of this machine before its passphrase is known to be right.
MOST = {"time": 20, "memory_kib": 2 * 1024 * 1024, "lanes": 16}


class KeysNotBackedUp(DomainError):
    """Keys cannot be written to, or read from, a backup; the message says why."""


def back_up(folder: Path, to: Path, passphrase: str) -> list[str]:
    """Write every file of the keys ``folder`` into ``to``, and return their names.

    Raises KeysNotBackedUp.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeysNotBackedUp(
            f"Choose a passphrase of at least {SHORTEST_PASSPHRASE} characters, such as five words"
        )
    if to.exists():
        raise KeysNotBackedUp(f"{to} is there already. Choose another name; nothing was written")
    if not to.parent.is_dir():
        raise KeysNotBackedUp(f"There is no folder {to.parent}; nothing was written")
    if to.resolve().is_relative_to(folder.resolve().parent):
        raise KeysNotBackedUp(
            f"{to} is inside the instance folder. Keep the keys' backup apart from what they open"
        )
    found = {path.name: path.read_bytes() for path in folder.iterdir() if _is_kept(path.name)}
    if not any(name.endswith(SUFFIX) for name in found):
        raise KeysNotBackedUp(f"There is no key in {folder} yet; nothing was written")
    write_private_file(to, _sealed(found, passphrase))
    if read(to, passphrase) != found:
        raise KeysNotBackedUp(f"{to} does not hold what was written. Try another disk")
    return sorted(found)


def read(path: Path, passphrase: str) -> dict[str, bytes]:
    """Return the files of a keys backup by name. Raises KeysNotBackedUp."""
    try:
        written = json.loads(path.read_bytes())
        head = written["head"]
        key = _key(passphrase, head)
        aad = canonical_json(head).encode()
        nonce, sealed = _bytes(head["nonce"]), _bytes(written["sealed"])
        if head["format"] != FORMAT or len(nonce) != NONCE_BYTES:
            raise ValueError
    except OSError as error:
        raise KeysNotBackedUp(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise KeysNotBackedUp(f"{path} is no backup of keys") from None
    try:
        found = json.loads(AESGCM(key).decrypt(nonce, sealed, aad))
    except InvalidTag:
        raise KeysNotBackedUp(
            f"{path} does not open: the passphrase is another one, or the file was changed"
        ) from None
    return {name: _bytes(content) for name, content in found.items()}


def restore(path: Path, folder: Path, passphrase: str) -> list[str]:
    """Put what is missing back into the keys ``folder`` and return its names.

    Nothing that is there is replaced: a key that differs stops it, and a secret that differs is
    added to those whose signatures still count. Raises KeysNotBackedUp.
    """
    found = read(path, passphrase)
    if not all(_is_kept(name) for name in found):
        raise KeysNotBackedUp(f"{path} holds files that are no keys")
    for name, content in found.items():
        if name.endswith(SUFFIX) and (folder / name).exists():
            _must_be_the_same(folder / name, content)
    make_private_folder(folder)
    # The pointer last: what it names is there by then.
    names = sorted(found, key=lambda name: (name == CURRENT, name))
    put = [name for name in names if _put(folder, name, found[name])]
    _add_earlier_secret(folder, found)
    return put


def _put(folder: Path, name: str, content: bytes) -> bool:
    if (folder / name).exists():
        return False
    write_private_file(folder / name, content)
    return True


def _add_earlier_secret(folder: Path, found: dict[str, bytes]) -> None:
    secret = found.get(SECRET, b"").decode("ascii")
    if not secret or (folder / SECRET).read_text(encoding="ascii") == secret:
        return
    path = folder / SECRETS_BEFORE
    before = path.read_text(encoding="ascii").split() if path.exists() else []
    if secret not in before:
        path.unlink(missing_ok=True)
        write_private_file(path, "\n".join((secret, *before, "")).encode())


def _must_be_the_same(path: Path, content: bytes) -> None:
    if path.read_bytes() != content:
        raise KeysNotBackedUp(
            f"{path} is another key than the one of that name in the backup; nothing was restored"
        )


def _is_kept(name: str) -> bool:
    stem = name.removesuffix(SUFFIX)
    is_key = name.endswith(SUFFIX) and stem.isalnum() and stem.isascii()
    return is_key or name in (CURRENT, LOST, SECRET, SECRETS_BEFORE)


def _sealed(found: dict[str, bytes], passphrase: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    head: dict[str, Any] = {
        "format": FORMAT,
        "salt": _text(secrets.token_bytes(SALT_BYTES)),
        "nonce": _text(nonce),
        **HOW,
    }
    plain = canonical_json({name: _text(content) for name, content in found.items()}).encode()
    sealed = AESGCM(_key(passphrase, head)).encrypt(nonce, plain, canonical_json(head).encode())
    return (json.dumps({"head": head, "sealed": _text(sealed)}, indent=1) + "\n").encode()


def _key(passphrase: str, head: dict[str, Any]) -> bytes:
    if any(not 1 <= int(head[name]) <= most for name, most in MOST.items()):
        raise ValueError("A file that asks for too much")
    return hash_secret_raw(
        passphrase.encode(),
        _bytes(head["salt"]),
        time_cost=head["time"],
        memory_cost=head["memory_kib"],
        parallelism=head["lanes"],
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
