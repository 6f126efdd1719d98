#!/usr/bin/env python3
"""One network as a case and in MATPOWER's format: two readers, two solvers, the same voltages.

    one_engine_test.py PROGRAM

A grid behind its impedance, a ring of three cables and a transformer off its nominal ratio to 415 V. The per unit
quantities are worked out here from the case's ohms, siemens and routine tests.
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

S, V1, V2 = 100e6, 34.5e3, 415.0  # base
GRID = 34.2e3, 0.06, 0.7          # V, ohm
CABLE = 0.12e-3, 0.15e-3, 0.1e-6  # ohm, ohm and S a metre
RING = (("a", "b", 2000.0), ("b", "c", 1000.0), ("c", "a", 3000.0))
UNIT = dict(S_n=12e6, uk=0.06, P0=9e3, Pk=70e3, i=0.004, tap=0.975)
LOADS = {"b": (18e6, 0.95), "d": (10e6, 0.9)}


def case():
    lines = "".join(f"  cable_{i}{j}: {{type: line, R_per_metre: {CABLE[0]} ohm/m, X_per_metre: {CABLE[1]} ohm/m, "
                    f"B_per_metre: {CABLE[2]} S/m, length: {metres} m, I_rated: 800 A}}\n"
                    for i, j, metres in RING)
    loads = "".join(f"  load_{bus}: {{type: ac_load, power: {P} W, power_factor: {cos}, "
                    f"V_minimum: {0.8 * (V1 if bus == 'b' else V2)} V}}\n" for bus, (P, cos) in LOADS.items())
    meters = "".join(f"  meter_{bus}: {{type: voltmeter, V_nominal: {V2 if bus == 'd' else V1} V}}\n" for bus in "abcd")
    u = UNIT
    return ("wattloop: 1\nname: a ring\nrun: {duration: 1 s, record_interval: 1 s}\nweather: {T_db: 20 degC, T_dp: 10 degC}\n"
            "parts:\n  hall: {type: air_zone, volume: 1e4 m3, UA: 1 MW/K, T_outside: 27 degC}\n"
            f"  grid: {{type: grid, V: {GRID[0]} V, R: {GRID[1]} ohm, X: {GRID[2]} ohm}}\n{lines}{loads}{meters}"
            f"  unit: {{type: transformer, S_n: {u['S_n']} VA, V_primary: {V1} V, V_secondary: {V2} V, uk: {u['uk']}, "
            f"P0: {u['P0']} W, Pk: {u['Pk']} W, i_magnetising: {u['i']}, tap: {u['tap']}}}\n"
            "nodes:\n  a: [grid.supply, cable_ab.from, cable_ca.to, meter_a.bus]\n"
            "  b: [cable_ab.to, cable_bc.from, load_b.supply, meter_b.bus]\n"
            "  c: [cable_bc.to, cable_ca.from, unit.primary, meter_c.bus]\n  d: [unit.secondary, load_d.supply, meter_d.bus]\n"
            "  hall: [hall.air, cable_ab.room, cable_bc.room, cable_ca.room, unit.room, load_b.room, load_d.room]\n")


def matpower():
    number = {bus: k for k, bus in enumerate("abcd", 2)}  # 1: behind the grid's impedance
    Z = V1 * V1 / S
    u = UNIT
    R = u["Pk"] / u["S_n"]
    R, X = R * S / u["S_n"], math.sqrt(u["uk"] ** 2 - R * R) * S / u["S_n"]
    bus = ["1 3 0 0 0 0 1 1 0 34.5 1 1.1 0.9"]
    for name, k in number.items():
        P, cos = LOADS.get(name, (0.0, 1.0))
        shunt = (u["P0"] / 1e6, -u["i"] * u["S_n"] / 1e6) if name == "c" else (0.0, 0.0)
        bus.append(f"{k} 1 {P / 1e6!r} {P / 1e6 * math.tan(math.acos(cos))!r} {shunt[0]!r} {shunt[1]!r} 1 1 0 "
                   f"{0.415 if name == 'd' else 34.5} 1 1.1 0.9")
    branch = [f"1 2 {GRID[1] / Z!r} {GRID[2] / Z!r} 0 0 0 0 0 0 1 -360 360"]
    for i, j, metres in RING:
        branch.append(f"{number[i]} {number[j]} {CABLE[0] * metres / Z!r} {CABLE[1] * metres / Z!r} "
                      f"{CABLE[2] * metres * Z!r} 0 0 0 0 0 1 -360 360")
    branch.append(f"4 5 {R!r} {X!r} 0 0 0 0 {u['tap']} 0 1 -360 360")
    table = lambda name, rows: f"mpc.{name} = [\n" + "".join(f"  {row};\n" for row in rows) + "];\n"  # noqa: E731
    return ("function mpc = ring\nmpc.version = '2';\n" + f"mpc.baseMVA = {S / 1e6};\n" + table("bus", bus)
            + table("gen", [f"1 0 0 999 -999 {GRID[0] / V1!r} 100 1 999 0"]) + table("branch", branch))


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        (folder / "case.yaml").write_text(case())
        (folder / "ring.m").write_text(matpower())
        subprocess.run([program, "run", folder / "case.yaml", "-o", folder / "out", "--json", folder / "run.json"], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([program, "powerflow", folder / "ring.m", "--json", folder / "flow.json"], check=True,
                       stdout=subprocess.DEVNULL)
        parts = json.loads((folder / "run.json").read_text())["components"]
        buses = {b["id"]: b["vm_pu"] for b in json.loads((folder / "flow.json").read_text())["buses"]}
    failed = 0
    for k, bus in enumerate("abcd", 2):
        V = parts[f"meter_{bus}"]["V"]
        good = abs(V - buses[k]) < 1e-8 and abs(V - 1.0) > 1e-3
        failed += not good
        print(f"{'ok    ' if good else 'FAILED'} bus {bus}: {V:.10f} as a case, {buses[k]:.10f} as a table")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
