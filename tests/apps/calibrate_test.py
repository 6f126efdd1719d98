#!/usr/bin/env python3
"""calibrate_test.py PROGRAM EXAMPLE: what `wattloop replay` and `calibrate` refuse, write and return."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM, EXAMPLE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
CASE = (EXAMPLE / "case.yaml").read_text()
TABLE = (EXAMPLE / "telemetry.csv").read_text()
SHORT = "\n".join(TABLE.splitlines()[:62]) + "\n"  # two hours, a row every two minutes

# What is changed in the case, and what must be said of it.
CASES = {
    "unknown parameter": ("parts.exchanger.UA_nominal", "parts.exchangr.UA_nominal",
                          "case.yaml:57:26: calibration.parameters.exchanger UA.path: this value cannot be set"),
    "unit of a parameter": ("min: 200 kW/K, max: 800 kW/K, start: 488 kW/K", "min: 200 kW, max: 800 kW",
                            "this value cannot be set: wrong dimension"),
    "bounds": ("min: 200 kW/K, max: 800 kW/K", "min: 900 kW/K, max: 800 kW/K", "the bounds are not in order"),
    "start": ("start: 488 kW/K", "start: 988 kW/K", "outside of the bounds, got 988 kW/K"),
    "unknown column": ("T_supply: {path: cooled.T", "T_suply: {path: cooled.T", "no such column in telemetry.csv, got T_suply"),
    "unit of a boundary": ("parts.fws_supply.T, unit: degC}", "parts.fws_supply.T, unit: kW}",
                           "another unit than the calibration has for this column, got \"degC\", allowed kW"),
    "unknown key": ("hold_out: 30 %", "holdout: 30 %", "unknown key, got holdout, allowed hold_out"),
    "no such table": ("data: telemetry.csv", "data: nowhere.csv", "nowhere.csv"),
}


class Calibrate(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        (self.root / "case.yaml").write_text(CASE)
        (self.root / "telemetry.csv").write_text(SHORT)

    def wattloop(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], cwd=self.root, capture_output=True, text=True, timeout=300)

    def files(self):
        return {path: path.stat().st_mtime_ns for path in self.root.rglob("*")}

    def refused(self, expected):
        out = self.root / "out"
        out.mkdir()
        (out / "calibrated.yaml").write_text("kept\n")
        before = self.files()
        done = self.wattloop("calibrate", "case.yaml", "-o", "out", "--json", "out.json")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(expected, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(before, self.files())
        shutil.rmtree(out)

    def test_bad_cases(self):
        for name, (old, new, expected) in CASES.items():
            with self.subTest(name):
                self.assertIn(old, CASE)
                (self.root / "case.yaml").write_text(CASE.replace(old, new, 1))
                self.refused(expected)

    def test_bad_tables(self):
        lines = SHORT.splitlines()
        changes = {
            "gap": (lines[:40] + lines[50:], "telemetry.csv:41:1: gap before this row, got 1320 s"),
            "clock": (lines[:40] + [lines[20]] + lines[41:], "telemetry.csv:41:1: time goes back"),
            "constant": ([*lines[:2], *(",".join([*row.split(",")[:5], "44.0", *row.split(",")[6:]]) for row in lines[2:])],
                         "a column that never changes, got 44 degC in all rows"),
            "unit": ([lines[0], lines[1].replace("T_supply [degC]", "T_supply [K]"), *lines[2:]],
                     "another unit than the calibration has for this column"),
            "separator": ([line.replace(",", ";") for line in lines], "telemetry.csv:2:5: another separator of columns, got \";\""),
        }
        for name, (table, expected) in changes.items():
            with self.subTest(name):
                (self.root / "telemetry.csv").write_text("\n".join(table) + "\n")
                self.refused(expected)

    def test_no_calibration(self):
        (self.root / "case.yaml").write_text(CASE[:CASE.index("calibration:")])
        self.refused("the case does not say what was measured")

    def test_replay(self):
        done = self.wattloop("replay", "case.yaml", "telemetry.csv", "-o", "out", "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual([s["sensor"] for s in report["sensors"]][:2], ["T_supply", "T_return"])
        self.assertEqual(len((self.root / "out/residuals.csv").read_text().splitlines()), 61)
        self.assertEqual((self.root / "out/residuals.png").read_bytes()[:4], b"\x89PNG")

    def write_small_case(self, parameter="pump shut-off"):
        """With one parameter."""
        parameters = [line for line in CASE.splitlines() if line.startswith(f"    {parameter}:")]
        (self.root / "case.yaml").write_text(CASE[:CASE.index("  parameters:")] + "  parameters:\n" + "\n".join(parameters) + "\n")

    def test_a_directory_with_other_results_is_left_alone(self):
        self.write_small_case()
        fit, replay = ("calibrate", "case.yaml", "-o", "fit"), ("replay", "case.yaml", "-o", "residuals")
        for command in (fit, fit, replay, replay):  # the same ones again may replace theirs
            self.assertEqual(self.wattloop(*command).returncode, 0)
        (self.root / "run").mkdir()
        (self.root / "run/run.h5").write_text("kept")
        changed = ("--set", "parts.return_main.UA_loss=5 W/(m K)")
        others = [(*fit, *changed), (*replay, *changed), (*replay[:2], "-o", "fit"), (*fit[:2], "-o", "residuals"),
                  (*fit[:2], "-o", "run"), (*replay[:2], "-o", "run")]
        before = self.files()
        for command in others:
            done = self.wattloop(*command)
            self.assertEqual(done.returncode, 2, command)
            self.assertIn(f"{command[3]}: results of something else are here, got ", done.stderr)
        (self.root / "telemetry.csv").write_text(SHORT.replace("2026-07-15T00:58:00-06:00,1050,", "2026-07-15T00:58:00-06:00,1051,"))
        done = self.wattloop(*fit)
        self.assertEqual(done.returncode, 2)
        self.assertIn("got wattloop calibrate of case.yaml and telemetry.csv (", done.stderr)
        (self.root / "telemetry.csv").write_text(SHORT)
        before[self.root / "telemetry.csv"] = self.files()[self.root / "telemetry.csv"]
        self.assertEqual(before, self.files())

    def with_column(self, name, change):
        """The table with one column in another unit, its heading as before."""
        first, header, *table = SHORT.splitlines()
        place = [heading.split(" ")[0] for heading in header.split(",")].index(name)
        rows = [row.split(",") for row in table]
        for row in rows:
            row[place] = f"{change(float(row[place])):.7g}"
        (self.root / "telemetry.csv").write_text("\n".join([first, header, *map(",".join, rows)]) + "\n")

    def test_units_that_columns_do_not_have(self):
        report = self.wattloop("replay", "case.yaml", "--json", "-")
        self.assertEqual(json.loads(report.stdout)["warnings"], [], "worn plates are no other unit")
        for name, change, unit in (("T_supply", lambda T: 1.8 * T + 32, "degF"), ("P_pump", lambda P: 1000 * P, "W")):
            self.with_column(name, change)
            warnings = json.loads(self.wattloop("replay", "case.yaml", "--json", "-").stdout)["warnings"]
            self.assertEqual(len(warnings), 1, warnings)
            self.assertRegex(warnings[0], f"^{name}: RMSE of .* times its noise; were the column in {unit}, it would be")

    def test_units_that_boundaries_do_not_have(self):
        for name, change, ratio in (("pump_speed", lambda u: u / 100, "0.01"), ("P_gpu", lambda P: P / 1000, "0.000875")):
            self.write_small_case()
            self.with_column(name, change)
            for command in (("replay", "case.yaml"), ("calibrate", "case.yaml", "-o", "fit")):
                done = self.wattloop(*command)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(f"{name}: the largest value is {ratio} times that of the case: another unit?", done.stderr)
        self.assertFalse((self.root / "fit").exists())

    def test_a_fit_to_another_unit_is_none(self):
        self.write_small_case()
        fit = ("calibrate", "case.yaml", "-o", "fit")
        self.with_column("P_pump", lambda P: 1000 * P)
        done = self.wattloop(*fit)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("\nwarning: P_pump: RMSE of ", done.stdout)
        misfit = r"P_pump: RMSE of \S+ kW after the fit, \S+ times its noise of \S+ kW, with pump shut-off at its bound of "
        self.assertRegex(done.stderr, "not calibrated: " + misfit)
        self.assertRegex((self.root / "fit/calibration.txt").read_text(), "NOT CALIBRATED: " + misfit)
        report = json.loads((self.root / "fit/calibration.json").read_text())
        self.assertFalse(report["calibrated"])
        self.assertRegex(" ".join(report["misfits"]), misfit)
        self.assertFalse((self.root / "fit/calibrated.yaml").exists())
        done = self.wattloop(*fit, "--despite-misfit")
        self.assertEqual(done.returncode, 4, "what is asked for is written, the answer stays no")
        self.assertTrue((self.root / "fit/calibrated.yaml").exists())
        self.assertEqual(self.wattloop(*fit).returncode, 4)
        self.assertFalse((self.root / "fit/calibrated.yaml").exists(), "one of a fit before passes for this one's")

    def test_a_fit_of_degF_under_degC_is_none(self):
        self.write_small_case("exchanger UA")
        self.with_column("T_supply", lambda T: 1.8 * T + 32)
        done = self.wattloop("calibrate", "case.yaml", "-o", "fit")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertRegex(done.stderr, r"not calibrated: T_supply: RMSE of \S+ degC after the fit, .* at its bound of ")
        self.assertFalse((self.root / "fit/calibrated.yaml").exists())

    def test_a_flow_by_volume_in_a_column_by_mass(self):
        for unit, per_kg in (("L/min", 60 / 1.02), ("gpm", 60 / 1.02 / 3.785411784)):
            self.with_column("flow_tcs", lambda m, per_kg=per_kg: per_kg * m)
            warnings = json.loads(self.wattloop("replay", "case.yaml", "--json", "-").stdout)["warnings"]
            self.assertRegex(" ".join(warnings), f"flow_tcs: RMSE of .*; were the column in {unit}, it would be")

    def test_made_data_do_not_replace_measured_ones(self):
        table = self.root / "telemetry.csv"
        make = ("replay", "case.yaml", "telemetry.csv", "--make")
        table.write_text(SHORT.replace("# Synthetic", "# Measured"))
        measured = table.read_text()
        done = self.wattloop(*make)
        self.assertEqual(done.returncode, 2)
        self.assertIn("telemetry.csv: this file is there and does not say that it is synthetic", done.stderr)
        self.assertEqual(table.read_text(), measured)
        table.write_text(SHORT)
        self.assertEqual(self.wattloop(*make).returncode, 0)
        self.assertNotEqual(table.read_text(), SHORT)

    def test_calibrated_case_runs(self):
        self.write_small_case()
        done = self.wattloop("calibrate", "case.yaml", "-o", "out", "--json", "fit.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        fitted = json.loads((self.root / "fit.json").read_text())["parameters"][0]
        self.assertIn(f"dp_shutoff: {fitted['value']:.4f}"[:17], (self.root / "out/calibrated.yaml").read_text())
        self.assertEqual(self.wattloop("check", "out/calibrated.yaml").returncode, 0)
        again = self.wattloop("replay", "out/calibrated.yaml", "--json", "-")
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_made_data_are_the_examples(self):
        for name in ("case.yaml", "truth.yaml"):
            shutil.copy(EXAMPLE / name, self.root)
        done = self.wattloop("replay", "truth.yaml", "made.csv", "--make", "--seed", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        made = (self.root / "made.csv").read_text().splitlines()
        self.assertEqual(len(made), len(TABLE.splitlines()))
        for mine, shipped in zip(made, TABLE.splitlines()):
            for a, b in zip(mine.split(","), shipped.split(",")):
                if a != b:  # what Newton leaves may show in the last digits
                    self.assertAlmostEqual(float(a), float(b), delta=1e-4 * max(1.0, abs(float(b))))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
