#!/usr/bin/env python3
"""bad_input_test.py PROGRAM CASE: every kind of bad input ends with exit code 2, says what, writes nothing."""
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM, CASE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
GOOD = CASE.read_text()

# What is changed in the case of one CDU, and what must be said of it.
CHANGES = {
    "missing unit": ("duration: 1 h", "duration: 1", "run.duration: unit missing, got 1"),
    "wrong dimension": ("p: 4 bar", "p: 4 kW", "parts.fws_supply_main.p: wrong dimension, got 4 kW"),
    "unknown key": ("T_outside", "T_outsid", "unknown key, got T_outsid, allowed T_outside"),
    "out of range": ("duty: 85 %", "duty: 185 %", "duty: out of range, got 185 %, allowed 0 % to 100 %"),
    "not a number": ("V: 415 V", "V: nan V", "parts.grid.V: not a finite number, got nan V"),
    "infinity": ("V: 415 V", "V: .inf", "parts.grid.V: not a finite number, got .inf"),
    "duplicate name": ("parts:\n", "parts:\n  rack: {use: gb300_nvl72}\n", "duplicate key, got rack"),
    "dangling connection": (", cdu.room]", "]", "port cdu.room is not joined to any node"),
    "two ports on one pipe": ("fws_out: [", "fws_out: [cdu.fws_supply, ", "a port is joined twice, got cdu.fws_supply"),
    "freezing": ("T: 40 degC", "T: -30 degC", "freezes at this temperature, got -30.0 degC, allowed above -20.6 degC"),
    "tab": ("parts:\n  grid", "parts:\n\tgrid", "tab used as indentation, allowed spaces"),
    "no such weather": ("weather: design_day", "weather: desing_day", "got desing_day, allowed design_day"),
    "weather with gaps": ("weather: design_day", "weather: gaps.csv", "gaps.csv:3:1: gap of 5 h before this row"),
    "trace in disorder": ("kind: training, racks: [1-16], start: 10 min, period: 3 s, duty: 85 %, low: 30 %",
                          "kind: trace, racks: [1-16], file: disorder.csv", "disorder.csv:4:1: time goes back"),
}
VESSEL = next(line for line in GOOD.splitlines(keepends=True) if line.startswith("  vessel:"))


