#!/usr/bin/env python3
"""Times whole runs of the 200 MW site and prints a table for docs/performance.md.

usage: site.py path/to/wattloop [--full]

Ratios are against a baseline of the same program in the same run: IDA (--reference) for the integrator, one thread for
the threads, one rack for all GPUs for the resolution. Pairs are interleaved; the median of three is taken, with the
spread. --full adds 24 hours at rack resolution.
"""
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SITE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "childress_200mw" / "case.yaml"


def run(program, settings, *flags):
    """Wall time of the run proper and of everything [s]."""
    with tempfile.TemporaryDirectory() as directory:
        summary = pathlib.Path(directory) / "summary.json"
        command = [program, "run", str(SITE), "-o", directory, "--json", str(summary), *flags]
        for setting in settings:
            command += ["--set", setting]
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        total = time.perf_counter() - begin
        return json.loads(summary.read_text())["speed"]["wall_s"], total


def pair(name, program, measured, baseline, baseline_name):
    times = [(run(program, *measured)[0], run(program, *baseline)[0]) for _ in range(3)]
    ratios = sorted(b / m for m, b in times)
    print(f"| {name} | {statistics.median(m for m, _ in times):.2f} | {baseline_name} "
          f"| {statistics.median(b for _, b in times):.2f} | {ratios[1]:.2f} ({ratios[0]:.2f}-{ratios[2]:.2f}) |", flush=True)


def main():
    program = sys.argv[1]
    print("| run | s | baseline | s | ratio (spread) |\n|---|---|---|---|---|")
    half_hour = ["run.resolution=block", "run.duration=30 min"]
    pair("site, block, 30 min, SDIRK3", program, (half_hour,), (half_hour, "--reference"), "IDA, same tolerance")
    rack = ["run.duration=30 min"]
    pair("site, rack, 30 min, 2 threads", program, (rack, "--threads", "2"), (rack, "--threads", "1"), "1 thread")
    if "--full" in sys.argv:
        wall, total = run(program, [])
        print(f"\nsite, rack, 24 h, default recording: {wall:.1f} s (with set-up and files {total:.1f} s)")
    wall, total = run(program, ["run.resolution=gpu", "run.duration=15 min"])
    print(f"\nsite, gpu, 15 min: {wall:.1f} s (with set-up, steady state and files {total:.1f} s)")
    print(f"largest memory of all: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
