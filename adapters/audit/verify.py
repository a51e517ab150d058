# Verifies an export of Traveler without Traveler: python3 verify.py, in the folder that it was unpacked to.
# It needs nothing but Python 3. The two signatures are verified by OpenSSL: see README.txt.
import base64, hashlib, json, struct, sys


def sha256(data):
    return hashlib.sha256(data).digest()


def column(data):
    return struct.pack(">I", len(data)) + data


def event_hash(event):
    stored = event["stored"]
    numbers = [event["partition"], event["offset"], stored["key"], event["version"], event["schemaVersion"],
               stored["recordedAt"]]
    columns = [struct.pack(">Q", number) for number in numbers]
    columns += [event["stream"].encode(), event["type"].encode(), base64.b64decode(stored["content"])]
    return sha256(bytes.fromhex(event["previous"]) + b"".join(map(column, columns)))


def root_by_proof(leaf, index, size, path):
    node, last = sha256(b"\0" + leaf), size - 1
    for sibling in path:
        if index % 2 or index == last:
            node = sha256(b"\1" + sibling + node)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\1" + node + sibling)
        index, last = index // 2, last // 2
    return node if last == 0 else None


faults, proven, later = [], 0, 0
manifest = open("manifest.txt", encoding="utf-8").read().split("\n\n")[0].split("\n")
for line in manifest:
    digest, _, name = line.partition("  ")
    if name and len(digest) == 64 and sha256(open(name, "rb").read()).hex() != digest:
        faults.append(f"{name} isn't the file of the manifest")

signed = {}
for line in open("checkpoint.txt", encoding="utf-8"):
    words = line.split()
    if words[:1] == ["partition"]:
        signed[int(words[1])] = (int(words[2]), base64.b64decode(words[4]))

for number, line in enumerate(open("events.jsonl", encoding="utf-8"), 1):
    event = json.loads(line)
    size, root = signed[event["partition"]]
    leaf = event_hash(event)
    if leaf.hex() != event["hash"]:
        faults.append(f"events.jsonl, line {number}: the hash isn't that of the event")
    elif event["offset"] > size:
        later += 1
    elif root_by_proof(leaf, event["offset"] - 1, size, map(bytes.fromhex, event.get("proof", []))) != root:
        faults.append(f"events.jsonl, line {number}: the proof doesn't lead to the root that was signed")
    else:
        proven += 1

if f"events {proven + later}" not in manifest:
    faults.append("The manifest speaks of another number of events")
print("\n".join(faults) or f"{proven} events are in the tree whose root checkpoint.txt holds, {later} came after it.")
sys.exit(1 if faults else 0)
