#!/usr/bin/env python3
"""What members of sweeps cost, with and without lanes.

usage: sweep.py path/to/wattloop [--members N]

Two sweeps: N members of 257 CDUs with eight racks each (tests/bench/cdu257.yaml, 30 min, copies merged), and 64 of one
CDU with sixteen racks of different load, where nothing is equal (examples/cdu_loop, 30 min). The baseline runs the same
members one by one in the same program (together: 1). Set-up is part of it. Pairs are interleaved; the median of three
with the spread.
"""
import pathlib
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CDU257, CDU = ROOT / "tests/bench/cdu257.yaml", ROOT / "examples/cdu_loop/case.yaml"


def study_of(directory, case, set_point, source, n):
    rng = random.Random(1)
    rows = [f"{rng.uniform(43, 46):.4f} degC,{rng.uniform(37, 41):.4f} degC,{rng.uniform(80, 90):.3f} %" for _ in range(n)]
    name = pathlib.Path(directory) / set_point
    name.with_suffix(".csv").write_text("\n".join([f"{set_point},{source},workload.jobs.training.duty", *rows]) + "\n")
    study = name.with_suffix(".yaml")
    study.write_text(f"""wattloop_study: 1
case: {case}
computes: run
set: {{run.duration: 30 min}}
design: {{type: list, file: {name.with_suffix(".csv")}}}
""")
    return study


def seconds(program, study, *arguments):
    """Seconds of all cores and of the wall."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before, begin = used(), time.perf_counter()
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([program, "sweep", study, "-o", directory, *arguments], capture_output=True, text=True)
    if done.returncode != 0 or ", 0 failed" not in done.stdout:
        sys.exit(done.stderr)
    return used() - before, time.perf_counter() - begin


def main():
    program = sys.argv[1]
    n = int(sys.argv[sys.argv.index("--members") + 1]) if "--members" in sys.argv else 256
    with tempfile.TemporaryDirectory() as directory:
        of_257 = study_of(directory, CDU257, "templates.pod.parts.temperature_control.set_point", "parts.fws_supply_main.T", n)
        of_one = study_of(directory, CDU, "templates.cdu.parts.temperature_control.set_point", "parts.fws_supply_main.T", 64)
        one_thread = ("--threads", "1")
        print("| sweep | members | core s | core ms a member | one by one, core s | ratio (spread) |\n|---|---|---|---|---|---|")
        for name, study, count in (("257 CDUs x 8 racks", of_257, n), ("1 CDU, 16 unlike racks", of_one, 64)):
            pairs = []
            for _ in range(3):
                together = seconds(program, study, *one_thread)[0]
                pairs.append((together, seconds(program, study, *one_thread, "--set", "together=1")[0]))
            ratios = sorted(b / a for a, b in pairs)
            a, b = (statistics.median(p[k] for p in pairs) for k in (0, 1))
            print(f"| {name} | {count} | {a:.2f} | {1e3 * a / count:.1f} | {b:.2f} | {ratios[1]:.2f} "
                  f"({ratios[0]:.2f}-{ratios[2]:.2f}) |", flush=True)
        cores, wall = seconds(program, of_257, "--threads", "2")
        print(f"\n{n} members of 257 CDUs on 2 threads: {wall:.1f} s, {n / wall:.0f} members/s, {cores:.1f} core s")


if __name__ == "__main__":
    main()
