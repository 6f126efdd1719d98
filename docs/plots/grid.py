#!/usr/bin/env python3
"""Draws what `wattloop grid CASE -o DIR` has written.

    grid.py PICTURE DIR [FROM TO] [COURSE]...

Power over the window, from FROM to TO seconds of it in detail, and the spectra; of all courses or those named. Needs
matplotlib and numpy.
"""
import csv
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402


def read(path):
    """Names of the columns and their values."""
    with open(path) as file:
        names = next(csv.reader(file))
        return names, np.loadtxt(file, delimiter=",")


def main():
    picture, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    start, end = (float(x) for x in sys.argv[3:5]) if len(sys.argv) > 4 else (0.0, 10.0)
    report = json.loads((directory / "grid.json").read_text())
    wanted = sys.argv[5:] or list(report["courses"])
    names, course = read(directory / "courses.csv")
    spectrum_names, spectrum = read(directory / "spectrum.csv")
    time = course[:, 0] - report["window"]["begin_s"]
    low, high = next(iter(report["courses"].values()))["spectrum"]["band_hz"]

    figure, (whole, detail, lines) = plt.subplots(3, 1, figsize=(10, 9), constrained_layout=True)
    figure.suptitle(report["case"], fontsize=12)
    within = (time >= start) & (time < end)
    for name in wanted:
        power = course[:, names.index(f"{name} [MW]")]
        density = spectrum[:, spectrum_names.index(f"{name} [MW2/Hz]")]
        whole.plot(time, power, linewidth=0.6, label=name)
        detail.plot(time[within], power[within], linewidth=1.2, label=name)
        lines.loglog(spectrum[1:, 0], density[1:], linewidth=1.0, label=name)
    whole.set(xlabel="s", ylabel="MW at the point of connection", xlim=(0, time[-1]))
    detail.set(xlabel="s", ylabel="MW", xlim=(start, end))
    lines.axvspan(low, high, color="0.92", zorder=0)
    lines.set(xlabel="Hz", ylabel="MW²/Hz", xlim=(spectrum[1, 0], 50), ylim=(1e-6, None))
    for axes in (whole, detail, lines):
        axes.grid(alpha=0.3)
    lines.legend(fontsize=8, loc="lower left")
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    main()