class BadInput(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        (self.root / "gaps.csv").write_text(
            "time,T_db [degC],T_dp [degC]\n2026-07-15T00:00,30,10\n2026-07-15T05:00,30,10\n")
        (self.root / "disorder.csv").write_text("time_s,activity\n0,0.1\n20,0.2\n10,0.3\n")
        (self.root / "a_file").write_text("text")

    def files(self):
        return {path: path.stat().st_mtime_ns for path in self.root.rglob("*")}

    def refused(self, case, *settings, file="case.yaml", output=None, place=r"case\.yaml:\d+:\d+: "):
        """The complaint about a case, after looking at everything else."""
        (self.root / "case.yaml").write_bytes(case.encode() if isinstance(case, str) else case)
        before = self.files()
        commands = [["run", file, "-o", output or "out", *settings]]
        if output is None:
            commands += [["steady", file, "--json", "out.json", *settings], ["check", file, *settings]]
        for command in commands:
            done = subprocess.run([PROGRAM, *command], cwd=self.root, capture_output=True, timeout=60)
            complaint = done.stderr.decode()
            self.assertEqual(done.returncode, 2, f"{command}: {complaint[:500]}")
            self.assertRegex(complaint, place)
            self.assertEqual(done.stdout, b"", command)
        self.assertEqual(before, self.files(), "something was written")
        return complaint

    def test_what_a_case_says(self):
        for name, (old, new, said) in CHANGES.items():
            with self.subTest(name):
                self.assertIn(old, GOOD)
                self.assertIn(said, self.refused(GOOD.replace(old, new, 1), place=r"\w+\.(yaml|csv):\d+:\d+: "))

    def test_pressure_references(self):
        without = GOOD.replace(VESSEL, "").replace(", vessel.port", "")
        self.assertIn("a loop without a pressure reference", self.refused(without))
        two = GOOD.replace(VESSEL, VESSEL + VESSEL.replace("vessel:", "other:"))
        two = two.replace("vessel.port", "vessel.port, other.port")
        self.assertIn("two pressure references: vessel and other", self.refused(two))

    def test_all_of_it_at_once(self):
        text = GOOD
        for name in ("missing unit", "wrong dimension", "unknown key", "not a number", "dangling connection"):
            text = text.replace(*CHANGES[name][:2], 1)
        self.assertEqual(len(self.refused(text).splitlines()), 5)

    def test_texts_that_are_no_cases(self):
        noise = random.Random(3)
        for text in (b"", b"hello", b"- a\n- b\n", b"[" * 3_000_000, b"{a: " * 750_000,
                     bytes(noise.randrange(256) for _ in range(100_000)), b"wattloop: 1\x00\n"):
            with self.subTest(text[:20]):
                self.refused(text)

    def test_files_and_directories(self):
        self.assertIn("No such file", self.refused(GOOD, file="missing.yaml", place=r"^missing\.yaml: "))
        (self.root / "empty").mkdir()
        self.assertIn("without a case.yaml", self.refused(GOOD, file="empty", place=r"^empty: "))
        for directory in ("a_file", "a_file/below", "/proc/wattloop"):
            said = self.refused(GOOD, output=directory, place=re.escape(directory))
            self.assertIn("cannot write into this directory", said)

    def test_results(self):
        for file in ("missing.h5", "a_file"):
            for command in (["info", file], ["render", file, "-o", "site.png"]):
                done = subprocess.run([PROGRAM, *command], cwd=self.root, capture_output=True, timeout=60,
                                      env={**os.environ, "DISPLAY": ":none"})
                self.assertEqual(done.returncode, 2, command)
                self.assertRegex(done.stderr.decode(), f"^{file}: ")
        self.assertFalse((self.root / "site.png").exists())

    def test_warnings_are_told_once(self):
        (self.root / "case.yaml").write_text(GOOD)
        done = subprocess.run([PROGRAM, "run", "case.yaml", "--set", "run.duration=1 min", "--set",
                               "events=[{at: 5 min, fail: cdu.pump}]"], cwd=self.root, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        said = "the run ends before this event"
        self.assertEqual((done.stdout + done.stderr).decode().count(said), 1)
        self.assertIn(said, (self.root / "out/summary.txt").read_text())

    def test_what_the_grid_sees(self):
        (self.root / "case.yaml").write_text(GOOD)
        (self.root / "table.yaml").write_text("voltage: {low: [[70 %, 1 s], [60 %, 2 s]]}\n")
        (self.root / "volts.csv").write_text("time_s,v_pu\n0,1\n1,345000\n")
        (self.root / "dips.csv").write_text("time_s,v_pu\n0,1\n1,0.5\n2,1\n")
        before = self.files()
        for flags, said in ((["--step", "1 s"], "^--step: out of range, got 1 s, allowed 0.1 ms to 20 ms"),
                            (["--for", "10"], "^--for: unit missing, got 10"),
                            (["--at", "noon"], "^--at: "),
                            (["--fault-level", "5 kV"], "^--fault-level: wrong dimension, got 5 kV"),
                            (["--ride-through", "table.yaml"], r"table\.yaml:1:30: .*out of order"),
                            (["--ride-through", "no_such"], "no ride-through table and no such file"),
                            (["--events", "volts.csv"], r"^volts\.csv:3:3: out of range"),
                            (["--set", "connection={band: [1 Hz]}"], "a band is two rising frequencies"),
                            (["--set", "connection={smoothing: {all: {floor: 95 %}}}"], "floor: out of range"),
                            (["--set", "connection={smoothing: {all: {racks: [1-17]}}}"], "there are 16 racks")):
            with self.subTest(flags):
                done = subprocess.run([PROGRAM, "grid", "case.yaml", "-o", "seen", "--json", "out.json", *flags],
                                      cwd=self.root, capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, said)
                self.assertEqual(before, self.files(), "something was written")
        trip = [PROGRAM, "grid", "case.yaml", "--for", "5 s", "--step", "20 ms", "--events", "dips.csv"]
        done = subprocess.run(trip, cwd=self.root, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("16 of 16 racks trip", done.stdout)

    def test_settings(self):
        for setting in ("run.duration", "=3", "run.duration=5 kg", "parts.cdux.a=3", "run.resolution=gpus"):
            with self.subTest(setting):
                self.refused(GOOD, "--set", setting, place=r"^--set: ")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
