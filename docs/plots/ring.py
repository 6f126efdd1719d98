#!/usr/bin/env python3
"""Draws a run of examples/mv_ring: voltages and loads of the stations, currents of the breakers around the fault.

    ring.py PICTURE RUN.h5 [FROM TO]

From FROM to TO seconds of the run. Needs h5py and matplotlib.
"""
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

BREAKERS = ("head_a", "station_1.onward_switch", "station_2.onward_switch", "head_b")


def draw(file, picture, window):
    time = file["voltmeter/time"][:] - file["voltmeter/time"][0]
    figure, (voltage, load, current) = plt.subplots(3, 1, figsize=(8, 7), sharex=True, constrained_layout=True)
    for group, variable, axes, scale in (("voltmeter", "V", voltage, 100.0), ("ac_load", "P", load, 1e-6)):
        for i, name in enumerate(file[f"{group}/{group}"][:]):
            axes.plot(time, scale * file[f"{group}/{variable}"][:, i], label=name.decode().split(".")[0].replace("_", " "))
    names = [n.decode() for n in file["breaker/breaker"][:]]
    for name in BREAKERS:
        current.semilogy(time, file["breaker/current"][:, names.index(name)].clip(1.0), label=name.replace("_", " "))
    voltage.set_ylabel("voltage, %")
    load.set_ylabel("load, MW")
    current.set(ylabel="current, A", xlabel="s", xlim=window or (0, time[-1]))
    for axes in (voltage, load, current):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7, loc="right")
    figure.savefig(picture, dpi=100)


if __name__ == "__main__":
    with h5py.File(sys.argv[2]) as run:
        draw(run, sys.argv[1], tuple(float(x) for x in sys.argv[3:5]) or None)
