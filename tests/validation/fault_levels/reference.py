#!/usr/bin/env python3
"""Writes networks.json: short-circuit currents of small networks by pandapower's shortcircuit module (IEC 60909, case
max, three-phase, +10 % at low voltage, method C for the peak), with all that went in.

    python -m venv v && v/bin/pip install pandapower && v/bin/python reference.py
"""
import json
import pathlib
import random
import warnings

warnings.filterwarnings("ignore")
import pandapower
import pandapower.shortcircuit

C = 1.1


def network(seed):
    """A grid at 110 kV, transformers to 20 kV, cables as a ring or a tree, transformers to 0.4 kV with feeders."""
    r = random.Random(seed)
    buses = [110.0, 20.0]
    sources = [{"bus": 0, "s_k_mva": r.uniform(1000, 10000), "rx": r.choice([0.1, 0.3])}]
    transformers, lines = [], []
    for _ in range(r.choice([1, 2])):
        transformers.append({"from": 0, "to": 1, "s_mva": r.choice([25.0, 40.0]), "uk": r.uniform(0.10, 0.16), "r": r.uniform(0.003, 0.006)})
    last = 1
    for _ in range(r.randint(2, 5)):
        buses.append(20.0)
        lines.append({"from": last, "to": len(buses) - 1, "km": r.uniform(0.3, 6.0), "r": r.uniform(0.1, 0.3), "x": r.uniform(0.08, 0.13)})
        last = len(buses) - 1
    if r.random() < 0.5:
        lines.append({"from": last, "to": 1, "km": r.uniform(0.3, 6.0), "r": 0.2, "x": 0.11})
    for bus in range(2, len(buses)):
        buses.append(0.4)
        transformers.append({"from": bus, "to": len(buses) - 1, "s_mva": r.choice([0.63, 1.0, 2.5]), "uk": r.uniform(0.04, 0.07), "r": r.uniform(0.006, 0.012)})
        buses.append(0.4)
        lines.append({"from": len(buses) - 2, "to": len(buses) - 1, "km": r.uniform(0.01, 0.2), "r": 0.12, "x": 0.07})
    return {"seed": seed, "buses_kv": buses, "sources": sources, "transformers": transformers, "lines": lines}


def solve(net):
    p = pandapower.create_empty_network(f_hz=50.0)
    for kv in net["buses_kv"]:
        pandapower.create_bus(p, kv)
    for s in net["sources"]:
        pandapower.create_ext_grid(p, s["bus"], s_sc_max_mva=s["s_k_mva"], rx_max=s["rx"])
    for t in net["transformers"]:
        pandapower.create_transformer_from_parameters(
            p, t["from"], t["to"], t["s_mva"], net["buses_kv"][t["from"]], net["buses_kv"][t["to"]],
            vkr_percent=100 * t["r"], vk_percent=100 * t["uk"], pfe_kw=0.0, i0_percent=0.0)
    for l in net["lines"]:
        pandapower.create_line_from_parameters(p, l["from"], l["to"], l["km"], l["r"], l["x"], 0.0, 1.0)
    pandapower.shortcircuit.calc_sc(p, fault="3ph", case="max", ip=True, lv_tol_percent=10, kappa_method="B", topology="radial")
    net["i_k_ka"] = p.res_bus_sc.ikss_ka.tolist()
    net["rk_ohm"], net["xk_ohm"] = p.res_bus_sc.rk_ohm.tolist(), p.res_bus_sc.xk_ohm.tolist()
    net["ip_ka"] = p.res_bus_sc.ip_ka.tolist()


networks = [network(seed) for seed in range(1, 7)]
for n in networks:
    solve(n)
out = pathlib.Path(__file__).with_name("networks.json")
out.write_text(json.dumps({"source": f"pandapower {pandapower.__version__}, shortcircuit module", "voltage_factor": C, "networks": networks}, indent=1) + "\n")
