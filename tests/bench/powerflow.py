#!/usr/bin/env python3
"""Times power flows beside power-grid-model (Newton-Raphson) in the same run, and prints tables for docs/performance.md.

usage: powerflow.py path/to/wattloop [--quick]

Networks come from tests/validation/power_flow/generate.py. Single: the model made and solved once, and solved again;
batch: 1,000 sets of loads, each bus's own between 70 and 130 %. Processor time of one thread, alternating, the median of
five with the spread of the ratio; power-grid-model at its tolerance of 1e-8, ours at 1e-10. The lowest voltages of the
batch must agree. Then every outage (n-1) of networks of rings. --quick: up to 1,000 buses, 200 sets of loads.
Needs a Python with power-grid-model and numpy.
"""
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "validation" / "power_flow"))
import compare  # noqa: E402
import generate  # noqa: E402

CASES = [(100, "radial"), (100, "meshed taps"), (300, "ring charging"), (1000, "radial"), (1000, "meshed taps"),
         (1000, "ring"), (3000, "meshed shunts"), (10000, "radial taps"), (10000, "meshed")]


def loads(case, count):
    """The case's loads times a factor of each bus and each set: [set, bus, P or Q] in MW, Mvar."""
    factor = np.random.default_rng(1).uniform(0.7, 1.3, (count, len(case["bus"]), 1))
    return factor * case["bus"][None, :, 2:4]


def their_times(case, sets):
    """Seconds of first and of next solution and of the batch, and the lowest voltage of each set."""
    from power_grid_model import CalculationMethod, PowerGridModel, initialize_array
    newton = CalculationMethod.newton_raphson
    data, _ = compare.grid_model(case)
    begin = time.process_time()
    model = PowerGridModel(data)
    model.calculate_power_flow(calculation_method=newton)
    first = time.process_time() - begin
    again = []
    for _ in range(5):
        begin = time.process_time()
        model.calculate_power_flow(calculation_method=newton)
        again.append(time.process_time() - begin)
    update = initialize_array("update", "sym_load", sets.shape[:2])
    update["id"] = data["sym_load"]["id"]
    update["p_specified"], update["q_specified"] = sets[:, :, 0] * 1e6, sets[:, :, 1] * 1e6
    begin = time.process_time()
    out = model.calculate_power_flow(update_data={"sym_load": update}, calculation_method=newton, threading=-1)
    return first, min(again), time.process_time() - begin, out["node"]["u_pu"].min(axis=1)


def our_times(program, file, table):
    """The same of ours."""
    command = [program, "powerflow", str(file), "--timing", "--threads", "1", "--batch", str(table), "--json", str(table) + ".json"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    first, again, batch = re.search(r"set-up and solution ([\d.]+) s, solution ([\d.]+) s, \d+ variants ([\d.]+) s", text).groups()
    lowest = [v["lowest_voltage"]["vm_pu"] for v in json.loads(pathlib.Path(str(table) + ".json").read_text())["variants"]]
    return float(first), float(again), float(batch), np.array(lowest)


def write_table(file, case, sets):
    names = [f"{kind}_{int(i)}" for i in case["bus"][:, 0] for kind in ("p", "q")]
    rows = [",".join(names)] + [",".join(f"{x!r}" for x in row) for row in sets.reshape(len(sets), -1).tolist()]
    file.write_text("\n".join(rows) + "\n")


def main():
    program, quick = sys.argv[1], "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        print("| network | what | power-grid-model s | ours s | ratio |\n|---|---|---|---|---|")
        for size, features in CASES:
            if quick and size > 1000:
                continue
            file, table = folder / "n.m", folder / "loads.csv"
            file.write_text(generate.generate(5, size, features.split()))
            case = compare.tables(file.read_text())
            sets = loads(case, 200 if quick else max(100, min(1000, 1000000 // size)))
            write_table(table, case, sets)
            theirs, ours = [], []
            for _ in range(5):
                *times, lowest = their_times(case, sets)
                theirs.append(times)
                *times, own = our_times(program, file, table)
                ours.append(times)
                assert np.abs(lowest - own).max() < 1e-8, "the results differ"
            for k, what in enumerate(("first", "again", f"{len(sets)} sets of loads")):
                a, b = [t[k] for t in theirs], [t[k] for t in ours]
                ratios = sorted(x / y for x, y in zip(a, b))
                print(f"| {size} buses: {features} | {what} | {statistics.median(a):.6f} | {statistics.median(b):.6f} "
                      f"| {ratios[2]:.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f}) |", flush=True)
        print("\n| network | outages | s, one thread |\n|---|---|---|")
        for size, features in [(1000, "ring"), (1000, "meshed taps"), (1000, "radial")]:
            file = folder / "n.m"
            file.write_text(generate.generate(5, size, features.split()))
            command = [program, "powerflow", str(file), "--timing", "--threads", "1", "--contingency", "n-1"]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            count, seconds = re.search(r", (\d+) variants ([\d.]+) s", text).groups()
            print(f"| {size} buses: {features} | {count} | {float(seconds):.4f} |", flush=True)


if __name__ == "__main__":
    main()
