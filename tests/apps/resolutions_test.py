#!/usr/bin/env python3
"""Runs a case at several resolutions and tolerances and holds the racks of the results against one another.

    resolutions_test.py PROGRAM CASE [--duration TEXT]
"""
import argparse
import subprocess
import sys
import tempfile

import h5py
import numpy

RACK = {"run.resolution": "rack"}
# (what is compared, settings of both, variable of the racks, mean over the racks or each rack, limit, why)
COMPARISONS = [
    ("gpu and rack", {"run.resolution": "gpu"}, RACK, "T_return", "mean", 0.1, "the same heat into the same flow"),
    ("gpu and rack", {"run.resolution": "gpu"}, RACK, "T_die_mean", "mean", 0.1, "equal plates, linear in the power"),
    ("gpu and rack", {"run.resolution": "gpu"}, RACK, "P_in", "each", 1.0, "the GPUs of a rack share its power out"),
    ("tray and rack", {"run.resolution": "tray"}, RACK, "T_return", "each", 0.1, "the same heat into the same flow"),
    ("block and rack", {"run.resolution": "block"}, RACK, "T_return", "mean", 0.1, "equal racks stand for their mean"),
    ("0.05 K and 0.001 K", RACK, RACK | {"run.tolerance": "0.001 K"}, "T_return", "each", 0.05, "the tolerance holds"),
    ("0.05 K and 0.001 K", RACK, RACK | {"run.tolerance": "0.001 K"}, "T_die_max", "each", 0.05, "the tolerance holds"),
]


class Runs:
    """The racks' results of each combination of settings, run once."""

    def __init__(self, program, case, duration):
        self.command = [program, "run", case, "--set", f"run.duration={duration}"]
        self.racks = {}

    def __call__(self, settings):
        key = tuple(sorted(settings.items()))
        if key not in self.racks:
            with tempfile.TemporaryDirectory(prefix="wattloop_resolutions_") as directory:
                command = self.command + ["-o", directory]
                for path, value in key:
                    command += ["--set", f"{path}={value}"]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    sys.exit(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
                with h5py.File(f"{directory}/run.h5") as file:
                    self.racks[key] = {name: values[:].astype(float) for name, values in file["racks"].items()
                                       if values.ndim == 2 and values.dtype.kind == "f"}
        return self.racks[key]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("case")
    parser.add_argument("--duration", default="30 min")
    arguments = parser.parse_args()

    runs = Runs(arguments.program, arguments.case, arguments.duration)
    failed = 0
    for name, first, second, variable, how, limit, why in COMPARISONS:
        a, b = runs(first)[variable], runs(second)[variable]
        if how == "mean":
            a, b = a.mean(axis=1), b.mean(axis=1)
        difference = numpy.abs(a - b)
        fine = bool(difference.max() <= limit)  # NaN is not
        changed = float(numpy.ptp(b))
        if changed < 10 * limit:
            sys.exit(f"{variable} changes by {changed} only: nothing is tested")
        failed += not fine
        print(f"{'ok    ' if fine else 'FAILED'} {name}, {variable} ({how}): largest difference {difference.max():.2g}, "
              f"RMS {numpy.sqrt(numpy.mean(difference**2)):.2g}, limit {limit}  ({why})")
    # The hottest GPU is hotter than the rack's mean, which is what the finer mesh is for.
    spread = runs({"run.resolution": "gpu"})["T_die_max"][-1] - runs(RACK)["T_die_max"][-1]
    fine = bool(numpy.all((spread > 0.05) & (spread < 2.0)))
    print(f"{'ok    ' if fine else 'FAILED'} hottest GPU over the rack's mean: {spread.min():.2f} to {spread.max():.2f} K")
    sys.exit(0 if fine and not failed else 1)


if __name__ == "__main__":
    main()
