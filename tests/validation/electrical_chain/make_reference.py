"""Solves the radial chain of radial_chain.csv with power-grid-model (Newton-Raphson, complex phasors) and prints it.

Run: python3 -m pip install power-grid-model numpy; python3 make_reference.py > radial_chain.csv

The magnetising branch of a transformer stands wholly at its primary here, so it is given as a shunt and not with the
transformer, where power-grid-model would put half of it on either side.
"""

import math

import numpy as np
from power_grid_model import CalculationMethod, LoadGenType, PowerGridModel, initialize_array

F = 60.0
U = [345e3, 34.5e3, 34.5e3, 415.0, 415.0]
SK, RX = 5e9, 0.1
# name: S_n, V1, V2, uk, P0, Pk, magnetising current
HV = (100e6, 345e3, 34.5e3, 0.10, 60e3, 300e3, 0.002)
LV = (2.5e6, 34.5e3, 415.0, 0.0575, 3.2e3, 12.2e3, 0.005)
# length, R', X', B'
MV_CABLE = (1200.0, 70.8e-6, 120e-6, 100e-9)
BUSWAY = (20.0, 43e-6, 14e-6, 0.0)
# node, P, power factor
LOADS = [(1, 40e6, 0.98), (2, 24e6, 0.98), (4, 1e6, 0.98)]
# scale of the loads, tap of the MV/LV transformer, voltage of the source in pu, its angle in degrees
CASES = [(1, 1, 1, 0), (0, 1, 1, 0), (0.25, 1.025, 1.02, 0), (0.5, 0.975, 0.97, 30), (1.2, 0.95, 1.05, -75)]


def array(component, n):
    return initialize_array("input", component, n)


def solve(scale, tap, source_pu, angle):
    node = array("node", 5)
    node["id"], node["u_rated"] = range(5), U
    source = array("source", 1)
    source["id"], source["node"], source["status"] = 10, 0, 1
    source["u_ref"], source["u_ref_angle"] = source_pu, math.radians(angle)
    source["sk"], source["rx_ratio"] = SK, RX
    transformer = array("transformer", 2)
    transformer["id"], transformer["from_node"], transformer["to_node"] = [20, 21], [0, 2], [1, 3]
    transformer["from_status"] = transformer["to_status"] = 1
    s, v1, v2, uk, p0, pk, im = map(np.array, zip(HV, LV))
    transformer["sn"], transformer["u1"], transformer["u2"] = s, v1, v2
    transformer["uk"], transformer["pk"], transformer["i0"], transformer["p0"] = uk, pk, 0.0, 0.0
    transformer["winding_from"] = transformer["winding_to"] = 1
    transformer["clock"] = 0
    transformer["tap_side"], transformer["tap_pos"], transformer["tap_nom"] = 0, [0, 1], 0
    transformer["tap_min"], transformer["tap_max"] = -10, 10
    transformer["tap_size"] = [0.0, abs(tap - 1) * v1[1]]
    if tap < 1:
        transformer["tap_pos"] = [0, -1]
    shunt = array("shunt", 2)
    shunt["id"], shunt["node"], shunt["status"] = [30, 31], [0, 2], 1
    shunt["g1"], shunt["b1"] = p0 / v1**2, -im * s / v1**2
    line = array("line", 2)
    line["id"], line["from_node"], line["to_node"] = [40, 41], [1, 3], [2, 4]
    line["from_status"] = line["to_status"] = 1
    length, r, x, b = map(np.array, zip(MV_CABLE, BUSWAY))
    line["r1"], line["x1"], line["c1"], line["tan1"] = r * length, x * length, b * length / (2 * math.pi * F), 0.0
    load = array("sym_load", 3)
    load["id"], load["status"], load["type"] = [50, 51, 52], 1, LoadGenType.const_power
    load["node"] = [n for n, _, _ in LOADS]
    load["p_specified"] = [scale * p for _, p, _ in LOADS]
    load["q_specified"] = [scale * p * math.tan(math.acos(pf)) for _, p, pf in LOADS]
    model = PowerGridModel(
        {"node": node, "source": source, "transformer": transformer, "shunt": shunt, "line": line, "sym_load": load},
        system_frequency=F,
    )
    out = model.calculate_power_flow(
        calculation_method=CalculationMethod.newton_raphson, error_tolerance=1e-13, max_iterations=50
    )
    voltage = [f(a) * pu for pu, a in zip(out["node"]["u_pu"], out["node"]["u_angle"]) for f in (math.cos, math.sin)]
    branch = lambda name: out[name]["p_from"] + out[name]["p_to"]
    loss = np.array([branch("transformer"), branch("line")]).T + np.array([out["shunt"]["p"], [0, 0]]).T
    return voltage + [loss[0][0], loss[0][1], loss[1][0], loss[1][1], out["source"]["p"][0], out["source"]["q"][0]]


if __name__ == "__main__":
    print("# Radial chain: grid 345 kV - transformer - MV cable - transformer - busway, constant-power loads.")
    print("# Source: power-grid-model (Alliander, MPL-2.0), Newton-Raphson to 1e-13, by make_reference.py beside this file,")
    print("# which holds the parameters. Voltages in pu of 345e3, 34.5e3, 34.5e3, 415, 415 V; losses and powers in W, var.")
    columns = ["scale", "tap", "source_pu", "source_angle_deg"]
    columns += [f"V{i}_{part}" for i in range(5) for part in ("re", "im")]
    columns += ["loss_hv", "loss_cable", "loss_lv", "loss_busway", "P_grid", "Q_grid"]
    print("# columns: " + ", ".join(columns))
    for case in CASES:
        print(",".join(f"{value:.15g}" for value in [*case, *solve(*case)]))
