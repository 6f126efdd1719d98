#!/usr/bin/env python3
"""Holds the steps of an hour of a year against the same weeks at steps of 15 s: one week of each season.

    year_against_dynamic_test.py PROGRAM CASE [--days N]
"""
import argparse
import json
import subprocess
import sys
import tempfile

import h5py
import numpy

WEEKS = ["01-12", "04-13", "07-13", "10-12"]
AS_IN_A_YEAR = {"run.forcing_interval": "1 h", "run.sample_interval": "1 h", "run.record_interval": "1 h"}
DYNAMIC = {"run.forcing_interval": "15 s", "run.sample_interval": "15 s", "run.record_interval": "5 min"}
SUPPLY = "building.fws_supply"


def run(program, case, week, days, settings):
    """Totals of a week, and the courses of FWS supply and hottest GPU."""
    with tempfile.TemporaryDirectory(prefix="wattloop_year_") as directory:
        command = [program, "run", case, "-o", directory, "--json", f"{directory}/summary.json"]
        for path, value in ({"run.start": f"2026-{week}T00:00", "run.duration": f"{days} d"} | settings).items():
            command += ["--set", f"{path}={value}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
        with open(f"{directory}/summary.json") as file:
            summary = json.load(file)
        with h5py.File(f"{directory}/run.h5") as file:
            nodes = file["liquid_nodes"]["node"].asstr()[:]
            supply = file["liquid_nodes"]["T"][:, list(nodes).index(SUPPLY)].astype(float)
            hottest = file["site"]["T_die_max"][:].astype(float)
    year = summary["year"]
    modes = {(sequence, state): hours for sequence, states in year["mode_hours_h"].items()
             for state, hours in states.items()}
    return {"cooling": summary["power_by_class_mw"]["cooling"] * 24.0 * days, "water": year["whole"]["water_m3"],
            "modes": modes, "supply": supply, "hottest": hottest, "wall": summary["speed"]["wall_s"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("case")
    parser.add_argument("--days", type=int, default=7)
    arguments = parser.parse_args()

    quick, slow = ([run(arguments.program, arguments.case, week, arguments.days, settings) for week in WEEKS]
                   for settings in (AS_IN_A_YEAR, DYNAMIC))
    failed = 0

    def compare(name, unit, a, b, limit):
        nonlocal failed
        fine = abs(a - b) <= limit  # NaN is not
        failed += not fine
        print(f"{'ok    ' if fine else 'FAILED'} {name}: {a:.4f} by the hour, {b:.4f} at 15 s, {unit}; limit {limit:.3g}")

    def total(weeks, name):
        return sum(week[name] for week in weeks)

    def course(weeks, name):
        return numpy.concatenate([week[name] for week in weeks])

    for name, unit in (("cooling", "MWh"), ("water", "m3")):
        dynamic = total(slow, name)
        if dynamic <= 0.0:
            sys.exit(f"no {name}: nothing is tested")
        compare(name, unit, total(quick, name), dynamic, 0.02 * dynamic)
    hours = 24.0 * arguments.days * len(WEEKS)
    for mode in sorted({mode for week in slow for mode in week["modes"]}):
        compare(" ".join(mode), "h", *(sum(week["modes"].get(mode, 0.0) for week in weeks) for weeks in (quick, slow)),
                0.02 * hours)
    for name in ("supply", "hottest"):
        for what, of in (("P99", lambda T: numpy.percentile(T, 99)), ("maximum", numpy.max)):
            compare(f"{name}, {what}", "K", of(course(quick, name)), of(course(slow, name)), 0.5)
    print(f"wall time {total(quick, 'wall'):.1f} s by the hour, {total(slow, 'wall'):.1f} s at 15 s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
