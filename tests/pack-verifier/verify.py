#!/usr/bin/env python3
"""A second verifier of evidence packs, in plain Python 3 with its standard library only.

It shares no code with Custos and follows docs/evidence-pack.md alone. It checks the container, the signed trailer, the
ledgers with their Merkle roots, checkpoints and proofs, the id and signature of every observation, the rows and the
counts. It does not evaluate the duties again; custos-verify.mjs does. Signatures are checked by the arithmetic of RFC 8032
in whole numbers: slow (some milliseconds each), and meant for checking only, never for signing.

    python3 verify.py PACK.zip --key KEY_OR_FINGERPRINT [--checkpoint FILE] [--specification DIGEST] [--json]

Exit codes: 0 the pack verifies, 1 it does not, 2 wrong usage or no pack, 3 it is whole and signed, and its specification is
none of those whose digests were given. Without any digest all specifications will do.
"""
import argparse
import base64
import binascii
import csv
import datetime
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib

FORMAT = "custos-evidence-pack/1"
TRAILER = "trailer.dsse.json"
PREDICATE = "urn:custos:predicate:evidence-pack:v1"
HANDOVER = "urn:custos:predicate:key-handover:v1"
CONFORMITY = "urn:custos:predicate:conformity:v1"
RANK = {"fail": 3, "inconclusive": 2, "pass": 1, "not_applicable": 0}
NORMS = ("shall", "should")
FORMATS = ("sarif", "cdx.json", "oscal.json", "csv", "xlsx", "ics.json", "html", "dsse.json")
# Seconds: what was recorded so long before the evaluation was there to be looked at.
CLOCK_SLACK = 15 * 60

EXIT = {"verified": 0, "refused": 1, "not_recomputed": 3}
SENTENCES = {
    "verified": "The pack verifies.",
    "refused": "The pack does NOT verify.",
    "not_recomputed": "The pack is whole and signed. Its specification is NOT one that you gave.",
}


class Refused(Exception):
    """The input is no pack, or was called wrongly: exit code 2."""


# Ed25519 (RFC 8032), points as (X, Y, Z, T).

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m = (y1 - x1) * (y2 - x2) % P
    n = (y1 + x1) * (y2 + x2) % P
    c = 2 * t1 * t2 * D % P
    d = 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(raw):
    if len(raw) != 32:
        return None
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(raw_key, message, signature):
    if len(signature) != 64:
        return False
    key, r = point_of(raw_key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + raw_key + message).digest(), "little") % L
    return point_equal(point_times(s, BASE), point_add(r, point_times(k, key)))


# Keys, envelopes, notes.


class Key:
    def __init__(self, text, until=None):
        found = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", text)
        if not found:
            raise ValueError(f"{text[:60]!r} is no public key")
        typed = base64.b64decode(found[3], validate=True)
        self.name = found[1]
        self.hash = hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        if len(typed) != 33 or typed[0] != 1 or self.hash.hex() != found[2]:
            raise ValueError(f"the public key of {self.name} does not fit its own hash")
        self.raw = typed[1:]
        self.text = text
        self.id = "sha256:" + hashlib.sha256(self.raw).hexdigest()
        self.until = until


