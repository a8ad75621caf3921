#!/usr/bin/env python3
"""Compares what the library crates offer with what is on record.

    tests/surface/run.py            fails if a crate's public items are not those of its file here
    tests/surface/run.py --update   writes the files anew

Each line of `tests/surface/CRATE.txt` is one public item with its signature, so that a change
of what others build on is seen in review. rustdoc's JSON, which says all this, is not stable:
with a compiler that writes another format than the one read here, the check is skipped.
"""

import difflib
import json
import os
import pathlib
import subprocess
import sys

FORMAT = 57
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "surface"
# The test kit is never published, and a program has no items: they promise nothing.
PRIVATE = ["openwork-testkit", "openwork-server"]


class OtherFormat(Exception):
    """rustdoc writes a format that is not read here."""


def main():
    update = sys.argv[1:] == ["--update"]
    differ = False
    describe_all()
    for crate in sorted(path.name for path in (ROOT / "crates").iterdir() if path.name not in PRIVATE):
        try:
            found = "".join(f"{line}\n" for line in Surface(described(crate)).lines())
        except OtherFormat as other:
            print(f"skipped: this compiler's rustdoc writes {other}, and format {FORMAT} is read here")
            return
        record = HERE / f"{crate}.txt"
        known = record.read_text() if record.exists() else ""
        if update:
            record.write_text(found)
        elif found != known:
            differ = True
            lines = difflib.unified_diff(known.splitlines(), found.splitlines(), str(record), crate, "", "", 0, "")
            print("\n".join(lines))
    if differ:
        sys.exit("the public items differ from the record; if they are meant to: tests/surface/run.py --update")


