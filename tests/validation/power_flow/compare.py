#!/usr/bin/env python3
"""Solves power networks with pandapower and power-grid-model and with wattloop, and compares them bus by bus.

usage: compare.py path/to/wattloop [--seeds A-B] [--buses N,N] [--shapes S,S] [--keep DIR] [FILE.m ...]

Without files: each feature of generate.py alone and in pairs, on radial, meshed and ring networks of each size, and the
nose, without and with limits of reactive power: a load of 99.9 % of the largest that has a solution, and 100.1 %. Bars: voltages within 1e-8 per unit, flows within
1e-6 MW. power-grid-model takes no limits of reactive power; its source has a short-circuit power of 1e23 VA
(at 1e20 VA a load of 1,100 MW still moves voltages by 3e-10). A solution that pandapower does not find and
power-grid-model does is no failure.
Needs a Python with pandapower, power-grid-model and numpy; exit code 77 without them.
"""
import argparse
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

import generate

try:
    import numpy as np
    import pandapower
    import power_grid_model
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

VOLTAGE, FLOW = 1e-8, 1e-6
warnings.filterwarnings("ignore", category=FutureWarning)  # of pandas, in pandapower


def tables(text):
    """baseMVA, bus, gen and branch of a case."""
    case = {"version": "2", "baseMVA": float(re.search(r"mpc\.baseMVA\s*=\s*([\d.eE+-]+)", text)[1])}
    for name in ("bus", "gen", "branch"):
        body = re.search(r"mpc\." + name + r"\s*=\s*\[(.*?)\];", text, re.S)[1]
        body = re.sub(r"%.*", "", body)
        case[name] = np.array([[float(x) for x in row.split()] for row in body.split(";") if row.strip()])
    return case


