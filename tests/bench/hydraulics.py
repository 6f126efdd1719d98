#!/usr/bin/env python3
"""Times water networks beside EPANET's toolkit in the same run, and prints tables for docs/performance.md.

usage: hydraulics.py path/to/wattloop [--large]

Networks come from tests/validation/epanet/generate.py. Steady: EPANET's ENrunH at time 0 against the solution of `wattloop
hydraulics --timing`, in processor time; extended: the loop over ENrunH and ENnextH against the time of the whole period. EPANET runs at
ACCURACY 1e-4, since at 1e-8 it does not converge on most of them and uses all trials; ours is at 1e-8. Alternating, the
median of five with the spread of the ratio. --large: 90,000 nodes with 1.1, 1.2 and 1.3 links a node, and a grid of 300 x 300.
Needs a Python with wntr.
"""
import ctypes
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "validation" / "epanet"))
import compare  # noqa: E402
import generate  # noqa: E402

EPANET_ACCURACY = 1e-4


def epanet_times(file):
    """Seconds of the first moment and of the whole period."""
    lib, project = compare.toolkit(), ctypes.c_void_p()
    lib.EN_createproject(ctypes.byref(project))
    with tempfile.TemporaryDirectory() as folder:
        names = (str(file), folder + "/r.rpt", folder + "/r.bin")
        assert lib.EN_open(project, *(name.encode() for name in names)) < 100
        lib.EN_setoption(project, compare.ACCURACY, ctypes.c_double(EPANET_ACCURACY))
        lib.EN_openH(project)
        lib.EN_initH(project, 10)
        t, step = ctypes.c_long(), ctypes.c_long()
        begin, first = time.process_time(), 0.0
        while True:
            lib.EN_runH(project, ctypes.byref(t))
            first = first or time.process_time() - begin
            lib.EN_nextH(project, ctypes.byref(step))
            if step.value <= 0:
                break
        whole = time.process_time() - begin
        lib.EN_close(project)
        lib.EN_deleteproject(project)
    return first, whole


def our_times(program, file):
    """Seconds of ordering, cold, warm with all demands and with every second one changed, and of the whole period."""
    text = subprocess.run([program, "hydraulics", str(file), "--timing"], capture_output=True, text=True).stdout
    timing = re.search(r"ordering ([\d.]+) s, cold ([\d.]+) s .*warm ([\d.]+) s .*\), ([\d.]+) s \(", text)
    return [float(x) for x in timing.groups()] + [float(re.search(r"iterations in ([\d.]+) s", text)[1])]


def grid(n):
    rng = random.Random(1)
    lines = ["[JUNCTIONS]"] + [f"J{i} {rng.uniform(0, 25):.3f} {rng.uniform(0, 0.02):.6f}" for i in range(n * n)]
    lines += ["[RESERVOIRS]", "R1 100", "R2 95", "[PIPES]"]
    ends = [(i, i + 1) for i in range(n * n) if (i + 1) % n] + [(i, i + n) for i in range(n * (n - 1))]
    for k, (a, b) in enumerate(ends):
        lines.append(f"P{k} J{a} J{b} {rng.uniform(50, 200):.2f} {rng.choice([100, 150, 200, 300, 400])} {rng.randint(80, 140)}")
    lines += ["PA R1 J0 50 800 120", f"PB R2 J{n * n - 1} 50 800 120", "[OPTIONS]", "UNITS LPS", "ACCURACY 1e-8", "[END]"]
    return "\n".join(lines) + "\n"


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        print("| network | EPANET steady s | ours | ratio | EPANET period s | ours | ratio |\n|---|---|---|---|---|---|---|")
        cases = [(1000, ["gravity"]), (1000, ["gravity", "tank", "pump3", "patterns", "controls"]), (3000, ["gravity"]),
                 (3000, ["gravity", "tank", "pump3", "patterns", "rules"]), (10000, ["gravity", "tank", "patterns"])]
        for nodes, features in cases:
            file = folder / "n.inp"
            file.write_text(generate.generate(5, nodes, features, "LPS"))
            theirs, ours = [], []
            for _ in range(5):
                theirs.append(epanet_times(file))
                ours.append(our_times(program, file))
            line = f"| {nodes} nodes: {' '.join(features)}"
            for epanet, own in ((0, 1), (1, 4)):
                a, b = [x[epanet] for x in theirs], [x[own] for x in ours]
                ratios = sorted(x / y for x, y in zip(a, b))
                line += (f" | {statistics.median(a):.4f} | {statistics.median(b):.4f} "
                         f"| {ratios[2]:.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})")
            print(line + " |", flush=True)
        if "--large" not in sys.argv:
            return
        print("\n| network | ordering s | cold s | warm s: demands + 1 % | + and - 1 % in turn |\n|---|---|---|---|---|")
        for name, text in [(f"90,000 nodes, {1 + extra} links a node", generate.large(90000, extra)) for extra in
                           (0.1, 0.2, 0.3)] + [("grid 300 x 300", grid(300))]:
            file = folder / "large.inp"
            file.write_text(text)
            ordering, cold, warm, turns, _ = our_times(program, file)
            print(f"| {name} | {ordering:.3f} | {cold:.4f} | {warm:.4f} | {turns:.4f} |", flush=True)


if __name__ == "__main__":
    main()
