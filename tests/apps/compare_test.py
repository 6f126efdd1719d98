#!/usr/bin/env python3
"""compare_test.py PROGRAM EXAMPLE: what `wattloop compare` finds between runs of an example."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, EXAMPLE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
EVENT = "events=[{at: 1 min, set: grid.V, to: 400 V}]"


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.root = pathlib.Path(directory.name)
        for name, changes in {"a": [], "again": [], "low": [EVENT], "later": ["run.start=2026-08-01T00:00"]}.items():
            settings = [part for change in ["run.duration=2 min", *changes] for part in ("--set", change)]
            subprocess.run([PROGRAM, "run", EXAMPLE, "-o", cls.root / name, *settings], check=True, capture_output=True)

    def compare(self, a, b, *arguments):
        return subprocess.run([PROGRAM, "compare", a, b, *arguments], cwd=self.root, capture_output=True, text=True)

    def test_a_run_and_the_same_again(self):
        done = self.compare("a", "again", "--same")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"\n  0 of \d+ variables differ")

    def test_a_lower_voltage_from_an_event_on(self):
        done = self.compare("a", "low/run.h5", "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual((found["only_in_a"], found["only_in_b"]), ([], []))
        differences = {(d["group"], d["variable"]): d for d in found["differences"]}
        voltage = differences["grid", "voltage"]
        self.assertAlmostEqual(voltage["largest"], -15.0, delta=0.01)
        self.assertEqual(voltage["value_b"] - voltage["value_a"], voltage["largest"])
        self.assertGreater(voltage["time_s"], 60.0)
        self.assertEqual(voltage["values"], found["records"])
        # Four of nine records are behind the event, whose own record has the bus as it was.
        self.assertAlmostEqual(voltage["mean"], -15.0 * 4 / 9, delta=0.01)
        self.assertAlmostEqual(voltage["rms"], 15.0 * (4 / 9) ** 0.5, delta=0.01)
        self.assertGreater(differences["grid", "current"]["largest"], 10.0)
        self.assertEqual(self.compare("a", "low", "--same").returncode, 4)

    def test_runs_that_cannot_be_compared(self):
        (self.root / "text.h5").write_text("not a file of results")
        for b, reason in {"later": "time", "none": "no such file", "text.h5": "text.h5"}.items():
            done = self.compare("a", b)
            self.assertEqual(done.returncode, 2, b)
            self.assertIn(reason, done.stderr)
            self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
