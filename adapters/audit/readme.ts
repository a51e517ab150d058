// What an export says of itself, to whoever unpacks it without Traveler. Used by `export.ts`.
export const readme = `An export of a Traveler journal

manifest.txt    what this is of, how many events of which streams it holds, and the SHA-256 of each file; signed
events.jsonl    one event a line: to be read, and with the stored bytes, hashes and proof
checkpoint.txt  the signed checkpoint: of each partition its number of events, last hash and Merkle root
rotations/      checkpoints that named another key, if the key was ever changed
public-key.*    the key that signed; compare it with the one that you were given by other means
raw/            messages as they were received, by their SHA-256, as far as they are kept
verify.py       verifies all of this but the signatures, with nothing but Python 3

With Traveler, offline: traveler audit verify FILE.zip --public-key KEY.txt

By hand:
1. The key. public-key.txt must be the line that you were given. public-key.pem is the same key for OpenSSL.
2. The signatures of checkpoint.txt and manifest.txt. What is signed is all up to the empty line, which isn't part of it.
   With OpenSSL 3, for each of the two files:
     sed '/^$/,$d' checkpoint.txt > signed.txt
     grep '^— ' checkpoint.txt | head -1 | cut -d' ' -f3 | base64 -d | tail -c 64 > signature.bin
     openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in signed.txt -sigfile signature.bin
3. The files: sha256sum -c manifest.txt (it passes over the lines that aren't about files).
4. The events: python3 verify.py. What it does for each:
   - Its hash is SHA-256 over the hash of the event before it ("previous", 32 bytes), then each column as a 4-byte
     big-endian length and its bytes: partition, offset, key, version, schemaVersion, recordedAt (milliseconds since 1970),
     each as 8 bytes big-endian; stream and type as UTF-8; content, as it is stored (MessagePack, here in base64).
   - That hash is a leaf of a Merkle tree as RFC 6962 has it: SHA-256 of a zero byte and the hash; a node is SHA-256 of a
     byte of value 1, the left and the right. "proof" holds the siblings from the leaf up; they lead to the root in
     checkpoint.txt, whose lines are: partition, number, events, hash of the last (base64), root (base64).
5. An event without "proof" was recorded after the checkpoint: it is not yet proven. A later export proves it.

"content" is what the stored bytes say. Persons are random ids there; who they are is not part of an export.
`
