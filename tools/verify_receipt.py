"""Check a receipt against the bid it was given for: no network, nothing but Python 3.8 or later.

    python verify_receipt.py receipt-1.json bid-1.json [FILE ...] [--published commitments.json]

Both JSON files come from the receipt's page. FILEs are your own copies of the files you attached;
each is compared with the fingerprint in the bid. The list of commitments is published once the
bids are opened. Exit status: 0 if all agrees, 1 if not, 2 if a file cannot be read.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

FORMAT = "supplier-assurance-receipt/1"
PUBLISHED_FORMAT = "supplier-assurance-commitments/1"
SAID_WHEN_HANDING_IN = ("number", "declared_by", "terms")


class Unreadable(Exception):
    """A file is not what was expected; the message says which and why."""


def main(arguments):
    arguments, published = list(arguments), None
    if "--published" in arguments[:-1]:
        place = arguments.index("--published")
        published = Path(arguments.pop(place + 1))
        del arguments[place]
    if len(arguments) < 2 or any(argument.startswith("--") for argument in arguments):
        print(__doc__)
        return 2
    receipt_path, bid_path, *copies = (Path(argument) for argument in arguments)
    try:
        receipt = read_receipt(receipt_path)
        bid_bytes = read_bytes(bid_path)
        bid = read_bid(bid_path, bid_bytes)
        findings = [*check_bid(receipt, bid, bid_bytes), *check_files(receipt, bid, copies)]
        if published:
            findings.append(check_published(receipt, read_json(published, read_bytes(published))))
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    for agrees, sentence in findings:
        print({True: "yes  ", False: "NO   ", None: "skip "}[agrees] + sentence)
    if any(agrees is False for agrees, _sentence in findings):
        print("\nSomething does not agree: see the lines that begin with NO.")
        return 1
    print(
        f"\nThis is version {receipt.get('number')} of the bid"
        f" for tender {receipt.get('reference')},"
        f"\nwhich arrived at {receipt.get('arrived_at')} (UTC) according to the receipt."
        f"\nIn the service's record it is entry {receipt.get('audit_entry')}."
    )
    return 0


def read_bytes(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None


def read_json(path, content):
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable(f"{path}: this is not the JSON file you downloaded") from None
    if not isinstance(found, dict):
        raise Unreadable(f"{path}: this is not the JSON file you downloaded")
    return found


def read_receipt(path):
    receipt = read_json(path, read_bytes(path))
    if receipt.get("format") != FORMAT:
        raise Unreadable(f"{path}: this is not a receipt (its format is not {FORMAT})")
    for name in ("salt", "commitment", "content_hash"):
        value = receipt.get(name)
        if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
            raise Unreadable(f"{path}: ‘{name}’ is not 64 hexadecimal digits")
    return receipt


def read_bid(path, content):
    bid = read_json(path, content)
    if not isinstance(bid.get("evidence", []), list):
        raise Unreadable(f"{path}: ‘evidence’ is not a list")
    return bid


def check_bid(receipt, bid, content):
    """Yield whether the bid is the one the receipt is for, by both fingerprints and by name."""
    committed = hashlib.sha256(bytes.fromhex(receipt["salt"]) + content).hexdigest()
    words = "the commitment is that of the salt and this bid, byte for byte"
    yield committed == receipt["commitment"], words
    said = {name: value for name, value in bid.items() if name not in SAID_WHEN_HANDING_IN}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # Receipts of the first editions give the fingerprint of the whole text instead.
    plain = [hashlib.sha256(each).hexdigest() for each in (text.encode(errors="replace"), content)]
    yield receipt["content_hash"] in plain, "the content hash agrees"
    for name, words in (("bid", "name"), ("number", "version"), ("questionnaire", "questions")):
        yield bid.get(name) == receipt.get(name), f"receipt and bid give the same {words}"


def check_files(receipt, bid, copies):
    """Yield whether the lists agree, and of each copy whether it was attached; None without one."""
    attached = {
        entry.get("sha256"): entry.get("name")
        for entry in bid.get("evidence", [])
        if isinstance(entry, dict)
    }
    if isinstance(receipt.get("files"), list):
        listed = {entry.get("sha256") for entry in receipt["files"] if isinstance(entry, dict)}
        yield listed == set(attached), "receipt and bid list the same files"
    seen = set()
    for copy in copies:
        fingerprint = hashlib.sha256(read_bytes(copy)).hexdigest()
        seen.add(fingerprint)
        if fingerprint in attached:
            yield True, f"{copy.name} is the file attached as {shown(attached[fingerprint])}"
        else:
            yield False, f"{copy.name} is none of the files attached"
    for fingerprint, name in attached.items():
        if fingerprint not in seen:
            yield None, f"not compared, for you gave no copy: {shown(name)}"


def check_published(receipt, published):
    """Return whether the list is of this tender and names the commitment."""
    names, late = published.get("commitments"), published.get("late", [])
    right = published.get("format") == PUBLISHED_FORMAT and isinstance(names, list)
    is_there = right and published.get("tender") == receipt.get("tender")
    if is_there and isinstance(late, list) and receipt["commitment"] in late:
        return True, "the commitment is on the published list of late bids"
    words = "the commitment is on the published list (one of a version replaced is not)"
    return is_there and receipt["commitment"] in names, words


def shown(name):
    """Return a file's name without what could confuse a terminal."""
    return "".join(character if character.isprintable() else "?" for character in str(name))


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
