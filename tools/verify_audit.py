"""Check audit chains taken from a record: no network, nothing but Python 3.8 or later.

    python verify_audit.py tender.jsonl [FILE ...]

Each line of a file is an entry. Its hash covers everything the entry says and the hash before it,
so that nothing can be changed, left out or put in between without every later hash changing. An
entry given as hashes alone is checked for its place in the chain. Exit status: 0 if every chain
holds, 1 if not, 2 if a file cannot be read.
"""

import hashlib
import json
import sys
from pathlib import Path

SAID = ("subject_kind", "subject", "number", "happened_at", "actor", "action", "details")


def main(arguments):
    status = 0
    for name in arguments or ("tender.jsonl",):
        try:
            lines = Path(name).read_text(encoding="utf-8").splitlines()
            entries = [json.loads(line) for line in lines if line]
        except (OSError, ValueError) as error:
            print(f"{name}: cannot be read: {error}")
            return 2
        faults = faults_in(entries)
        for fault in faults:
            print(f"{name}: {fault}")
        if not faults:
            print(f"{name}: {len(entries)} entries hold")
        status = max(status, 1 if faults else 0)
    return status


def faults_in(entries):
    faults, previous = [], "0" * 64
    for expected, entry in enumerate(entries, 1):
        if entry["number"] != expected:
            faults.append(f"entry {expected} is missing")
        if entry["previous_hash"] != previous:
            faults.append(f"entry {expected} does not follow from the entry before it")
        if "action" in entry and entry["hash"] != hash_of(entry):
            faults.append(f"entry {expected} was changed after it was written")
        previous = entry["hash"]
    return faults


def hash_of(entry):
    said = {name: entry[name] for name in (*SAID, "previous_hash")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
