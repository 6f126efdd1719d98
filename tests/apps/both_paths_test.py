#!/usr/bin/env python3
"""both_paths_test.py PROGRAM EXAMPLE [--set PATH=VALUE]...: an example has the same consequences on SDIRK3 and on IDA.

Who warns, throttles, trips and is back is the same for every rack and area; each moment differs by no more than the interval
between two records, or by the time in which the hottest GPU changes by 0.05 K (the tolerance of a run) at its rate there,
where that is longer. The hottest GPU of the whole run differs by no more than 0.05 K. IDA has a tenth of that tolerance: what
judges is to be nearer to the truth than what is judged.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOLERANCE = 0.05  # K
COUNTS = ["racks", "warned_racks", "throttled_racks", "off_racks", "not_back_racks"]
MOMENTS = ["warned_s", "throttled_s", "off_s", "back_s"]


class Run:
    def __init__(self, program, example, settings, directory, options):
        command = [program, "run", example, "-o", directory, "--json", directory / "summary.json", *options]
        for setting in settings:
            command += ["--set", setting]
        directory.mkdir()
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"exit code {done.returncode} of {' '.join(map(str, command))}:\n{done.stderr}")
        self.T_hottest = json.loads((directory / "summary.json").read_text())["hottest_gpu"]["temperature_degC"]
        table = directory / "consequences.csv"  # only where something has happened
        self.lines = {}
        if table.exists():
            with table.open() as file:
                self.lines = {line["path"]: line for line in csv.DictReader(file)}
        with h5py.File(directory / "run.h5") as file:
            self.time, self.T_die = file["site/time"][()], file["site/T_die_max"][()]


def allowed(run, t):
    """By how much a moment may differ, s: between two records the temperature of the hottest GPU changes steadily."""
    i = int(numpy.clip(numpy.searchsorted(run.time, t), 1, len(run.time) - 1))
    interval = run.time[i] - run.time[i - 1]
    rate = abs(run.T_die[i] - run.T_die[i - 1]) / interval
    return max(interval, TOLERANCE / rate) if rate > 0.0 else float("inf")


def differences(fast, reference):
    """What differs by more than is allowed, and the largest difference of a moment, s."""
    found, most = [], 0.0
    if fast.lines.keys() != reference.lines.keys():
        found.append(f"other racks: {sorted(fast.lines.keys() ^ reference.lines.keys())}")
    for path in fast.lines.keys() & reference.lines.keys():
        ours, theirs = fast.lines[path], reference.lines[path]
        found += [f"{path}: {name} {ours[name]}, IDA {theirs[name]}" for name in COUNTS if ours[name] != theirs[name]]
        for name in MOMENTS:
            if bool(ours[name]) != bool(theirs[name]):
                found.append(f"{path}: {name} {ours[name] or 'never'}, IDA {theirs[name] or 'never'}")
            elif ours[name]:
                difference = abs(float(ours[name]) - float(theirs[name]))
                most = max(most, difference)
                if difference > allowed(reference, float(theirs[name])):
                    found.append(f"{path}: {name} {ours[name]}, IDA {theirs[name]}")
    ours, theirs = fast.T_hottest, reference.T_hottest
    if ours is not None and abs(ours - theirs) > TOLERANCE:
        found.append(f"hottest GPU {ours} degC, IDA {theirs} degC")
    return found, most


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("example")
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        fast, reference = (Run(arguments.program, arguments.example, arguments.set, pathlib.Path(directory) / name, options)
                           for name, options in (("fast", []), ("reference", ["--reference", "--set", f"run.tolerance={TOLERANCE / 10} K"])))
    found, most = differences(fast, reference)
    print(f"{len(fast.lines)} lines, moments within {most:.3f} s, hottest GPU "
          f"{fast.T_hottest} and {reference.T_hottest} degC")
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
