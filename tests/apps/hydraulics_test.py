#!/usr/bin/env python3
"""hydraulics_test.py PROGRAM FOLDER: what `wattloop hydraulics` writes and how it ends, on networks of FOLDER."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, FOLDER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SMALL = """[JUNCTIONS]
A 10 5
[RESERVOIRS]
R 60
[PIPES]
P R A 100 200 120
[OPTIONS]
UNITS LPS
"""
NODE, LINK = {"head_m", "pressure_m", "demand_m3s"}, {"flow_m3s", "velocity_ms", "headloss_m", "status"}


class Hydraulics(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)

    def run_program(self, text, *arguments, code=0):
        (self.root / "net.inp").write_text(text)
        done = subprocess.run([PROGRAM, "hydraulics", "net.inp", *arguments], cwd=self.root, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def results(self, text, code=0):
        return json.loads(self.run_program(text, "--json", "-", code=code).stdout)

    def test_what_is_written(self):
        for file in sorted((FOLDER / "cases").glob("*.inp"))[:6]:
            with self.subTest(file.name):
                r = self.results(file.read_text())
                self.assertEqual(r["schema_version"], 1)
                self.assertIs(r["converged"], True)
                self.assertGreater(r["iterations"], 0)
                self.assertEqual(r["times_s"], sorted(set(r["times_s"])))
                for members, keys in (("nodes", NODE), ("links", LINK)):
                    for member in r[members].values():
                        self.assertEqual(set(member), keys)
                        for values in member.values():
                            self.assertEqual(len(values), len(r["times_s"]))

    def test_figures(self):
        r = self.results(SMALL)
        q, head = r["links"]["P"]["flow_m3s"][0], r["nodes"]["A"]["head_m"][0]
        self.assertAlmostEqual(q, 5e-3, 15)
        self.assertAlmostEqual(r["links"]["P"]["velocity_ms"][0], 5e-3 / (math.pi * 0.01), 5)
        self.assertAlmostEqual(r["links"]["P"]["headloss_m"][0], 60 - head, 12)
        self.assertAlmostEqual(r["nodes"]["A"]["pressure_m"][0], head - 10, 12)
        self.assertAlmostEqual(r["nodes"]["R"]["demand_m3s"][0], -q, 15)
        # Hazen-Williams in SI: h = 10.67 L q^1.852 / (C^1.852 d^4.871)
        self.assertAlmostEqual(60 - head, 10.67 * 100 * q**1.852 / (120**1.852 * 0.2**4.871), 3)

    def test_bad_input(self):
        said = self.run_program(SMALL.replace(" 100 200", " -100 200"), "--json", "r.json", code=2).stderr
        self.assertIn("net.inp:6:7: [PIPES] P: length, got '-100', allowed a number above 0", said)
        self.assertFalse((self.root / "r.json").exists())
        self.assertIn("cannot read this file", subprocess.run([PROGRAM, "hydraulics", "none.inp"], cwd=self.root,
                                                              capture_output=True, text=True).stderr)
        self.run_program(SMALL, "--json", "missing/r.json", code=2)

    def test_what_is_cut_off_is_a_warning(self):
        r = self.results(SMALL.replace("A 10 5", "A 10 5\nB 5 1").replace("[OPTIONS]", "Q A B 9 100 120 0 CLOSED\n[OPTIONS]"))
        self.assertIs(r["converged"], True)
        self.assertIn("at 0 s: node B cut off from every tank and reservoir by closed links", r["warnings"])
        self.assertEqual(r["nodes"]["B"]["head_m"], [None])
        self.assertEqual(r["links"]["Q"]["status"], ["closed"])

    def test_what_lasts_is_one_line_of_the_summary(self):
        text = SMALL.replace("[PIPES]", "[TANKS]\nT 20 2 1 2 3\n[PIPES]\nP2 T A 10 200 120") + "[TIMES]\nDURATION 2\n"
        said = self.run_program(text).stdout
        self.assertIn("warning: 3 times from 0 to 7200 s: tank T is full\n", said)
        self.assertEqual(said.count("tank T"), 1)
        self.assertIn("net.inp: no nodes, allowed lines in [JUNCTIONS], and at least one in [RESERVOIRS] or [TANKS]",
                      self.run_program("[OPTIONS]\nUNITS LPS\n", code=2).stderr)

    def test_controls_that_fight(self):
        text = SMALL.replace("R 60", "R 60\nS 30").replace("A 10 5", "A 10 50").replace(
            "[OPTIONS]", "Q S A 100 200 120\n[CONTROLS]\nLINK P CLOSED IF NODE A ABOVE 25\nLINK P OPEN IF NODE A BELOW 22\n[OPTIONS]")
        r = self.results(text, code=4)
        self.assertIs(r["converged"], False)
        self.assertIn("at 0 s: controls of link P fight", r["warnings"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
