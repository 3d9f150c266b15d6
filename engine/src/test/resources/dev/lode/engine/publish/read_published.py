"""Reads a publication as anybody may, and compares it with what the database has.

Usage: read_published.py FOLDER EXPECTED.csv MIRROR.sqlite FIRST
EXPECTED has a header and the columns partition, key, document. The mirror is filled from the archives when FIRST is 1; otherwise it
goes on by the change feeds alone. Knows nothing of Lode but the documented files.
"""
import base64
import csv
import gzip
import hashlib
import json
import multiprocessing
import os
import sqlite3
import sys
import tarfile
import zlib
from json.encoder import encode_basestring as text

BLOCK = 512
csv.field_size_limit(1 << 30)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def octal(number, digits):
    return b"%0*o" % (digits, number)


# A ustar header as POSIX has it: no owner, mode 644, a fixed time. Before the size, and behind the sum.
MIDDLE = b"0000644\0" + b"0000000\0" + b"0000000\0"
TIME = b"\00002263523000\0"
END = b"0".ljust(101, b"\0") + b"ustar\0" + b"00" + bytes(64) + b"0000000\0" + b"0000000\0" + bytes(167)
FIXED = sum(MIDDLE) + sum(TIME) + 8 * ord(" ") + sum(END)


def header(name, size):
    name = name.encode()
    digits = octal(size, 11)
    total = octal(FIXED + sum(name) + sum(digits), 6)
    return b"".join((name.ljust(100, b"\0"), MIDDLE, digits, TIME, total, b"\0 ", END))


def tar_hash(items):
    """SHA-256 of the tar that holds exactly these items, in this order."""
    digest = hashlib.sha256()
    for key, content in items:
        size = len(content)
        digest.update(b"".join((header(key + ".json", size), content, bytes(-size % BLOCK))))
    digest.update(bytes(2 * BLOCK))
    return digest.hexdigest()


def member_hash(path):
    """SHA-256 of what the one and only gzip member of a file holds."""
    digest = hashlib.sha256()
    member = zlib.decompressobj(31)
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 18), b""):
            assert not member.eof, path
            digest.update(member.decompress(chunk))
    digest.update(member.flush())
    assert member.eof and not member.unused_data, path
    return digest.hexdigest()


def rendered(value, line="\n"):
    """As json.dumps(value, indent=2, ensure_ascii=False), which is slow."""
    deeper = line + "  "
    if isinstance(value, dict):
        inner = ("," + deeper).join([text(key) + ": " + rendered(each, deeper) for key, each in value.items()])
        return "{" + deeper + inner + line + "}" if value else "{}"
    if isinstance(value, list):
        inner = ("," + deeper).join([rendered(each, deeper) for each in value])
        return "[" + deeper + inner + line + "]" if value else "[]"
    return text(value) if isinstance(value, str) else json.dumps(value)


def order(key):
    return (len(key.encode()), key.encode())


def expected(path):
    partitions = {}
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        assert next(rows) == ["partition", "key", "document"]
        for partition, key, document in rows:
            items = partitions.setdefault(partition, {})
            if key:
                assert key not in items, key
                items[key] = rendered(json.loads(document)).encode()
    return partitions


def check_file(folder, file, items, members):
    """Every byte of an archive; by the tarfile module too where that is asked for."""
    path = os.path.join(folder, file["path"])
    with open(path, "rb") as raw:
        assert hashlib.file_digest(raw, "sha256").hexdigest() == file["sha256"], path
    assert os.path.getsize(path) == file["bytes"], path
    assert file["items"] == len(items), (file["partition"], file["items"], len(items))
    if member_hash(path) != tar_hash(items):
        with tarfile.open(path, "r|gz") as archive:
            there = {m.name: archive.extractfile(m).read() for m in archive}
        for key, content in items:
            assert there.get(key + ".json") == content, (path, key, there.get(key + ".json"), content)
        raise AssertionError((path, sorted(there), [key for key, _ in items]))
    if members:
        with tarfile.open(path, "r|gz") as archive:
            assert sum(1 for _ in archive) == len(items), path


def check_archives(folder, manifest, wanted, mirror, first):
    """The archive of all in a process of its own; files that were read by tarfile before are not again."""
    found = {file["partition"]: file for file in manifest["files"]}
    assert sorted(found) == sorted(list(wanted) + ["all"]), (sorted(found), sorted(wanted))
    mirror.execute("CREATE TABLE IF NOT EXISTS read (path PRIMARY KEY)")
    known = {path for (path,) in mirror.execute("SELECT path FROM read")}
    everything = []
    for partition in sorted(wanted, key=lambda p: p.encode("utf-16-be")):
        everything.append((partition, [(key, wanted[partition][key]) for key in sorted(wanted[partition], key=order)]))
    items = [item for _, items in everything for item in items]
    beside = multiprocessing.get_context("fork").Process(
        target=check_file, args=(folder, found["all"], items, first or len(items) < 100_000))
    beside.start()
    for partition, items in everything:
        file = found[partition]
        check_file(folder, file, items, file["path"] not in known)
        mirror.execute("INSERT OR IGNORE INTO read VALUES (?)", (file["path"],))
    beside.join()
    assert beside.exitcode == 0, "the archive of all"


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
    copy = sqlite3.connect(mirror)
    check_archives(folder, manifest, wanted, copy, first == "1")
    follow(folder, manifest, copy, first == "1", wanted)
    print(manifest["generation"], sum(len(items) for items in wanted.values()))


main(*sys.argv[1:])
