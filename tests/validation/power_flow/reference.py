#!/usr/bin/env python3
"""Writes a few cases of generate.py to cases/, each with the voltages and flows of an independent program beside it.

usage: reference.py                  (a Python with pandapower, power-grid-model and numpy)
"""
import pathlib

import numpy as np

import compare
import generate

CASES = [(1, 10, "radial"), (2, 12, "radial taps shifters"), (3, 12, "meshed taps charging"), (4, 20, "meshed shunts parallel"),
         (5, 15, "radial islands"), (6, 12, "meshed pv taps"), (7, 20, "meshed limits"), (8, 15, "radial limits charging"),
         (9, 51, "ring shunts sources"), (10, 12, "meshed islands shifters"), (11, 20, "radial sources parallel"),
         (12, 30, "meshed limits shifters")]
FOLDER = pathlib.Path(__file__).resolve().parent / "cases"


def main():
    FOLDER.mkdir(exist_ok=True)
    for seed, size, features in CASES:
        text = generate.generate(seed, size, features.split())
        name = f"case{seed:02}"
        (FOLDER / f"{name}.m").write_text(text)
        case = compare.tables(text)
        held = (case["bus"][:, 1] == 2).any()
        program = "pandapower" if held else "power-grid-model"
        bus, flows = compare.solve_pandapower(case) if held else compare.solve_grid_model(case)
        head = f"# generate.py {seed} {size} --features {features.replace(' ', ',')}; {program} by reference.py\n"
        with (FOLDER / f"{name}_buses.csv").open("w") as file:
            file.write(head + "# bus, V_re, V_im [pu]; 0 for a dead bus\n")
            for i in case["bus"][:, 0].astype(int):
                v = 0j if np.isnan(bus[i]) else complex(bus[i])
                file.write(f"{i},{v.real:.15g},{v.imag:.15g}\n")
        with (FOLDER / f"{name}_branches.csv").open("w") as file:
            file.write(head + "# P_from [MW], Q_from [Mvar], P_to, Q_to; 0 where it is out\n")
            for row in np.where(np.isnan(flows), 0.0, flows):
                file.write(",".join(f"{x:.15g}" for x in row) + "\n")


if __name__ == "__main__":
    main()
