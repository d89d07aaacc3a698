"""Check audit chains taken from a record: no network, nothing but Python 3.8 or later.

    python verify_audit.py tender.jsonl [FILE ...]
    python verify_audit.py --root HASH proof.json [FILE ...]

Each line of a file is an entry. Its hash covers everything the entry says and the hash before it,
so that nothing can be changed, left out or put in between without every later hash changing. An
entry given as hashes alone is checked for its place in the chain.

A proof (flask audit prove) shows that its first entry was in the record when a root was made. HASH
is the root from the message you kept, not one somebody sends with the proof. Exit status: 0 if
everything holds, 1 if not, 2 if a file cannot be read.
"""

import hashlib
import json
import sys
from pathlib import Path

SAID = ("subject_kind", "subject", "number", "happened_at", "actor", "action", "details")
PROOF = "supplier-assurance-audit-proof/1"


def main(arguments):
    status, root = 0, None
    if arguments[:1] == ["--root"]:
        root, arguments = "".join(arguments[1:2]).strip().lower(), arguments[2:]
    for name in arguments or ("tender.jsonl",):
        try:
            text = Path(name).read_text(encoding="utf-8")
            if root is None:
                entries = [json.loads(line) for line in text.splitlines() if line]
                faults, holds = faults_in(entries), f"{len(entries)} entries hold"
            else:
                proof = json.loads(text)
                faults, holds = faults_of_proof(proof, root), what_is_proven(proof)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"{name}: cannot be read: {error!r}")
            return 2
        for fault in faults:
            print(f"{name}: {fault}")
        if not faults:
            print(f"{name}: {holds}")
        status = max(status, 1 if faults else 0)
    return status


def faults_in(entries, first=1, previous="0" * 64):
    faults = []
    for expected, entry in enumerate(entries, first):
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
    return hashlib.sha256(written(said).encode("utf-8")).hexdigest()


def written(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def faults_of_proof(proof, root):
    """A proof holds if its entries follow one another in full and lead to the root one holds."""
    if proof["format"] != PROOF or not proof["entries"]:
        return ["this is no proof"]
    first, head = proof["entries"][0], proof["entries"][-1]
    faults = faults_in(proof["entries"], first["number"], first["previous_hash"])
    for entry in proof["entries"]:
        if "action" not in entry:
            faults.append(f"entry {entry['number']} is left out: nothing is proven")
        if (entry["subject_kind"], entry["subject"]) != (head["subject_kind"], head["subject"]):
            faults.append(f"entry {entry['number']} is of another chain")
    leaf = written([head["subject_kind"], head["subject"], head["number"], head["hash"]])
    hashed = hashlib.sha256(b"\x00" + leaf.encode("utf-8")).digest()
    path = [bytes.fromhex(one) for one in proof["path"]]
    if root_from(hashed, int(proof["place"]), int(proof["chains"]), path) != root:
        faults.append("it does not lead to the root you hold")
    return faults


def root_from(hashed, index, size, path):
    """The root to which a path leads from a leaf (RFC 6962), or nothing if it fits no tree."""
    if not 0 <= index < size:
        return None
    last = size - 1
    while last:
        if index % 2 or index < last:
            if not path:
                return None
            beside, path = path[0], path[1:]
            pair = beside + hashed if index % 2 else hashed + beside
            hashed = hashlib.sha256(b"\x01" + pair).digest()
        index, last = index // 2, last // 2
    return None if path else hashed.hex()


def what_is_proven(proof):
    entry = proof["entries"][0]
    return (
        f"entry {entry['number']} ({entry['action']}, {entry['happened_at']}) was in the record "
        "when the root you hold was made"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