def strict_json(data):
    """JSON in which no member stands twice."""

    def once(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member stands twice")
        return dict(pairs)

    return json.loads(data.decode("utf-8"), object_pairs_hook=once)


def from_base64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 in another spelling")
    return data


def open_envelope(envelope, keys):
    """The statement and its payload, with the ids of the keys whose signature holds, and those whose does not."""
    if envelope["payloadType"] != "application/vnd.in-toto+json":
        raise ValueError("it is no in-toto envelope")
    payload = from_base64(envelope["payload"])
    kind = envelope["payloadType"].encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    statement = strict_json(payload)
    good, bad = [], []
    for signature in envelope["signatures"]:
        key = keys.get(signature["keyid"])
        if key is None:
            continue
        late = key.until is not None and seconds(statement["predicate"]["observedAt"]) > seconds(key.until)
        holds = not late and signed_by(key.raw, message, from_base64(signature["sig"]))
        (good if holds else bad).append(key.id)
    return statement, payload, good, bad


def open_checkpoint(note, keys):
    """origin, size, root of a note that at least one key signed."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    if not signatures.endswith("\n"):
        raise ValueError("it is no signed note")
    good = False
    for line in signatures.splitlines():
        found = re.fullmatch(r"— (\S+) ([A-Za-z0-9+/]+={0,2})", line)
        if not found:
            raise ValueError("it is no signed note")
        data = from_base64(found[2])
        for key in keys.values():
            if key.name == found[1] and key.hash == data[:4]:
                if not signed_by(key.raw, text.encode(), data[4:]):
                    raise ValueError(f"the signature of {key.name} does not fit")
                good = True
    if not good:
        raise ValueError("no known key signed it")
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), from_base64(root)


def seconds(instant):
    return datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp()


# The Merkle tree of RFC 6962.


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


class Tree:
    def __init__(self):
        self.peaks = []  # (size, hash), largest first
        self.size = 0

    def append(self, leaf):
        self.size += 1
        node = (1, leaf)
        while self.peaks and self.peaks[-1][0] == node[0]:
            left = self.peaks.pop()
            node = (2 * node[0], node_hash(left[1], node[1]))
        self.peaks.append(node)

    def root(self):
        if not self.peaks:
            return sha256(b"")
        root = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            root = node_hash(left, root)
        return root


def included(leaf, index, size, path, root):
    if index >= size:
        return False
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            return False
        if index % 2 == 1 or index == last:
            node = node_hash(sibling, node)
            while index % 2 == 0 and index != 0:
                index, last = index // 2, last // 2
        else:
            node = node_hash(node, sibling)
        index, last = index // 2, last // 2
    return last == 0 and node == root


# The pack.


class Pack:
    def __init__(self, path, given, checkpoints, specifications):
        self.problems, self.checked = [], []
        self.specifications, self.strange = specifications, False
        self.not_checked = [
            "The evaluation of the duties: this verifier does not run the checks; custos-verify.mjs does.",
            "Whether there are other ledgers; whether statements are true; whether times are right; whose the given key is.",
        ]
        self.given, self.checkpoints = given, checkpoints
        with open(path, "rb") as file:
            self.bytes = file.read()
        if self.bytes[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
            raise Refused(f"{path} is no evidence pack: it does not begin like a zip file")
        self.files, self.order = {}, []
        self.keys, self.trusted = {}, {}

    def problem(self, code, member, message):
        self.problems.append({"code": code, "member": member, "message": str(message)[:500]})

    def held(self, before, sentence):
        """Says what was checked, when nothing was found since there were `before` problems."""
        if len(self.problems) == before:
            self.checked.append(sentence)

    def verify(self):
        if not self.container():
            return
        keys = self.parsed("keys.json")
        if keys is not None:
            self.read_keys(keys)
        trailer = self.trailer()
        manifest = self.parsed("manifest.json")
        if trailer and self.members(trailer):
            self.checked.append("All members are there, once, in order, with the signed SHA-256 and size.")
        if manifest is not None:
            try:
                if trailer:
                    self.agreement(manifest, trailer)
                self.content(manifest, trailer)
            except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
                self.problem("MALFORMED", "manifest.json", f"it is not as the format says: {error!r}")

    def container(self):
        """The directory at the end and the headers before the members say the same, without gaps."""
        data = self.bytes
        end = len(data) - 22
        if end < 0 or data[end : end + 4] != b"PK\x05\x06" or data[end + 20 :] != b"\0\0":
            self.problem("TRUNCATED", None, "the file does not end as a pack does")
            return False
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            self.problem("CONTAINER", None, error)
            return False
        place, entry = 0, archive.start_dir
        for info in archive.infolist():
            name = info.orig_filename
            if name in self.files or name in self.order:
                self.problem("DUPLICATED", name, "the name stands in the file twice")
            size = len(name.encode())
            start = info.header_offset + 30 + size
            form = (20, 8, 8, 0, 33)
            sizes = (info.CRC, info.compress_size, info.file_size)
            listed = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *form, *sizes, size, 0, 0, 0, 0, 0, info.header_offset)
            head = struct.pack("<4s5H3I2H", b"PK\x03\x04", *form, 0, 0, 0, size, 0) + name.encode()
            behind = struct.pack("<4s3I", b"PK\x07\x08", *sizes)
            stop = start + info.compress_size
            if info.header_offset != place:
                self.problem("CONTAINER", name, "it does not stand where the member before it ends")
            if data[entry : entry + 46] != listed:
                self.problem("CONTAINER", name, "its entry in the directory is not of the form")
            if data[info.header_offset : start] != head or data[stop : stop + 16] != behind:
                self.problem("CONTAINER", name, "what stands before and behind it does not fit the directory")
            entry += 46 + size
            place = start + info.compress_size + 16
            self.order.append(name)
            if name in self.files:
                continue
            try:
                unfold = zlib.decompressobj(-15)
                content = unfold.decompress(data[start : start + info.compress_size], max(info.file_size, 1))
                if not unfold.eof and not unfold.unconsumed_tail:
                    content += unfold.flush()
                left = unfold.unconsumed_tail or unfold.unused_data
                if len(content) != info.file_size or zlib.crc32(content) != info.CRC or left:
                    raise ValueError("its content does not unfold to what the zip file says")
                self.files[name] = content
            except (zlib.error, ValueError) as error:
                self.problem("ALTERED", name, error)
        count = len(self.order)
        tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, end - place, place, 0)
        if place != archive.start_dir or entry != end or data[end:] != tail:
            self.problem("CONTAINER", None, "some bytes belong to no member")
        return True

    def parsed(self, name):
        if name not in self.files:
            self.problem("MISSING", name, "the member is not in the pack")
            return None
        try:
            return strict_json(self.files[name])
        except ValueError as error:
            self.problem("MALFORMED", name, error)
            return None

    def read_keys(self, keys):
        try:
            for entry in keys["keys"]:
                key = Key(entry["publicKey"], entry.get("validUntil"))
                self.keys[key.id] = key
            for text in self.given:
                if text.startswith("sha256:"):
                    if text in self.keys:
                        self.trusted[text] = self.keys[text]
                else:
                    key = Key(text)
                    self.trusted[key.id] = self.keys.setdefault(key.id, key)
            self.follow(keys["handovers"])
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            self.problem("MALFORMED", "keys.json", error)

    def follow(self, handovers):
        """From each trusted key to those that it was handed over to, or came from: statements signed by both."""
        for _ in handovers:
            for envelope in handovers:
                content = strict_json(from_base64(envelope["payload"]))["predicate"]["content"]
                both = {key.id: key for key in (Key(content["from"]), Key(content["to"]))}
                statement, _, good, _ = open_envelope(envelope, both)
                if statement["predicateType"] == HANDOVER and set(good) == set(both) and set(both) & set(self.trusted):
                    for key in both.values():
                        self.trusted.setdefault(key.id, self.keys.get(key.id, key))
                    old = self.trusted[Key(content["from"]).id]
                    old.until = old.until or statement["predicate"]["observedAt"]

    def trailer(self):
        if TRAILER not in self.files:
            self.problem("MISSING", TRAILER, "the signed trailer is not in the pack")
            return None
        if self.order[-1] != TRAILER:
            self.problem("REORDERED", TRAILER, "the trailer is not the last member")
        try:
            statement, _, good, bad = open_envelope(strict_json(self.files[TRAILER]), self.trusted)
            content = statement["predicate"]["content"]
            if statement["predicateType"] != PREDICATE or content["format"] != FORMAT:
                raise ValueError("it is no trailer of a pack")
            subjects = {item["name"]: item["digest"]["sha256"] for item in statement["subject"]}
            if len(subjects) != len(statement["subject"]):
                raise ValueError("it names a member twice")
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            self.problem("TRAILER", TRAILER, error)
            return None
        if bad or not good:
            self.problem("SIGNATURE", TRAILER, "no key that was given signed it, or its signature does not hold")
        else:
            self.checked.append(f"The trailer is signed by {good[0]}.")
        return content, subjects, statement["predicate"]["observedAt"]

    def members(self, trailer):
        content, subjects, _ = trailer
        before = len(self.problems)
        there = [name for name in self.order if name != TRAILER]
        for name in there:
            if name not in subjects:
                self.problem("ADDED", name, "the signed trailer does not name it")
        for name, digest in subjects.items():
            if name not in there:
                self.problem("MISSING", name, "the signed trailer names it")
            elif name in self.files and hashlib.sha256(self.files[name]).hexdigest() != digest:
                self.problem("ALTERED", name, "its SHA-256 is not that of the signed trailer")
            elif name in self.files and len(self.files[name]) != content["sizes"].get(name):
                self.problem("COUNTS", name, "its size is not that of the signed trailer")
        stand = [name for name in dict.fromkeys(there) if name in subjects]
        wanted = [name for name in subjects if name in there]
        for name, other in zip(wanted, stand):
            if name != other:
                self.problem("REORDERED", name, "it does not stand where the signed trailer has it")
                break
        if content["members"] != len(subjects) or len(content["sizes"]) != len(subjects):
            self.problem("COUNTS", TRAILER, "the number of members is not that of their names")
        return len(self.problems) == before

    def agreement(self, manifest, trailer):
        """The pack has what every pack has, and nothing that nobody checks."""
        content, subjects, dated = trailer
        wanted = ["README.txt"]
        for info in manifest["ledgers"]:
            wanted += [f"ledgers/{info['name']}.jsonl", f"ledgers/{info['name']}.checkpoint"]
        wanted += ["proofs.jsonl", "keys.json", "specification.json", "assessment.json"]
        wanted += [f"exports/assessment.{ending}" for ending in FORMATS] + ["manifest.json"]
        for name in wanted:
            if name not in subjects:
                self.problem("MISSING", name, "every pack has it; the signed trailer does not name it")
        for name in subjects:
            if name not in wanted:
                self.problem("ADDED", name, "no pack has such a member")
        here = [name for name in wanted if name in subjects]
        for name, other in zip(here, [name for name in subjects if name in wanted]):
            if name != other:
                self.problem("REORDERED", name, "the trailer has it in another place than packs do")
                break
        if manifest["ledgers"][0]["name"] != "system":
            self.problem("MISSING", "ledgers/system.jsonl", "the system's own ledger comes first")
        if len(manifest["ledgers"]) > 1:
            own, shared = (info["origin"] for info in manifest["ledgers"][:2])
            if not own.startswith(shared + "/"):
                self.problem("LEDGER", "ledgers/organisation.jsonl", f"{own} is of no system of {shared}")
        if dated != manifest["evaluatedAt"]:
            self.problem("TRAILER", TRAILER, "it is dated otherwise than the assessment")
        if content["assessment"] != manifest["assessment"] or content["specification"] != manifest["standard"]["digest"]:
            self.problem("COUNTS", TRAILER, "it names another assessment or specification than the manifest")

    def basis(self, manifest, ledgers):
        """From how much of the ledgers the assessment was computed."""
        evaluated = seconds(manifest["evaluatedAt"])
        until = manifest.get("observedUntil")
        if until is not None:
            if seconds(until) < evaluated:
                self.problem("COUNTS", "manifest.json", "it leaves out evidence observed before the evaluation")
            self.not_checked.append(f"Evidence that was observed after {until}: it was left out.")
        for info, ledger in ledgers:
            if not ledger.later:
                continue
            hidden = sum(seconds(at) < evaluated - CLOCK_SLACK for at in ledger.later)
            if hidden:
                member = f"ledgers/{info['name']}.jsonl"
                self.problem("COUNTS", member, f"{hidden} observations that were recorded before the evaluation are left out")
            self.not_checked.append(f"{len(ledger.later)} observations in {info['origin']} that were recorded later.")
        assessment = strict_json(self.files["assessment.json"]) if "assessment.json" in self.files else None
        if assessment is None or not ledgers:
            return
        info, ledger = ledgers[0]
        size, root = assessment["ledger"]["size"], assessment["ledger"]["root"]
        if size != info["evaluated"]:
            self.problem("COUNTS", "assessment.json", "it names another size of the ledger than the manifest")
        if root is not None and (size not in ledger.roots or root != "sha256:" + ledger.roots[size].hex()):
            self.problem("CHECKPOINT", "assessment.json", "it names another Merkle root than the ledger has")
        used = {item for row in assessment["provisions"] for duty in row["duties"] for item in duty["observations"]}
        there = {identity for _, each in ledgers for identity in each.ids}
        if len(ledgers) == len(manifest["ledgers"]) and used - there:
            self.problem("OBSERVATION", "assessment.json", f"{len(used - there)} observations are in no ledger")

    def content(self, manifest, trailer):
        roots, leaves, seen, complete = {}, {}, {}, True
        ledgers, producers = [], False
        names = [info["name"] for info in manifest["ledgers"]]
        if len(set(names)) != len(names):
            self.problem("COUNTS", "manifest.json", "a ledger stands twice")
        for info in manifest["ledgers"]:
            member = f"ledgers/{info['name']}.jsonl"
            if member not in self.files:
                self.problem("MISSING", member, "the manifest names this ledger")
                complete = False
                continue
            ledger = Ledger(self, member, info)
            roots[info["name"]] = (ledger.tree.size, ledger.tree.root())
            leaves[info["name"]] = ledger.leaves
            seen |= ledger.evaluated
            ledgers.append((info, ledger))
            producers = producers or ledger.producers
            self.own_checkpoint(info, ledger)
        for note in self.checkpoints:
            if note.split("\n")[0] not in [info["origin"] for info in manifest["ledgers"]]:
                self.problem("CHECKPOINT", None, "the kept checkpoint is of a ledger that the pack does not hold")
        self.proofs(manifest, roots, leaves)
        self.basis(manifest, ledgers)
        self.rows(manifest)
        self.counts(manifest, trailer)
        opened, signed = len(seen), sum(seen.values())
        if producers or "observedUntil" in manifest:
            self.not_checked.append("The number of verified observations: tools have keys of their own, or evidence was selected.")
        elif complete and manifest["counts"]["observations"] != {
            "total": opened,
            "verified": signed,
            "unverified": opened - signed,
        }:
            self.problem("COUNTS", "manifest.json", f"{signed} of {opened} observations are signed by known keys")
        self.checked.append(f"{signed} of {opened} observations are signed by keys that the signer of the trailer names.")

    def own_checkpoint(self, info, ledger):
        member = f"ledgers/{info['name']}.checkpoint"
        if member not in self.files:
            self.problem("MISSING", member, "the checkpoint by itself is not in the pack")
        elif self.files[member].decode("utf-8", "replace") != ledger.note:
            self.problem("CHECKPOINT", member, "it is another one than at the end of the ledger")
        for note in self.checkpoints:
            if note.split("\n")[0] != info["origin"]:
                continue
            try:
                _, size, root = open_checkpoint(note, self.keys)
                if ledger.roots.get(size) != root:
                    raise ValueError("the ledger does not go on from the kept checkpoint")
                self.checked.append(f"The ledger {info['origin']} goes on from the checkpoint of {size} entries.")
            except (ValueError, binascii.Error) as error:
                self.problem("LEDGER", f"ledgers/{info['name']}.jsonl", error)

    def proofs(self, manifest, roots, leaves):
        if "proofs.jsonl" not in self.files:
            return
        wanted = {(name, index) for name, found in leaves.items() for index in found}
        count, before = 0, len(self.problems)
        for number, line in enumerate(self.files["proofs.jsonl"].split(b"\n"), 1):
            if not line:
                continue
            try:
                proof = strict_json(line)
                place = (proof["ledger"], proof["index"])
                size, root = roots[proof["ledger"]]
                identity, leaf = leaves[proof["ledger"]][proof["index"]]
                if identity != proof["id"] or place not in wanted:
                    raise ValueError("there is no such observation, or its proof stands twice")
                wanted.discard(place)
                if not included(leaf, proof["index"], size, [from_base64(part) for part in proof["path"]], root):
                    raise ValueError("the path does not lead to the root")
                count += 1
            except (KeyError, TypeError, ValueError, binascii.Error) as error:
                self.problem("PROOF", "proofs.jsonl", f"line {number}: {error}")
        if wanted:
            self.problem("PROOF", "proofs.jsonl", f"{len(wanted)} observations have no proof, such as {min(wanted)}")
        self.held(before, f"{count} inclusion proofs lead to the signed roots.")

    def rows(self, manifest):
        specification, assessment = self.parsed("specification.json"), self.parsed("assessment.json")
        if specification is None or assessment is None:
            return
        before = len(self.problems)
        digest = "sha256:" + hashlib.sha256(self.files["specification.json"]).hexdigest()
        if digest != manifest["standard"]["digest"] or assessment["specification"]["digest"] != digest:
            self.problem("SPECIFICATION", "specification.json", f"its SHA-256 is {digest}, which nobody names")
        self.compare_specification(digest)
        if manifest["assessment"] != "sha256:" + hashlib.sha256(self.files["assessment.json"]).hexdigest():
            self.problem("COUNTS", "manifest.json", "it names another assessment")
        wanted = {row["id"]: [duty["id"] for duty in row["duties"]] for row in specification["provisions"]}
        if specification["standard"].startswith("ETSI EN 304 223") and (
            len(wanted) != 72 or sum(map(len, wanted.values())) != 133
        ):
            self.problem("ROWS", "specification.json", "EN 304 223 has 72 provisions and 133 duties")
        for member, rows in (("manifest.json", manifest["rows"]), ("assessment.json", assessment["provisions"])):
            self.check_rows(member, rows, wanted)
        told = {
            (row["id"], norm): row[norm] for row in assessment["provisions"] for norm in NORMS
        } | {duty["id"]: duty["verdict"] for row in assessment["provisions"] for duty in row["duties"]}
        ours = {(row["id"], norm): row[norm] for row in manifest["rows"] for norm in NORMS} | {
            duty["id"]: duty["verdict"] for row in manifest["rows"] for duty in row["duties"]
        }
        for subject in told.keys() | ours.keys():
            if told.get(subject) != ours.get(subject):
                self.problem("ROWS", "manifest.json", f"{subject}: {ours.get(subject)}; the assessment says {told.get(subject)}")
        self.assessment_counts(assessment)
        self.held(before, f"{len(wanted)} provisions have a row, with the worst of their duties for each verb.")
        self.exports(told)

    def compare_specification(self, digest):
        if digest in self.specifications:
            self.checked.append(f"The specification is one whose digest you gave ({digest}).")
        elif not self.specifications:
            self.not_checked.insert(0, f"Whether the specification ({digest}) is the one that you expect: give its digest with --specification.")
        else:
            self.strange = True
            self.not_checked.insert(0, f"WHETHER THE DUTIES AND LIMITS ARE THOSE THAT YOU EXPECT: the specification ({digest}) is none that you gave.")

    def outcome(self):
        if self.problems:
            return "refused"
        return "not_recomputed" if self.strange else "verified"

    def check_rows(self, member, rows, wanted):
        seen = set()
        for row in rows:
            if row["id"] in seen:
                self.problem("ROWS", member, f"row {row['id']} stands twice")
            seen.add(row["id"])
            if wanted.get(row["id"]) != [duty["id"] for duty in row["duties"]]:
                self.problem("ROWS", member, f"row {row['id']} has other duties than the provision")
            for norm in NORMS:
                verdicts = [duty["verdict"] for duty in row["duties"] if duty["norm"] == norm]
                rolled = max(verdicts, key=RANK.__getitem__) if verdicts else None
                if row[norm] != rolled:
                    self.problem("ROWS", member, f"row {row['id']} says {norm}: {row[norm]}; its duties give {rolled}")
        for missing in wanted.keys() - seen:
            self.problem("ROWS", member, f"row {missing} is missing")

    def assessment_counts(self, assessment):
        counts = {norm: dict.fromkeys([*RANK, "waived"], 0) for norm in NORMS}
        for row in assessment["provisions"]:
            for duty in row["duties"]:
                counts[duty["norm"]][duty["verdict"]] += 1
                counts[duty["norm"]]["waived"] += duty["waived"]
        if counts != assessment["counts"]:
            self.problem("COUNTS", "assessment.json", "the counts are not those of its duties")

    def exports(self, told):
        """The formats that a standard library reads tell the same verdicts."""
        def compare(member, verdicts):
            wrong = [subject for subject in told if verdicts.get(subject) != told[subject]]
            if wrong:
                self.problem("EXPORT", member, f"it tells another verdict of {wrong[0]}")

        def table(member):
            verdicts = {}
            for row in csv.DictReader(io.StringIO(self.files[member].decode("utf-8"), newline="")):
                verdicts[row["duty"]] = row["verdict"]
                for norm in NORMS:
                    value = row[f"provision_{norm}"]
                    verdicts[(row["provision"], norm)] = None if value == "none" else value
            return verdicts

        def sarif(member):
            listed = strict_json(self.files[member])["runs"][0]["properties"]["verdicts"]
            rows = {(row, norm): value[norm] for row, value in listed["provisions"].items() for norm in NORMS}
            return rows | listed["duties"]

        def cyclonedx(member):
            verdicts = dict.fromkeys(told)
            for attestation in strict_json(self.files[member])["declarations"]["attestations"]:
                for entry in attestation["map"]:
                    kind, identity, *norm = entry["requirement"].split(":")
                    verdicts[(identity, norm[0]) if kind == "provision" else identity] = entry["conformance"]["rationale"]
            return verdicts

        def oscal(member):
            verdicts = dict.fromkeys(told)
            for finding in strict_json(self.files[member])["assessment-results"]["results"][0]["findings"]:
                props = {prop["name"]: prop["value"] for prop in finding["props"]}
                verdicts[props["duty"] if "duty" in props else (props["provision"], props["verb"])] = props["verdict"]
            return verdicts

        def statements(rows, identity, duty):
            verdicts = {(row[identity], norm): row[norm] for row in rows for norm in NORMS}
            return verdicts | {item[duty]: item["verdict"] for row in rows for item in row["duties"]}

        def in_toto(member):
            statement, _, good, bad = open_envelope(strict_json(self.files[member]), self.keys)
            if bad or not good:
                self.problem("SIGNATURE", member, "its signature does not hold")
            digest = hashlib.sha256(self.files["assessment.json"]).hexdigest()
            if statement["predicateType"] != CONFORMITY or statement["subject"][0]["digest"]["sha256"] != digest:
                self.problem("EXPORT", member, "it is about another assessment")
            return statements(statement["predicate"]["content"]["provisions"], "id", "id")

        readers = {
            "exports/assessment.csv": table,
            "exports/assessment.sarif": sarif,
            "exports/assessment.cdx.json": cyclonedx,
            "exports/assessment.oscal.json": oscal,
            "exports/assessment.ics.json": lambda member: statements(
                strict_json(self.files[member])["ics"], "provision", "duty"
            ),
            "exports/assessment.dsse.json": in_toto,
        }
        before = len(self.problems)
        for member, reader in readers.items():
            if member not in self.files:
                continue
            try:
                compare(member, reader(member))
            except (KeyError, TypeError, ValueError, IndexError, binascii.Error) as error:
                self.problem("EXPORT", member, f"it can't be read: {error!r}")
        self.held(before, "CSV, SARIF, CycloneDX, OSCAL, ICS and in-toto tell the verdicts of the assessment.")
        self.not_checked.append("XLSX and HTML beyond their digests; the words of the other exports.")

    def counts(self, manifest, trailer):
        counts = manifest["counts"]
        rows = manifest["rows"]
        wanted = {
            "provisions": len(rows),
            "duties": sum(len(row["duties"]) for row in rows),
            "entries": sum(info["size"] for info in manifest["ledgers"]),
            "proofs": sum(info["observations"] for info in manifest["ledgers"]),
        }
        if "assessment.json" in self.files:
            assessment = strict_json(self.files["assessment.json"])
            wanted |= {
                "verdicts": assessment["counts"],
                "assets": len(assessment["inventory"]["assets"]),
                "findings": len(assessment["findings"]),
                "unknowns": len(assessment["unknowns"]),
                "observationsUsed": len(
                    {item for row in assessment["provisions"] for duty in row["duties"] for item in duty["observations"]}
                ),
            }
            named = {"system": "system", "standard": "specification", "evaluatedAt": "evaluatedAt", "fingerprint": "fingerprint"}
            for ours, theirs in named.items():
                if manifest[ours] != assessment[theirs]:
                    self.problem("COUNTS", "manifest.json", f"it names another {ours} than the assessment")
        for name, value in wanted.items():
            if counts.get(name) != value:
                self.problem("COUNTS", "manifest.json", f"it counts {name}: {counts.get(name)}; there are {value}")
        if trailer and (trailer[0]["counts"] != counts or trailer[0]["ledgers"] != manifest["ledgers"]):
            self.problem("COUNTS", TRAILER, "the signed counts are not those of the manifest")


ENTRY = re.compile(rb'\{(?:"envelope":\{.*?\]\},)?"hash":"([^"]*)","index":(\d+),"leaf":(\{.*\})\}', re.DOTALL)


class Ledger:
    """One export (custos-ledger-export/1), read line by line."""

    def __init__(self, pack, member, info):
        self.pack, self.member = pack, member
        self.tree, self.roots, self.leaves = Tree(), {}, {}
        # Of each observation that was looked at, whether its signature holds.
        self.evaluated, self.producers, self.note = {}, False, ""
        # Ids of what was evaluated, and times of recording of what was not.
        self.ids, self.later = set(), []
        self.observations = self.acts = 0
        lines = pack.files[member].split(b"\n")
        if lines[-1] != b"":
            self.problem(len(lines), "TRUNCATED: the line is cut off")
        header, ended, before = {}, False, len(pack.problems)
        for number, line in enumerate(lines[:-1], 1):
            try:
                value = strict_json(line)
                if number == 1:
                    header = value
                    if value["format"] != "custos-ledger-export/1" or value["origin"] != info["origin"]:
                        raise ValueError("it is no export of the ledger that the manifest names")
                elif ended:
                    raise ValueError("something stands behind the last line")
                elif "checkpoint" in value:
                    self.checkpoint(value, header)
                    ended = value.get("end", False)
                else:
                    self.entry(line, value, info)
            except (KeyError, TypeError, ValueError, binascii.Error) as error:
                self.problem(number, error)
        if not ended:
            self.problem(len(lines), "TRUNCATED: the last line with the signed checkpoint is missing")
        root = None if self.tree.size == 0 else "sha256:" + self.tree.root().hex()
        found = (self.tree.size, root, self.observations, self.acts)
        if found != (info["size"], info["root"], info["observations"], info["acts"]):
            pack.problem("COUNTS", member, f"the manifest says otherwise than {found}")
        if info["evaluated"] > self.tree.size:
            pack.problem("COUNTS", member, "the assessment rests on more entries than there are")
        pack.held(before, f"The {self.tree.size} entries of {info['origin']} make the signed root.")

    def problem(self, number, error):
        self.pack.problem("LEDGER", self.member, f"line {number}: {error}")

    def checkpoint(self, value, header):
        origin, size, root = open_checkpoint(value["checkpoint"], self.pack.keys)
        if origin != header["origin"] or size != self.tree.size or root != self.tree.root():
            raise ValueError("the entries before it do not make the signed root")
        if value.get("end") and value["size"] != size:
            raise ValueError("it says another size than its checkpoint")
        self.note = value["checkpoint"]

    def entry(self, line, value, info):
        parts = ENTRY.fullmatch(line)
        if not parts:
            raise ValueError("it is no entry")
        leaf = leaf_hash(parts[3])
        index = value["index"]
        if index != self.tree.size:
            raise ValueError(f"entry {index} stands in the place of {self.tree.size}: something is missing, moved or there twice")
        self.tree.append(leaf)
        self.roots[self.tree.size] = self.tree.root()
        if from_base64(value["hash"]) != leaf:
            raise ValueError(f"entry {index} does not fit its hash")
        if value["leaf"]["kind"] == "act":
            self.acts += 1
            self.producers = self.producers or value["leaf"]["act"]["type"].startswith("producer.")
            return
        self.observations += 1
        identity = value["leaf"]["id"]
        self.leaves[index] = (identity, leaf)
        statement, payload, good, bad = open_envelope(value["envelope"], self.pack.keys)
        if identity != "sha256:" + hashlib.sha256(payload).hexdigest():
            raise ValueError(f"the statement of entry {index} does not fit its id")
        if index < info["evaluated"]:
            self.ids.add(identity)
            self.evaluated[identity] = bool(good) and not bad
        else:
            self.later.append(value["leaf"]["at"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack")
    parser.add_argument("--key", action="append", required=True)
    parser.add_argument("--checkpoint", action="append", default=[])
    parser.add_argument("--specification", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        notes = []
        for path in given.checkpoint:
            with open(path, encoding="utf-8") as file:
                notes.append(file.read())
        pack = Pack(given.pack, given.key, notes, given.specification)
    except (OSError, UnicodeDecodeError, Refused) as error:
        sys.stderr.write(f"verify: {error}\n")
        return 2
    pack.verify()
    outcome = pack.outcome()
    report = {"outcome": outcome, "ok": outcome == "verified", "checked": pack.checked, "notChecked": pack.not_checked, "problems": pack.problems}
    if given.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print("Checked:", *pack.checked, "Not checked:", *pack.not_checked, sep="\n  - ")
        for problem in pack.problems:
            print(f"PROBLEM {problem['member'] or 'the file'}: {problem['code']}: {problem['message']}")
        print(SENTENCES[outcome])
    return EXIT[outcome]


if __name__ == "__main__":
    sys.exit(main())
