#!/usr/bin/env python3
"""Draws runs of examples/childress_real_input side by side.

    real_input.py PICTURE TITLE=RUN.h5 [TITLE=RUN.h5]...

A column a run: weather, IT power, PUE, water temperatures, the hottest GPU, fans and make-up water over the day. The three
buildings in training are one line, their mean, the one that serves requests is the other. Needs h5py and matplotlib.
"""
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

ZERO_CELSIUS = 273.15  # K
COLOURS = {"training": "#1f77b4", "inference": "#d95f02", "site": "#333333"}


class Day:
    """A results file, by building."""

    def __init__(self, path):
        self.file = h5py.File(path)
        self.hours = (self.file["site/time"][:] - self.file["site/time"][0]) / 3600
        racks = self.names("racks", "rack")
        self.buildings = sorted({name.split(".")[0] for name in racks})
        self.parts = {"training": self.buildings[:-1], "inference": self.buildings[-1:]}

    def names(self, group, dimension):
        return [name.decode() if isinstance(name, bytes) else name for name in self.file[f"{group}/{dimension}"][:]]

    def site(self, variable):
        return self.file[f"site/{variable}"][:]

    def of(self, group, dimension, variable, part, end=""):
        """Columns of the elements of the buildings of a part whose names end so."""
        columns = [i for i, name in enumerate(self.names(group, dimension))
                   if name.split(".")[0] in self.parts[part] and name.endswith(end)]
        return self.file[f"{group}/{variable}"][:][:, columns]

    def power(self, part):
        """IT power of a building, MW."""
        racks = self.of("racks", "rack", "P_in", part).sum(axis=1)
        others = self.of("ac_load", "ac_load", "P_it", part).sum(axis=1)
        return (racks + others) / len(self.parts[part]) / 1e6

    def temperature(self, part, end):
        return self.of("liquid_nodes", "node", "T", part, end).mean(axis=1) - ZERO_CELSIUS


def draw(axes, day):
    weather, power, pue, fws, tcs, gpu, fans, water = axes
    weather.plot(day.hours, day.site("T_db") - ZERO_CELSIUS, color=COLOURS["site"])
    pue.plot(day.hours, day.site("pue"), color=COLOURS["site"])
    fans.plot(day.hours, day.file["dry_cooler/P_fan"][:].sum(axis=1) / 1e6, color=COLOURS["site"])
    water.plot(day.hours, day.site("m_make_up") * 3.6, color=COLOURS["site"])
    for part, colour in COLOURS.items():
        if part == "site":
            continue
        power.plot(day.hours, day.power(part), color=colour, label=part)
        fws.plot(day.hours, day.temperature(part, ".fws_supply"), color=colour, label=part)
        tcs.plot(day.hours, day.temperature(part, ".rack_supply"), color=colour, label=part)
        hottest = day.of("racks", "rack", "T_die_max", part).max(axis=1) - ZERO_CELSIUS
        gpu.plot(day.hours, hottest, color=colour, label=part)


def main():
    if len(sys.argv) < 3 or any("=" not in run for run in sys.argv[2:]):
        sys.exit(__doc__)
    runs = [run.split("=", 1) for run in sys.argv[2:]]
    labels = ["dry bulb\n°C", "IT power\nof a building, MW", "PUE", "FWS supply\n°C", "TCS supply\n°C",
              "hottest GPU\n°C", "cooler fans\nMW", "make-up water\nm³/h"]
    plt.rcParams.update({"font.size": 10, "lines.linewidth": 1.0, "axes.grid": True, "grid.alpha": 0.3})
    figure, axes = plt.subplots(len(labels), len(runs), figsize=(5.5 * len(runs), 12.5), sharex=True, sharey="row",
                                squeeze=False, layout="constrained")
    for column, (title, path) in enumerate(runs):
        draw(axes[:, column], Day(path))
        axes[0, column].set_title(title)
        axes[-1, column].set_xlabel("hour of the day, standard time")
        axes[-1, column].set_xticks(range(0, 25, 3))
        axes[-1, column].set_xlim(0, 24)
    for row, label in enumerate(labels):
        axes[row, 0].set_ylabel(label)
    for row in (3, 4):  # held temperatures: at least 2 K high
        low, high = axes[row, 0].get_ylim()
        middle, half = (low + high) / 2, max(1.0, (high - low) / 2)
        axes[row, 0].set_ylim(middle - half, middle + half)
    handles, names = axes[1, 0].get_legend_handles_labels()
    where = {"training": "mean of three buildings", "inference": "fourth building"}
    figure.legend(handles, [f"{name} ({where[name]})" for name in names], loc="outside upper center", ncols=2, frameon=False)
    figure.savefig(sys.argv[1], dpi=90)


if __name__ == "__main__":
    main()