def describe_all():
    """Has rustdoc write its JSON about all crates: one call does several at once."""
    environment = {
        **os.environ,
        # Only the flags are unstable, and only they are let through.
        "RUSTC_BOOTSTRAP": "1",
        "RUSTDOCFLAGS": "-Z unstable-options --output-format json",
        "CARGO_TARGET_DIR": str(TARGET),
    }
    without = [f"--exclude={crate}" for crate in PRIVATE]
    command = ["cargo", "doc", "-q", "--workspace", *without, "--no-deps", "--all-features", "--lib"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def described(crate):
    """The crate as rustdoc's JSON has it."""
    document = json.loads((TARGET / "doc" / f"{crate.replace('-', '_')}.json").read_text())
    if document["format_version"] != FORMAT:
        raise OtherFormat(f"format {document['format_version']}")
    return document


class Surface:
    """The public items of a crate, a line each."""

    def __init__(self, document):
        self.index = document["index"]
        self.root = document["root"]
        self.paths = document["paths"]
        self.found = set()

    def lines(self):
        root = self.item(self.root)
        self.module(root, root["name"])
        return sorted(self.found)

    def item(self, identity):
        return self.index.get(str(identity))

    def module(self, module, path):
        for identity in module["inner"]["module"]["items"]:
            item = self.item(identity)
            if item:
                self.public(item, path)

    def public(self, item, path):
        kind, inner = next(iter(item["inner"].items()))
        if item["visibility"] != "public":
            return
        if kind == "use":
            self.imported(inner, path)
            return
        where = f"{path}::{item['name']}"
        mark = "#[non_exhaustive] " if "non_exhaustive" in item["attrs"] or any("non_exhaustive" in str(a) for a in item["attrs"]) else ""
        if kind == "module":
            self.found.add(f"mod {where}")
            self.module(item, where)
        elif kind == "function":
            self.found.add(f"fn {where}{self.signature(inner)}")
        elif kind == "struct":
            self.found.add(f"{mark}struct {where}{self.generics(inner['generics'])}")
            self.fields(inner["kind"], where)
            self.impls(inner["impls"], where)
        elif kind == "enum":
            self.found.add(f"{mark}enum {where}{self.generics(inner['generics'])}")
            for variant in inner["variants"]:
                self.variant(self.item(variant), where)
            self.impls(inner["impls"], where)
        elif kind == "trait":
            self.found.add(f"trait {where}{self.generics(inner['generics'])}{self.bounds(inner['bounds'])}")
            for identity in inner["items"]:
                self.member(self.item(identity), where)
        elif kind == "type_alias":
            self.found.add(f"type {where} = {self.type(inner['type'])}")
        elif kind == "constant":
            self.found.add(f"const {where}: {self.type(inner['type'])}")
        elif kind == "static":
            self.found.add(f"static {where}: {self.type(inner['type'])}")
        elif kind == "macro":
            self.found.add(f"macro {where}")

    def imported(self, use, path):
        target = self.item(use["id"]) if use["id"] is not None else None
        if target is None:
            self.found.add(f"use {path}::{use['name']} = {use['source']}")
        elif use["is_glob"]:
            self.module(target, path)
        else:
            self.public({**target, "visibility": "public", "name": use["name"]}, path)

    def fields(self, kind, where):
        if "plain" in kind:
            for identity in kind["plain"]["fields"]:
                field = self.item(identity)
                if field and field["visibility"] in ("public", "default"):
                    self.found.add(f"field {where}::{field['name']}: {self.type(field['inner']['struct_field'])}")
        elif "tuple" in kind:
            for place, identity in enumerate(kind["tuple"]):
                field = self.item(identity) if identity is not None else None
                if field and field["visibility"] in ("public", "default"):
                    self.found.add(f"field {where}::{place}: {self.type(field['inner']['struct_field'])}")

    def variant(self, variant, where):
        path = f"{where}::{variant['name']}"
        self.found.add(f"variant {path}")
        kind = variant["inner"]["variant"]["kind"]
        if isinstance(kind, dict):
            if "struct" in kind:
                kind = {"plain": kind["struct"]}
            self.fields(kind, path)

    def impls(self, impls, where):
        for identity in impls:
            item = self.item(identity)
            if item is None:
                continue
            inner = item["inner"]["impl"]
            if inner["is_synthetic"] or inner["blanket_impl"]:
                continue
            if inner["trait"] is None:
                for member in inner["items"]:
                    self.member(self.item(member), where)
            else:
                self.found.add(f"impl {self.path(inner['trait'])} for {where}")

    def member(self, item, where):
        if item is None or item["visibility"] not in ("public", "default"):
            return
        kind, inner = next(iter(item["inner"].items()))
        path = f"{where}::{item['name']}"
        if kind == "function":
            self.found.add(f"fn {path}{self.signature(inner)}")
        elif kind == "assoc_const":
            self.found.add(f"const {path}: {self.type(inner['type'])}")
        elif kind == "assoc_type":
            self.found.add(f"type {path}{self.bounds(inner['bounds'])}")

    def signature(self, function):
        sig, header = function["sig"], function["header"]
        inputs = ", ".join(f"{name}: {self.type(given)}" for name, given in sig["inputs"])
        output = f" -> {self.type(sig['output'])}" if sig["output"] else ""
        marks = "".join(f" {mark}" for mark in ("const", "async") if header[f"is_{mark}"])
        return f"{self.generics(function['generics'])}({inputs}){output}{marks}{self.where(function['generics'])}"

    def generics(self, generics):
        names = []
        for one in generics["params"]:
            kind, inner = next(iter(one["kind"].items()))
            if kind == "type" and inner["is_synthetic"]:
                continue
            bounds = self.bounds(inner["bounds"]) if kind == "type" else ""
            names.append(one["name"] + bounds)
        return f"<{', '.join(names)}>" if names else ""

    def where(self, generics):
        clauses = []
        for clause in generics["where_predicates"]:
            if "bound_predicate" in clause:
                inner = clause["bound_predicate"]
                clauses.append(self.type(inner["type"]) + self.bounds(inner["bounds"]))
        return f" where {', '.join(clauses)}" if clauses else ""

    def bounds(self, bounds):
        texts = [self.bound(bound) for bound in bounds]
        return f": {' + '.join(texts)}" if texts else ""

    def bound(self, bound):
        kind, inner = next(iter(bound.items()))
        if kind == "trait_bound":
            mark = {"none": "", "maybe": "?", "maybe_const": "~const "}[inner["modifier"]]
            return mark + self.path(inner["trait"])
        return str(inner) if kind == "outlives" else f"use<{', '.join(next(iter(a.values())) for a in inner)}>"

    def path(self, path):
        known = self.paths.get(str(path["id"]))
        name = "::".join(known["path"]) if known and known["crate_id"] != 0 else path["path"].rsplit("::", 1)[-1]
        return name + self.arguments(path["args"])

    def arguments(self, arguments):
        if not arguments:
            return ""
        if "parenthesized" in arguments:
            inner = arguments["parenthesized"]
            inputs = ", ".join(map(self.type, inner["inputs"]))
            output = f" -> {self.type(inner['output'])}" if inner["output"] else ""
            return f"({inputs}){output}"
        if "angle_bracketed" not in arguments:
            return ""
        inner = arguments["angle_bracketed"]
        texts = [self.argument(one) for one in inner["args"]]
        for one in inner["constraints"]:
            kind, value = next(iter(one["binding"].items()))
            if kind == "equality":
                value = f" = {self.type(value['type'])}" if "type" in value else ""
            else:
                value = self.bounds(value)
            texts.append(one["name"] + value)
        return f"<{', '.join(texts)}>" if texts else ""

    def argument(self, argument):
        if argument == "infer":
            return "_"
        kind, inner = next(iter(argument.items()))
        return {"type": self.type, "lifetime": str, "const": lambda one: one["expr"]}[kind](inner)

    def type(self, given):
        if given is None:
            return "()"
        if given == "infer":
            return "_"
        kind, inner = next(iter(given.items()))
        if kind == "resolved_path":
            return self.path(inner)
        if kind in ("generic", "primitive"):
            return inner
        if kind == "borrowed_ref":
            lifetime = f"{inner['lifetime']} " if inner["lifetime"] else ""
            return f"&{lifetime}{'mut ' if inner['is_mutable'] else ''}{self.type(inner['type'])}"
        if kind == "tuple":
            return f"({', '.join(map(self.type, inner))})"
        if kind == "slice":
            return f"[{self.type(inner)}]"
        if kind == "array":
            return f"[{self.type(inner['type'])}; {inner['len']}]"
        if kind == "impl_trait":
            return f"impl {' + '.join(map(self.bound, inner))}"
        if kind == "dyn_trait":
            texts = [self.path(one["trait"]) for one in inner["traits"]]
            return f"dyn {' + '.join(texts + ([inner['lifetime']] if inner['lifetime'] else []))}"
        if kind == "qualified_path":
            of = f" as {self.path(inner['trait'])}" if inner["trait"] else ""
            return f"<{self.type(inner['self_type'])}{of}>::{inner['name']}"
        if kind == "function_pointer":
            sig = inner["sig"]
            inputs = ", ".join(self.type(one) for _, one in sig["inputs"])
            return f"fn({inputs})" + (f" -> {self.type(sig['output'])}" if sig["output"] else "")
        return kind


main()
