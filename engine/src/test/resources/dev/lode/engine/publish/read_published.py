"""Reads a publication as anybody may, and compares it with what the database has.

Usage: read_published.py FOLDER EXPECTED.csv MIRROR.sqlite FIRST
EXPECTED has a header and the columns partition, key, document. The mirror is filled from the archives when FIRST is 1; otherwise it
goes on by the change feeds alone. Knows nothing of Lode but the documented files.
"""
import base64
import csv
import gzip
import hashlib
import io
import json
import os
import sqlite3
import sys
import tarfile

BLOCK = 512
csv.field_size_limit(1 << 30)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def header(name, size):
    """A ustar header as POSIX has it: no owner, mode 644, a fixed time."""
    block = bytearray(BLOCK)

    def put(at, text):
        block[at:at + len(text)] = text.encode()

    put(0, name)
    put(100, "0000644")
    put(108, "0000000")
    put(116, "0000000")
    put(124, "%011o" % size)
    put(136, "02263523000")
    put(148, " " * 8)
    put(156, "0")
    put(257, "ustar")
    put(263, "00")
    put(329, "0000000")
    put(337, "0000000")
    put(148, "%06o\0 " % sum(block))
    return bytes(block)


def tar_hash(items):
    """SHA-256 of the tar that holds exactly these items, in this order."""
    digest = hashlib.sha256()
    for key, content in items:
        digest.update(header(key + ".json", len(content)))
        digest.update(content)
        digest.update(bytes(-len(content) % BLOCK))
    digest.update(bytes(2 * BLOCK))
    return digest.hexdigest()


def order(key):
    return (len(key.encode()), key.encode())


def expected(path):
    partitions = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            items = partitions.setdefault(row["partition"], {})
            if row["key"]:
                assert row["key"] not in items, row["key"]
                document = json.loads(row["document"])
                items[row["key"]] = json.dumps(document, indent=2, ensure_ascii=False).encode()
    return partitions


def check_archives(folder, manifest, wanted):
    found = {file["partition"]: file for file in manifest["files"]}
    assert sorted(found) == sorted(list(wanted) + ["all"]), (sorted(found), sorted(wanted))
    everything = []
    for partition in sorted(wanted, key=lambda p: p.encode("utf-16-be")):
        items = [(key, wanted[partition][key]) for key in sorted(wanted[partition], key=order)]
        everything.append((partition, items))
    everything.append(("all", [item for _, items in everything for item in items]))
    for partition, items in everything:
        file = found[partition]
        path = os.path.join(folder, file["path"])
        with open(path, "rb") as raw:
            assert hashlib.file_digest(raw, "sha256").hexdigest() == file["sha256"], path
        assert os.path.getsize(path) == file["bytes"], path
        assert file["items"] == len(items), (partition, file["items"], len(items))
        digest = hashlib.sha256()
        with gzip.open(path) as archive:
            for chunk in iter(lambda: archive.read(1 << 20), b""):
                digest.update(chunk)
        if digest.hexdigest() != tar_hash(items):
            with tarfile.open(path, "r|gz") as archive:
                there = {m.name: archive.extractfile(m).read() for m in archive}
            for key, content in items:
                assert there.get(key + ".json") == content, (partition, key, there.get(key + ".json"), content)
            raise AssertionError((partition, sorted(there), [key for key, _ in items]))
        with tarfile.open(path, "r|gz") as archive:
            assert sum(1 for _ in archive) == len(items), partition


def check_sums(folder, pointer):
    generation = os.path.dirname(os.path.join(folder, pointer["manifest"]))
    with open(os.path.join(generation, "SHA256SUMS")) as sums:
        for line in sums:
            with open(os.path.join(generation, line[66:].rstrip("\n")), "rb") as file:
                assert hashlib.file_digest(file, "sha256").hexdigest() == line[:64], line


def follow(folder, manifest, mirror, first, wanted):
    mirror.execute("CREATE TABLE IF NOT EXISTS item (partition, key, sha, PRIMARY KEY (partition, key))")
    mirror.execute("CREATE TABLE IF NOT EXISTS state (generation)")
    if first:
        for file in manifest["files"]:
            if file["partition"] == "all":
                continue
            with tarfile.open(os.path.join(folder, file["path"]), "r|gz") as archive:
                for member in archive:
                    content = archive.extractfile(member).read()
                    mirror.execute(
                        "INSERT INTO item VALUES (?, ?, ?)",
                        (file["partition"], member.name.removesuffix(".json"), sha(content)))
        mirror.execute("INSERT INTO state VALUES (?)", (manifest["generation"],))
    (at,) = mirror.execute("SELECT generation FROM state").fetchone()
    feeds = {feed["from"]: feed for feed in manifest["changes"]}
    while at < manifest["generation"]:
        apply(os.path.join(folder, feeds[at]["path"]), mirror)
        at = feeds[at]["to"]
    mirror.execute("UPDATE state SET generation = ?", (at,))
    mirror.commit()
    held = {}
    for partition, key, digest in mirror.execute("SELECT * FROM item"):
        held.setdefault(partition, {})[key] = digest
    for partition, items in wanted.items():
        assert held.pop(partition, {}) == {key: sha(content) for key, content in items.items()}, partition
    assert not held, held


def apply(path, mirror):
    ended = False
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as feed:
        for line in feed:
            change = json.loads(line)
            op = change["op"]
            if op == "upsert":
                content = change["content"].encode() if "content" in change else base64.b64decode(change["content_base64"])
                mirror.execute(
                    "INSERT OR REPLACE INTO item VALUES (?, ?, ?)",
                    (change["partition"], change["key"], sha(content)))
            elif op == "delete":
                gone = mirror.execute(
                    "DELETE FROM item WHERE partition = ? AND key = ?", (change["partition"], change["key"]))
                assert gone.rowcount == 1, line
            elif op == "reset":
                mirror.execute("DELETE FROM item WHERE partition = ?", (change["partition"],))
            ended = op == "end"
    assert ended, path


def main(folder, dump, mirror, first):
    with open(os.path.join(folder, "latest.json")) as file:
        pointer = json.load(file)
    with open(os.path.join(folder, pointer["manifest"])) as file:
        manifest = json.load(file)
    wanted = expected(dump)
    check_sums(folder, pointer)
    check_archives(folder, manifest, wanted)
    follow(folder, manifest, sqlite3.connect(mirror), first == "1", wanted)
    print(manifest["generation"], sum(len(items) for items in wanted.values()))


main(*sys.argv[1:])
