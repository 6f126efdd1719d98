#!/usr/bin/env python3
"""Holds the protection of the examples that have one against what `wattloop check --faults` says.

    faults_test.py PROGRAM EXAMPLES

Exit code 0 (gear strong enough, every fault cleared), selective, and at the main site the classes of its gear.
"""
import json
import pathlib
import subprocess
import sys
import unittest

PROTECTED = ("childress_200mw", "gigawatt_campus", "training_swing", "feed_loss_to_generators", "genset_fails",
             "utility_dip", "six_dips", "blackout", "blackout_to_throttle", "mv_ring")


def faults(example, *settings):
    """Exit code and what --json says."""
    command = [PROGRAM, "check", str(EXAMPLES / example), "--faults", "--json", "-"]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


class Faults(unittest.TestCase):
    def test_every_example_with_protection_is_protected(self):
        for example in PROTECTED:
            with self.subTest(example):
                code, report = faults(example, *(["run.resolution=block"] if example == "gigawatt_campus" else []))
                self.assertEqual(code, 0)
                self.assertEqual(report["not_cleared"], [])
                self.assertEqual(report["not_selective"], [])
                self.assertTrue(report["gear"])

    def test_levels_of_the_site(self):
        """By hand: 15 GVA; 150 MVA at 10 %; a unit of 2.5 MVA at 5.75 % behind a kilometre of cable (K_T in both)."""
        code, report = faults("childress_200mw", "run.resolution=block")
        self.assertEqual(code, 0)
        levels = {bus["bus"]: bus["i_k_ka"] for bus in report["buses"]}
        self.assertAlmostEqual(levels["hv"], 1.1 * 345 / 3**0.5 / abs(0.53 + 7.92j), delta=0.01)
        self.assertLess(levels["hv"], 40.0)
        scale = (34.5 / 345) ** 2
        r = 0.4 / 150
        x = (0.01 - r**2) ** 0.5
        main = 1.045 / (1 + 0.6 * x) * (r + 1j * x) * 34.5**2 / 150
        cable = 0.37 + 0.2j
        r = 12.2e-3 / 2.5
        x = (0.0575**2 - r**2) ** 0.5
        unit = 1.045 / (1 + 0.6 * x) * (r + 1j * x) * 34.5**2 / 2.5
        Z = (0.53 + 7.92j) * scale + main
        self.assertAlmostEqual(levels["mv_a"], 1.1 * 34.5 / 3**0.5 / abs(Z), delta=0.02)
        lv = 1.1 * 34.5 / 3**0.5 / abs(Z + cable + unit) * 34.5 / 0.415
        self.assertAlmostEqual(levels["building_1.block_1.lv_a"], lv, delta=0.02)
        self.assertLess(lv, 65.0)

    def test_a_feeder_that_is_too_quick_is_told(self):
        code, report = faults("childress_200mw", "run.resolution=block",
                              "templates.block.parts.feeder_a.time_multiplier=0.01")
        self.assertEqual(code, 0)
        self.assertFalse(report["selective"])
        self.assertIn("building_1.block_1.lv_a", {clash["bus"] for clash in report["not_selective"]})

    def test_gear_of_a_lower_class_is_told(self):
        # 34.5 kV: 25.4 kA with a peak of 68.9 kA against 2.6 x 25 kA.
        code, report = faults("childress_200mw", "run.resolution=block", "parts.main_a.I_interrupting=25 kA")
        self.assertEqual(code, 4)
        self.assertEqual({(gear["gear"], gear["rating"]) for gear in report["gear"] if gear["loading"] > 1},
                         {("main_a", "interrupting"), ("main_a", "peak")})


if __name__ == "__main__":
    PROGRAM, EXAMPLES = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
