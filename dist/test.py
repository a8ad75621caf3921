#!/usr/bin/env python3
"""What can be said of a release without building one."""

import contextlib
import io
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import again
import build
import compiler
import mingw
import papers
from targets import TARGETS

ROOT = compiler.DIST.parent

# In the place of cargo: writes what it is to install where it is to lie, and adds to
# what is there.
INSTALLS = """#!/bin/sh
[ "$1 $2 $3 $5" = "install --quiet --locked --root" ] || exit 1
mkdir -p "$6/bin" && echo "$4" >> "$6/bin/cargo-cyclonedx"
"""


class Place(unittest.TestCase):
    """A directory for each test."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)

    def write(self, name, text):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Names(unittest.TestCase):
    def test_files_are_called_as_the_app_looks_for_them(self):
        self.assertEqual(
            [target.file() for target in TARGETS],
            [
                "openwork-server-x86_64-unknown-linux-gnu",
                "openwork-server-aarch64-unknown-linux-gnu",
                "openwork-server-x86_64-pc-windows-gnu.exe",
                "openwork-server-aarch64-apple-darwin",
                "openwork-server-x86_64-apple-darwin",
            ],
        )

    def test_the_windows_program_is_called_what_it_is(self):
        windows = next(target for target in TARGETS if target.windows)
        self.assertEqual(windows.file(native=True), "openwork-server-x86_64-pc-windows-msvc.exe")


class Building(Place):
    def test_of_two_paths_that_fit_the_longer_one_counts(self):
        environment = {"RUSTC": str(self.write("rustc", "#!/bin/sh\necho /s\n")), "CARGO_HOME": "/w/home"}
        os.chmod(environment["RUSTC"], 0o755)
        flags = compiler.paths("/w", "/w/target", environment)
        self.assertEqual(
            flags,
            [
                "--remap-path-prefix=/w=/openwork",
                "--remap-path-prefix=/w/home=/cargo",
                "--remap-path-prefix=/w/target=/target",
                "--remap-path-prefix=/s/lib/rustlib/src/rust=/rust",
            ],
        )

    def test_flags_of_the_caller_do_not_get_in(self):
        with mock.patch.dict(os.environ, {"RUSTFLAGS": "-C target-cpu=native"}):
            self.assertNotIn("RUSTFLAGS", compiler.base(ROOT, self.place))

    def test_a_missing_tool_is_named_with_the_way_to_have_it(self):
        with self.assertRaises(compiler.Missing) as raised:
            compiler.require(["gcc-x"], [self.place / "absent"])
        self.assertEqual(
            str(raised.exception), "needed here: apt-get install --no-install-recommends gcc-x"
        )

    def test_a_large_program_is_refused(self):
        small, large = self.write("small", ""), self.write("large", "")
        os.truncate(small, 10_500_000)
        os.truncate(large, 10_500_001)
        self.assertEqual(build.oversized(small), [])
        self.assertEqual(build.oversized(large), ["large has 10500001 bytes, of 10500000 at most"])


class Linking(Place):
    def test_directories_are_named_by_when_they_are_first_named(self):
        library, other = self.write("z/deps/liba.rlib", "a"), self.write("b/libb.a", "b")
        links = self.place / "links"
        links.mkdir()
        made = library.parent / "program.exe"
        arguments = ["-Wl,--gc-sections", str(library), "-L", str(other.parent), "-lb", str(other), "-o", str(made)]
        self.assertEqual(
            mingw.neutral(arguments, links),
            ["-Wl,--gc-sections", "000/liba.rlib", "-L", "001", "-lb", "001/libb.a", "-o", "000/program.exe"],
        )
        self.assertEqual((links / "000/liba.rlib").read_text(), "a")
        self.assertEqual((links / "001/libb.a").read_text(), "b")

    def test_the_linker_runs_beside_the_links_and_its_end_is_passed_on(self):
        linker = self.write("linker", '#!/bin/sh\ncat "$1" && exit 3\n')
        linker.chmod(0o755)
        given = self.write("given", "")
        with mock.patch.object(mingw, "LINKER", linker), mock.patch.object(mingw.sys, "argv", ["", str(given)]):
            self.assertEqual(mingw.main(), 3)


class Twice(Place):
    def differing(self, second):
        """Compares with a second build that makes these bytes."""
        target = TARGETS[0]
        out = self.place / "out"
        self.write(f"out/{target.file()}", "program")
        self.write(f"out/{papers.BILL}", "bill")
        made = self.write("second", second)
        with (
            mock.patch.object(again, "build", lambda *_: made),
            mock.patch.object(papers, "bill", lambda _: "bill"),
        ):
            return again.differing(ROOT, out, [target], native=False)

    def test_the_same_bytes_pass(self):
        self.assertEqual(self.differing("program"), [])

    def test_other_bytes_are_told(self):
        self.assertEqual(
            self.differing("Program"),
            ["openwork-server-x86_64-unknown-linux-gnu differs in a second build"],
        )

    def test_the_copy_has_what_git_would_keep(self):
        tree, copy = self.place / "tree", self.place / "copy"
        self.write("tree/.gitignore", "made\n")
        self.write("tree/made/program", "")
        self.write("tree/a/new", "new")
        subprocess.run(["git", "init", "-q", tree], check=True)
        again.copy(tree, copy)
        kept = sorted(str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file())
        self.assertEqual(kept, [".gitignore", "a/new"])


class Papers(Place):
    def programs(self, *names):
        for name in names:
            self.write(name, name)

    def test_sums_are_of_programs_and_the_bill(self):
        self.programs("openwork-server-b", "openwork-server-a", papers.BILL, papers.FORMULA)
        (self.place / papers.SUMS).write_text(papers.sums(self.place))
        checked = subprocess.run(
            ["sha256sum", "--check", papers.SUMS], cwd=self.place, capture_output=True, text=True, check=False
        )
        self.assertEqual(
            checked.stdout,
            "openwork-server-a: OK\nopenwork-server-b: OK\nopenwork-server.cdx.json: OK\n",
        )

    def test_the_formula_has_the_sum_of_each_program(self):
        self.programs(*[target.file() for target in TARGETS])
        template = (compiler.DIST / "openwork-server.rb.in").read_text()
        filled = papers.formula(template, "1.2.3", self.place)
        self.assertNotIn("@", filled)
        self.assertIn('version "1.2.3"', filled)
        for target in TARGETS:
            if not target.windows:
                offered = f'/{target.file()}"\n      sha256 "{papers.digest(self.place / target.file())}"'
                self.assertIn(offered, filled)

    def test_no_formula_offers_what_is_not_there(self):
        self.programs(TARGETS[0].file())
        self.assertIsNone(papers.formula("@VERSION@", "1.2.3", self.place))

    def test_without_its_tool_the_bill_is_missed_and_the_rest_written(self):
        self.programs(TARGETS[0].file())
        with (
            mock.patch.dict(os.environ, {"PATH": ""}),
            mock.patch.object(papers, "DIST", self.place / "dist"),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            (self.place / "dist").mkdir()
            (self.place / f"dist/{papers.FORMULA}.in").write_text("")
            problems = papers.write(ROOT, self.place)
        self.assertEqual(
            problems, ["needed for the bill of materials: cargo install --locked cargo-cyclonedx@0.5.9"]
        )
        self.assertTrue((self.place / papers.SUMS).exists())

    def test_the_tool_of_the_bill_is_installed_once(self):
        self.write("bin/cargo", INSTALLS).chmod(0o755)
        with (
            mock.patch.dict(os.environ, {"PATH": f"{self.place}/bin:/bin"}),
            mock.patch.object(papers, "DIST", self.place / "dist"),
        ):
            first, second = papers.cyclonedx(), papers.cyclonedx()
        self.assertEqual(first, self.place / "target/cyclonedx/bin/cargo-cyclonedx")
        self.assertEqual(second, first)
        self.assertEqual(first.read_text(), "cargo-cyclonedx@0.5.9\n")

    @unittest.skipUnless(papers.shutil.which("cargo-cyclonedx"), "cargo-cyclonedx is not installed")
    def test_the_bill_has_the_crates_and_no_place(self):
        text = papers.bill(ROOT)
        bill = json.loads(text)
        self.assertEqual(bill["specVersion"], "1.5")
        self.assertEqual(bill["metadata"]["component"]["name"], "openwork-server")
        named = {component["name"] for component in bill["components"]}
        self.assertLessEqual({"openwork-store", "tokio", "notify", "winsafe"}, named)
        self.assertNotIn("proptest", named)
        self.assertNotIn(tempfile.gettempdir(), text)
        self.assertNotIn(str(ROOT), text)


class Workflow(unittest.TestCase):
    def test_it_builds_the_same_programs(self):
        text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
        for target in TARGETS:
            self.assertIn(f"name: {target.name}, target: {target.native} }}", text)

    def test_actions_are_named_by_commit(self):
        for path in (ROOT / ".github" / "workflows").glob("*.yml"):
            for line in path.read_text().splitlines():
                if "uses:" in line:
                    self.assertRegex(line, r"uses: [a-z/-]+@[0-9a-f]{40}$")


if __name__ == "__main__":
    unittest.main()
