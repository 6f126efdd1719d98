#!/usr/bin/env python3
"""Annual figures of a sizing by bins of weather against every hour of the year of its own design, and what it takes.

    size_year_test.py PROGRAM REQUEST
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

PROGRAM, REQUEST = sys.argv[1:3]
failed = 0


def check(holds, what):
    global failed
    failed += not holds
    print("ok    " if holds else "FAILED", what, flush=True)


def run(*arguments):
    """Processor time in s."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


with tempfile.TemporaryDirectory(prefix="wattloop_size_year_") as scratch:
    scratch = pathlib.Path(scratch)
    taken = run("size", REQUEST, "-o", scratch / "sized", "--json", scratch / "sizing.json")
    sizing = json.loads((scratch / "sizing.json").read_text())
    # 2 min on two cores are 240 s; half of it leaves room for what does not run side by side.
    check(taken <= 120.0, f"design, {len(sizing['proof'])} runs of proof and sensitivities take {taken:.0f} s of the processor, at most 120")
    # Pads switch within minutes: by steps of an hour they come on and go off late.
    steps = [argument for key in ("record_interval", "sample_interval") for argument in ("--set", f"run.{key}=10 min")]
    run("run", scratch / "sized/designed.yaml", "--year", "--set", "weather=synthetic_year", "--set", "run.resolution=plant", *steps,
        "-o", scratch / "year", "--json", scratch / "year.json")
    year = json.loads((scratch / "year.json").read_text())["year"]["whole"]
    bins = sizing["annual"]
    objective = {"energy_price": 60.0, "water_price": 1.5}  # USD/MWh, USD/m3, of the request
    it, grid = 1e3 * year["it_gwh"], 1e3 * year["grid_gwh"]  # MWh
    hourly = {"pue": grid / it, "water_m3": year["water_m3"],
              "cost_usd": (grid - it) * objective["energy_price"] + year["water_m3"] * objective["water_price"]}
    for name, value in hourly.items():
        by_bins = sizing["pue"] if name == "pue" else bins[name]
        off = by_bins / value - 1.0
        check(abs(off) <= 0.01, f"{name}: {by_bins:.6g} by bins, {value:.6g} by the hour, {100.0 * off:+.2f} %")
sys.exit(1 if failed else 0)
