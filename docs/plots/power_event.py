#!/usr/bin/env python3
"""Draws a run through an event of the grid, such as examples/blackout_to_throttle.

    power_event.py PICTURE RUN.h5 [FROM TO]

Voltages, where power comes from, pumps and the charge of batteries, temperatures; from FROM to TO seconds of the run.
A rack that is off has no temperature. Needs h5py, numpy and matplotlib.
"""
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

ZERO_CELSIUS = 273.15  # K
WARM, THROTTLING = 92.0, 95.0  # degC, of a GPU that warns and that throttles
POWERS = (("P_it", "IT", "0.5"), ("P_grid", "grid", "tab:blue"), ("P_generators", "gensets", "tab:red"),
          ("P_batteries", "batteries", "tab:orange"))
PUMPS = {"TCS pumps": "cdu_", "FWS pumps": "fws_pump"}


def names(file, group):
    return [n.decode() for n in file[f"{group}/{group}"][:]]


def over_first(values):
    return 100 * values / values[0]


def draw(file, picture, window):
    time = file["site/time"][:] - file["site/time"][0]
    figure, (voltage, power, share, heat) = plt.subplots(4, 1, figsize=(8, 9), sharex=True, constrained_layout=True)

    voltage.plot(time, over_first(file["grid/voltage"][:, 0]), color="0.5", label="grid")
    voltage.plot(time, 100 * np.nanmin(file["racks/V_feed"][:], axis=1), label="the rack that has least, its better feed")
    voltage.set_ylabel("voltage, %")
    if "genset" in file and file["genset/P"][:].any():
        hertz = voltage.twinx()
        fed = file["genset/P"][:] > 1e3
        frequency = (file["genset/frequency"][:] * fed).sum(axis=1) / fed.sum(axis=1).clip(1)
        frequency[~fed.any(axis=1)] = float("nan")
        hertz.plot(time, frequency, color="tab:red", linewidth=0.9)
        hertz.set_ylabel("gensets, Hz", color="tab:red")

    for variable, label, colour in POWERS:
        values = file[f"site/{variable}"][:]
        if values.any():
            power.plot(time, values / 1e6, label=label, color=colour)
    power.set_ylabel("MW")

    for label, part in PUMPS.items():
        of_kind = [i for i, name in enumerate(names(file, "pump")) if part in name]
        share.plot(time, over_first(file["pump/m_flow"][:, of_kind].sum(axis=1)), label=label)
    if "ups" in file:
        share.plot(time, 100 * file["ups/soc"][:].min(axis=1), label="lowest charge of a battery")
    share.set(ylabel="flow, charge, %", ylim=(-3, None))

    heat.plot(time, file["site/T_die_max"][:] - ZERO_CELSIUS, label="hottest GPU", color="tab:red")
    heat.plot(time, np.nanmax(file["racks/T_supply"][:], axis=1) - ZERO_CELSIUS, label="warmest TCS supply", color="tab:blue")
    for limit, label in ((WARM, "warns"), (THROTTLING, "throttles")):
        heat.axhline(limit, color="0.5", linewidth=0.6, linestyle=":")
        heat.annotate(label, (1.0, limit), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=7)
    heat.set_ylim(top=max(heat.get_ylim()[1], THROTTLING + 3))
    heat.set(ylabel="°C", xlabel="s", xlim=window or (0, time[-1]))
    for axes in (voltage, power, share, heat):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7, loc="best")
    figure.savefig(picture, dpi=100)


if __name__ == "__main__":
    with h5py.File(sys.argv[2]) as run:
        draw(run, sys.argv[1], tuple(float(x) for x in sys.argv[3:5]) or None)
