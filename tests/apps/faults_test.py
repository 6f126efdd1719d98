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

    def test_on_gensets_every_fault_is_cleared(self):
        """Six of 3.75 MVA behind X' = 0.18 give 1.1 of 2.09 kA for as long as it lasts."""
        on_sets = [f"parts.{part}.closed={closed}" for part, closed in
                   (("main_a", 0), ("main_b", 0), ("tie_a", 1), ("tie_b", 1))]
        code, report = faults("feed_loss_to_generators", "sequences=null", "templates.set.sequences=null",
                              "templates.set.parts.engine.on=1", "templates.set.parts.engine.closed=1", *on_sets)
        self.assertEqual(code, 0)
        self.assertEqual(report["not_cleared"], [])
        level = {bus["bus"]: bus["i_k_ka"] for bus in report["buses"]}["generators"]
        K_G = 1.1 / (1 + 0.13 * 0.6)
        self.assertAlmostEqual(level, 1.1 * 6 * 3.75 / 3**0.5 / 34.5 / (0.13 * K_G), delta=0.01)

    def test_behind_a_ups(self):
        """Its inverter limits to 2.5 times its rating; in eco mode the level of its inputs passes, side by side on the one outlet."""
        limited = {bus["bus"]: bus["i_k_ka"] for bus in faults("feed_loss_to_generators")[1]["buses"]}
        eco = faults("feed_loss_to_generators", "templates.block.parts.ups_a.eco=1")[1]
        eco = {bus["bus"]: bus["i_k_ka"] for bus in eco["buses"]}
        lv, out = "building.block.lv_a", "building.block.ups_bus_a"
        self.assertAlmostEqual(limited[out], 1.1 * 2.5 * 6 * 2.1 / 3**0.5 / 0.415, delta=0.1)
        self.assertAlmostEqual(eco[out], eco[lv], delta=0.01)
        self.assertGreater(eco[out], 4 * limited[lv])

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
