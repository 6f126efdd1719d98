#!/usr/bin/env python3
"""powerflow_test.py PROGRAM FEEDERS: what `wattloop powerflow` writes and how it ends, on the cases of FEEDERS."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, FEEDERS = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
SMALL = """function mpc = small
mpc.version = '2';
mpc.baseMVA = 1;
mpc.bus = [
 1 3 0 0 0 0 1 1 0 10 1 1.1 0.9;
 2 1 0.8 0.2 0 0 1 1 0 10 1 1.1 0.9;
 7 1 1 0 0 0 1 1 0 10 1 1.1 0.9;
];
mpc.gen = [ 1 0 0 99 -99 1 1 1 99 0 ];
mpc.branch = [
 1 2 0.02 0.06 0 2 0 0 0 0 1 -360 360;
 2 7 0.02 0.06 0 0 0 0 0 0 0 -360 360;
];
"""


class PowerFlow(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)

    def run_program(self, text, *arguments, code=0):
        (self.root / "case.m").write_text(text, encoding="utf-8")
        done = subprocess.run([PROGRAM, "powerflow", "case.m", *arguments], cwd=self.root, capture_output=True, text=True,
                              input="", timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def results(self, text, *arguments, code=0):
        return json.loads(self.run_program(text, "--json", "-", *arguments, code=code).stdout)

    def feeder(self, name, *arguments):
        return self.results((FEEDERS / f"{name}.m").read_text(), *arguments)

    def test_published_values(self):
        nine, fourteen, feeder = self.feeder("wscc9"), self.feeder("ieee14"), self.feeder("baran_wu33")
        self.assertAlmostEqual(nine["slack"]["p_mw"], 71.641021, 6)
        self.assertAlmostEqual(nine["slack"]["q_mvar"], 27.045924, 6)
        self.assertAlmostEqual(nine["loss_mw"], 4.641021, 6)
        self.assertAlmostEqual(fourteen["loss_mw"], 13.393272, 6)
        at = {bus["id"]: bus for bus in fourteen["buses"]}
        self.assertAlmostEqual(at[14]["vm_pu"], 1.035530, 6)
        self.assertAlmostEqual(at[14]["va_deg"], -16.03364, 5)
        self.assertAlmostEqual(feeder["loss_mw"] * 1000, 202.6771, 4)
        lowest = min(feeder["buses"], key=lambda bus: bus["vm_pu"])
        self.assertEqual(lowest["id"], 18)
        self.assertAlmostEqual(lowest["vm_pu"], 0.9130905, 7)

    def test_what_is_written(self):
        r = self.results(SMALL)
        self.assertIs(r["converged"], True)
        self.assertGreater(r["iterations"], 0)
        self.assertEqual([bus["id"] for bus in r["buses"]], [1, 2, 7])
        self.assertAlmostEqual(r["buses"][1]["vm_pu"], 0.9701081359, 10)
        self.assertAlmostEqual(r["buses"][1]["va_deg"], -2.59958592, 8)
        self.assertEqual(set(r["branches"][0]),
                         {"from", "to", "p_from_mw", "q_from_mvar", "p_to_mw", "q_to_mvar", "loading"})
        b = r["branches"][0]
        self.assertAlmostEqual(b["p_from_mw"] + b["p_to_mw"], r["loss_mw"], 12)
        self.assertAlmostEqual(b["loading"], (b["p_from_mw"]**2 + b["q_from_mvar"]**2)**0.5 / 2, 12)
        self.assertAlmostEqual(r["slack"]["p_mw"], 0.8 + 0.0144510237, 10)
        self.assertIsNone(r["branches"][1]["loading"])

    def test_dead_islands_are_named(self):
        r = self.results(SMALL)
        self.assertEqual(r["dead_islands"], [[7]])
        self.assertIsNone(r["buses"][2]["vm_pu"])
        self.assertEqual(r["branches"][1]["p_from_mw"], 0)
        self.assertIn("dead: no slack bus supplies bus 7\n", self.run_program(SMALL).stdout)

    def test_no_solution(self):
        r = self.results(SMALL.replace("2 1 0.8 0.2", "2 1 8 2"), code=4)
        self.assertIs(r["converged"], False)
        self.assertLess(r["solvable_share"], 1)
        self.assertIsNone(r["buses"][1]["vm_pu"])
        self.assertIn("NO SOLUTION", self.run_program(SMALL.replace("2 1 0.8 0.2", "2 1 8 2"), code=4).stdout)

    def test_outages(self):
        r = self.feeder("ieee14", "--contingency", "n-1")
        self.assertEqual(len(r["contingencies"]), 20)
        by_name = {(c["from"], c["to"]): c for c in r["contingencies"]}
        self.assertEqual(by_name[7, 8]["islands"], [[8]])
        self.assertEqual(by_name[1, 2]["islands"], [])
        # Without 1-2 all of 232 MW go by 1-5, and with their reactive limits the generators cannot hold that (nor does
        # pandapower find a solution).
        self.assertIs(by_name[1, 2]["converged"], False)
        for c in r["contingencies"]:
            if c is by_name[1, 2]:
                continue
            self.assertIs(c["converged"], True)
            self.assertGreater(c["loss_mw"], 0)
            self.assertIn("vm_pu", c["lowest_voltage"])
        self.assertIsNone(by_name[1, 5]["worst_loading"])  # the case has no ratings
        nine = self.feeder("wscc9", "--contingency", "n-1")["contingencies"]
        self.assertGreater(max(c["worst_loading"]["loading"] for c in nine), 0.5)
        one, two = (self.run_program((FEEDERS / "ieee14.m").read_text(), "--contingency", "n-1", "--json", "-",
                                     "--threads", str(n)).stdout for n in (1, 3))
        self.assertEqual(one, two)

    def test_table_of_loads(self):
        (self.root / "loads.csv").write_text("scale,p_2\n1,0.8\n0.5,0.4\n1,99\n")
        r = self.results(SMALL, "--batch", "loads.csv")
        self.assertEqual([v["converged"] for v in r["variants"]], [True, True, False])
        self.assertAlmostEqual(r["variants"][0]["loss_mw"], r["loss_mw"], 10)
        half = self.results(SMALL.replace("0.8 0.2", "0.4 0.1"))
        self.assertAlmostEqual(r["variants"][1]["lowest_voltage"]["vm_pu"], half["buses"][1]["vm_pu"], 9)
        (self.root / "loads.csv").write_text("scale,p_9\n1,x\n")
        said = self.run_program(SMALL, "--batch", "loads.csv", "--json", "r.json", code=2).stderr
        self.assertIn("loads.csv:1:7: no such column, got 'p_9'", said)
        self.assertIn("loads.csv:2:3: a value, got 'x', allowed a number", said)
        self.assertFalse((self.root / "r.json").exists())

    def test_options(self):
        (self.root / "options.yaml").write_text("loads:\n  - {bus: 2, impedance: 100 %}\n")
        r = self.results(SMALL, "--options", "options.yaml")
        b = r["branches"][0]
        self.assertAlmostEqual(-b["p_to_mw"], 0.8 * r["buses"][1]["vm_pu"]**2, 9)
        (self.root / "options.yaml").write_text(
            "taps:\n  - {from: 1, to: 2, holds: 2, voltage: 1.0, step: 1.25 %}\n")
        r = self.results(SMALL, "--options", "options.yaml")
        self.assertAlmostEqual(r["taps"][0]["ratio"], 0.975, 12)
        self.assertAlmostEqual(r["buses"][1]["vm_pu"], 1.0, 2)
        (self.root / "options.yaml").write_text("loads:\n  - {bus: 5, impedance: 70 %, current: 60 %}\ntap: 1\n")
        said = self.run_program(SMALL, "--options", "options.yaml", code=2).stderr
        for told in ("options.yaml:2:11: loads[0].bus: no bus has this number", "sum to more than the load", "tap"):
            self.assertIn(told, said)

    def with_options(self, text, *arguments, **more):
        (self.root / "options.yaml").write_text(text)
        return self.run_program(SMALL, "--options", "options.yaml", *arguments, **more)

    def test_taps(self):
        tap = "  - {{from: 1, to: 2, holds: 2, voltage: 1.0, step: 1.25 %{}}}\n"
        r = json.loads(self.with_options("taps:\n" + tap.format(""), "--json", "-").stdout)
        self.assertIs(r["taps_settled"], True)
        self.assertEqual(r["notes"], [])
        self.assertNotIn("taps_settled", self.results(SMALL))
        # A band far narrower than what a step does: it goes to and fro.
        restless = "taps:\n" + tap.format(", band: 0.1 %")
        r = json.loads(self.with_options(restless, "--json", "-", code=4).stdout)
        self.assertIs(r["converged"], True)
        self.assertIs(r["taps_settled"], False)
        self.assertIn("DO NOT COME TO REST", self.with_options(restless, code=4).stdout)
        (self.root / "loads.csv").write_text("scale\n1\n")
        r = json.loads(self.with_options(restless, "--batch", "loads.csv", "--json", "-", code=4).stdout)
        self.assertIs(r["variants"][0]["taps_settled"], False)
        # The ratio of the case, 1.0, is outside of the range: it begins at the end of the range and says so.
        r = json.loads(self.with_options("taps:\n" + tap.format(", lowest: 1.05, highest: 1.1"), "--json", "-").stdout)
        self.assertAlmostEqual(r["taps"][0]["ratio"], 1.05, 12)
        self.assertEqual(r["notes"], ["the tap of branch 1-2 begins at 1.05: the 1 of the case is outside of its range"])
        said = self.with_options("taps:\n" + 2 * tap.format(""), code=2).stderr
        self.assertIn("options.yaml:3:12: taps[1].from: a second control of this branch's tap, got 1-2", said)

    def test_options_of_the_feeders(self):
        """Half impedance and a fifth current: what their page says of the feeder by Baran & Wu."""
        base, soft = (self.feeder("baran_wu33", *more) for more in ((), ("--options", FEEDERS / "options.yaml")))
        end = [next(bus["vm_pu"] for bus in r["buses"] if bus["id"] == 18) for r in (base, soft)]
        self.assertAlmostEqual(base["loss_mw"], 0.2027, 4)
        self.assertAlmostEqual(soft["loss_mw"], 0.1728, 4)
        self.assertAlmostEqual(end[0], 0.9131, 4)
        self.assertAlmostEqual(end[1], 0.9203, 4)

    def test_files_that_are_odd(self):
        mark = "\ufeff"
        self.assertEqual(self.results(mark + SMALL), self.results(SMALL))
        (self.root / "loads.csv").write_text(mark + "p_2\n0.8\n", encoding="utf-8")
        self.assertEqual(len(self.results(SMALL, "--batch", "loads.csv")["variants"]), 1)
        (self.root / "loads.csv").write_text("p_2,scale,p_2\n0.8,1,0.4\n")
        said = self.run_program(SMALL, "--batch", "loads.csv", code=2).stderr
        self.assertIn("loads.csv:1:11: a second column of this, got 'p_2', allowed each column once", said)
        for name in ("missing.yaml", ".", "x" * 300, "missing/x.yaml", "a\nb: c"):
            self.run_program(SMALL, "--options", name, code=2)
        self.run_program(SMALL, "--options", "/dev/stdin")  # a pipe has no path that could be resolved

    def test_branches_without_impedance(self):
        off = "2 7 0.02 0.06 0 0 0 0 0 0 0"
        r = self.results(SMALL.replace(off, "2 7 0 0 0 0 0 0 0 0 0"))
        self.assertEqual(r["branches"][1]["p_from_mw"], 0)
        slack = [self.results(SMALL.replace(off, f"2 7 0 {x} 0 0 0 0 0 0 1"))["slack"]["p_mw"] for x in ("1e-6", "1e-5")]
        self.assertAlmostEqual(*slack, 4)
        said = self.run_program(SMALL.replace(off, "2 7 0 1e-300 0 0 0 0 0 0 1"), code=2).stderr
        self.assertIn("r and x are as good as zero", said)

    def test_fault_levels(self):
        source = "sources:\n  - {bus: 1, short_circuit_power: 100 MVA, x_over_r: 1e9}\n"
        (self.root / "options.yaml").write_text(source)
        first, second, dead = self.results(SMALL, "--options", "options.yaml", "--fault-levels")["faults"]
        self.assertAlmostEqual(first["i_k_ka"], 100 / 3**0.5 / 10, 6)  # I = S_k / (sqrt(3) U)
        # 1.1 U / (sqrt(3) Z) with 1.1 U^2 / S_k = 1.1 ohm of the source and 2 + 6j ohm of the line
        self.assertAlmostEqual(second["i_k_ka"], 1.1 * 10 / 3**0.5 / abs(2 + 7.1j), 6)
        self.assertEqual(dead["i_k_ka"], 0.0)
        said = self.run_program(SMALL, "--fault-levels", "--json", "r.json", code=2).stderr
        self.assertIn("nothing feeds a short circuit", said)
        (self.root / "options.yaml").write_text(source.replace("bus: 1", "bus: 9").replace("100 MVA", "-1 GVA"))
        said = self.run_program(SMALL, "--options", "options.yaml", "--fault-levels", "--json", "r.json", code=2).stderr
        self.assertIn("options.yaml:2:11: sources[0].bus: no bus has this number, got 9", said)
        self.assertIn("options.yaml:2:35: sources[0].short_circuit_power: out of range, got -1 GVA", said)
        self.assertFalse((self.root / "r.json").exists())

    def test_bad_input(self):
        said = self.run_program(SMALL.replace("1 2 0.02 0.06", "1 2 -0.02 0.06") + "x = 1;\n", "--json", "r.json", code=2).stderr
        self.assertIn("case.m:11:6: branch 1-2: resistance [pu], got -0.02, allowed a number of at least 0", said)
        self.assertIn("case.m:14:1: this is code: only data is read, nothing is run, got 'x = 1;'", said)
        self.assertFalse((self.root / "r.json").exists())
        self.run_program(SMALL, "--json", "missing/r.json", code=2)
        self.run_program(SMALL, "--contingency", "n-2", code=2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