def ours(program, file, *arguments):
    done = subprocess.run([program, "powerflow", str(file), "--json", "-", *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"{file}: {done.stderr}")
    return json.loads(done.stdout)


def solve_pandapower(case):
    """Complex voltages by bus number and flows by branch row, or None."""
    import logging

    import pandapower
    logging.getLogger("pandapower").setLevel(logging.ERROR)
    from pandapower.converter.pypower.from_ppc import from_ppc
    n = len(case["branch"])
    net = from_ppc({**case, "bus": case["bus"].copy(), "gen": case["gen"].copy(), "branch": case["branch"].copy()}, f_hz=50)
    for tolerance in (1e-10, 1e-8):
        try:
            pandapower.runpp(net, calculate_voltage_angles=True, trafo_model="pi", tolerance_mva=tolerance, init="dc",
                             enforce_q_lims=True, max_iteration=30)
            break
        except pandapower.LoadflowNotConverged:
            continue
    else:
        return None
    bus = {}
    ids = case["bus"][:, 0].astype(int)
    for i in ids:
        vm, va = net.res_bus.vm_pu.get(i, np.nan), net.res_bus.va_degree.get(i, np.nan)
        bus[i] = vm * np.exp(1j * np.radians(va))
    flows = np.full((n, 4), np.nan)
    lookup = net._from_ppc_lookups["branch"] if "_from_ppc_lookups" in net else None
    if lookup is not None:
        for k, (element, kind) in enumerate(zip(lookup["element"], lookup["element_type"])):
            if kind == "line":
                flows[k] = net.res_line.loc[element, ["p_from_mw", "q_from_mvar", "p_to_mw", "q_to_mvar"]]
            elif kind == "trafo":
                hv, lv = net.trafo.loc[element, ["hv_bus", "lv_bus"]]
                row = net.res_trafo.loc[element, ["p_hv_mw", "q_hv_mvar", "p_lv_mw", "q_lv_mvar"]].to_numpy()
                flows[k] = row if int(case["branch"][k, 0]) == hv else row[[2, 3, 0, 1]]
    return bus, flows


def grid_model(case, sk=1e23):
    """power-grid-model's input of a case; its nodes have 1 V, so that amperes and ohms are per unit."""
    from power_grid_model import initialize_array
    base, bus, gen, branch = case["baseMVA"] * 1e6, case["bus"], case["gen"], case["branch"]
    u = 10e3
    z = u * u / base
    isolated = set(bus[bus[:, 1] == 4, 0])
    bus = bus[bus[:, 1] != 4]
    node = initialize_array("input", "node", len(bus))
    node["id"], node["u_rated"] = bus[:, 0].astype(int), u
    top = int(bus[:, 0].max()) + 1
    on = np.array([row[0] not in isolated and row[1] not in isolated for row in branch], dtype=bool)
    rows = branch[on]
    line = initialize_array("input", "generic_branch", len(rows))
    line["id"] = top + np.arange(len(rows))
    line["from_node"], line["to_node"] = rows[:, 0].astype(int), rows[:, 1].astype(int)
    line["from_status"] = line["to_status"] = rows[:, 10].astype(int)
    line["r1"], line["x1"], line["g1"], line["b1"] = rows[:, 2] * z, rows[:, 3] * z, 0.0, rows[:, 4] / z
    line["k"] = np.where(rows[:, 8] == 0, 1.0, rows[:, 8])
    line["theta"] = np.radians(rows[:, 9])
    line["sn"] = 1e6
    top += len(rows)
    slack = bus[bus[:, 1] == 3]
    held = {int(g[0]): g[5] for g in gen if g[7] > 0}
    slack = slack[[int(b) in held for b in slack[:, 0]]]
    source = initialize_array("input", "source", len(slack))
    source["id"], source["node"], source["status"] = top + np.arange(len(slack)), slack[:, 0].astype(int), 1
    source["u_ref"] = [held[int(b)] for b in slack[:, 0]]
    source["u_ref_angle"], source["sk"], source["rx_ratio"] = np.radians(slack[:, 8]), sk, 0.1
    top += len(slack)
    taken = bus[:, 2:4].copy() * 1e6
    at = {int(b): i for i, b in enumerate(bus[:, 0])}
    for g in gen:
        if g[7] > 0 and int(g[0]) in at:
            taken[at[int(g[0])]] -= g[1:3] * 1e6
    load = initialize_array("input", "sym_load", len(bus))
    load["id"], load["node"], load["status"], load["type"] = top + np.arange(len(bus)), node["id"], 1, 0
    load["p_specified"], load["q_specified"] = taken.T
    top += len(bus)
    data = {"node": node, "generic_branch": line, "source": source, "sym_load": load}
    with_shunt = bus[(bus[:, 4] != 0) | (bus[:, 5] != 0)]
    if len(with_shunt):
        shunt = initialize_array("input", "shunt", len(with_shunt))
        shunt["id"], shunt["node"], shunt["status"] = top + np.arange(len(with_shunt)), with_shunt[:, 0].astype(int), 1
        shunt["g1"], shunt["b1"] = with_shunt[:, 4] * 1e6 / u**2, with_shunt[:, 5] * 1e6 / u**2
        data["shunt"] = shunt
    return data, np.flatnonzero(on)


def solve_grid_model(case):
    from power_grid_model import CalculationMethod, PowerGridModel
    from power_grid_model.errors import PowerGridError
    data, rows = grid_model(case)
    try:
        out = PowerGridModel(data).calculate_power_flow(calculation_method=CalculationMethod.newton_raphson,
                                                        error_tolerance=1e-12, max_iterations=50)
    except PowerGridError:
        return None
    node = out["node"]
    bus = {int(b): np.nan for b in case["bus"][:, 0]}
    bus |= {int(i): (v * np.exp(1j * a) if e else np.nan)
            for i, v, a, e in zip(node["id"], node["u_pu"], node["u_angle"], node["energized"])}
    flows = np.zeros((len(case["branch"]), 4))
    branch = out["generic_branch"]
    flows[rows] = np.stack([branch["p_from"], branch["q_from"], branch["p_to"], branch["q_to"]], 1) / 1e6
    return bus, flows


class Comparison:
    def __init__(self, program):
        self.program, self.cases, self.failed, self.unanswered = program, 0, 0, 0
        self.worst = {}

    def compare(self, name, file, text):
        case, mine = tables(text), ours(self.program, file)
        references = {"pandapower": solve_pandapower}
        if not (case["bus"][:, 1] == 2).any():
            references["power-grid-model"] = solve_grid_model
        answers = {reference: solve(case) for reference, solve in references.items()}
        known = any(answer is not None for answer in answers.values())
        for reference, found in answers.items():
            self.cases += 1
            if found is None and known:
                self.unanswered += 1
                continue
            if known != mine["converged"]:
                self.fail(f"{name}: {reference} {'finds a' if known else 'no'} solution, wattloop says {mine['converged']}")
                continue
            if found is None:
                continue
            bus, flows = found
            v = [abs(bus[b["id"]] - b["vm_pu"] * np.exp(1j * np.radians(b["va_deg"]))) if b["vm_pu"] is not None
                 else (0.0 if np.isnan(bus[b["id"]]) else np.inf) for b in mine["buses"]]
            own = np.array([[b["p_from_mw"], b["q_from_mvar"], b["p_to_mw"], b["q_to_mvar"]] for b in mine["branches"]], dtype=float)
            off = np.isnan(flows)
            f = np.abs(np.where(off, 0.0, own - np.where(off, 0.0, flows)))
            dv, df = np.nanmax(np.where(np.isnan(v), np.inf, v)), f.max()
            kept = self.worst.setdefault(reference, [0.0, 0.0, 0])
            kept[:] = [max(kept[0], dv), max(kept[1], df), kept[2] + 1]
            if dv > VOLTAGE or df > FLOW:
                self.fail(f"{name}: {reference}: voltage {dv:.2e} pu at bus {mine['buses'][int(np.argmax(v))]['id']}, "
                          f"flow {df:.2e} MW")

    def fail(self, text):
        self.failed += 1
        print("FAILED", text, flush=True)

    def nose(self, name, folder, seed, size, features):
        """The load factor beyond which there is no solution, by wattloop; then both sides of it with all programs."""
        low, high = 1.0, 1.0
        file = folder / "nose.m"
        full = generate.Network(seed, size, features)

        def solvable(factor):
            scaled = generate.Network(seed, size, features)
            scaled.demand = [(p * factor, q * factor) for p, q in full.demand]
            text = scaled.text()
            file.write_text(text)
            return text, ours(self.program, file)["converged"]

        while solvable(high)[1]:
            low, high = high, 2.0 * high
        while high - low > 1e-4 * low:
            middle = 0.5 * (low + high)
            low, high = (middle, high) if solvable(middle)[1] else (low, middle)
        for share in (0.999, 1.001):
            text, _ = solvable(low * share)
            self.compare(f"{name} at {share} of its nose", file, text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--seeds", default="1-3")
    parser.add_argument("--buses", default="10,30,100,300,1000")
    parser.add_argument("--shapes", default=",".join(generate.SHAPES))
    parser.add_argument("--pairs-up-to", type=int, default=100, help="pairs of features on networks up to this size")
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    comparison = Comparison(arguments.program)
    for file in arguments.files:
        comparison.compare(file.name, file, file.read_text())
    first, last = (int(x) for x in arguments.seeds.split("-"))
    sizes = [int(n) for n in arguments.buses.split(",")]
    with tempfile.TemporaryDirectory() as directory:
        folder = arguments.keep or pathlib.Path(directory)
        if not arguments.files:
            for seed, size, shape in itertools.product(range(first, last + 1), sizes, arguments.shapes.split(",")):
                if shape == "ring" and size < 30:
                    continue
                combinations = [[]] + [[f] for f in generate.FEATURES]
                if size <= arguments.pairs_up_to:
                    combinations += [list(pair) for pair in itertools.combinations(generate.FEATURES, 2)]
                for features in combinations:
                    name = f"seed {seed}, {size} buses, {' '.join([shape, *features])}"
                    file = folder / "case.m"
                    text = generate.generate(seed, size, [shape, *features])
                    file.write_text(text)
                    comparison.compare(name, file, text)
                for features in ([shape], [shape, "limits"]) if size <= 300 else ():
                    comparison.nose(f"seed {seed}, {size} buses, {' '.join(features)}", folder, seed, size, features)
    for reference, (v, f, count) in comparison.worst.items():
        print(f"{reference}: {count} cases, largest difference {v:.1e} pu, {f:.1e} MW")
    print(f"{comparison.cases} comparisons, {comparison.failed} failed, {comparison.unanswered} without an answer of one program")
    sys.exit(1 if comparison.failed else 0)


if __name__ == "__main__":
    main()
