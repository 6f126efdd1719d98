#!/usr/bin/env python3
"""Draws a run of examples/tower_plant or examples/chilled_water_plant.

    plants.py PICTURE RUN.h5

Weather and water temperatures, controllers' outputs and what runs, over the hours. Needs h5py and matplotlib.
"""
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

ZERO_CELSIUS = 273.15  # K
WATER = {"fws_supply": "FWS supply", "fws_return": "FWS return", "tower_supply": "tower supply", "supply": "supply",
         "return": "return", "precooled": "after the economiser"}
OUTPUTS = {"fan_control": "tower fans", "fws_temperature_control": "tower pumps", "hall_control": "hall"}


class Run:
    """A results file."""

    def __init__(self, path):
        self.file = h5py.File(path)
        self.hours = (self.file["site/time"][:] - self.file["site/time"][0]) / 3600

    def names(self, group, dimension):
        return [n.decode() if isinstance(n, bytes) else n for n in self.file[f"{group}/{dimension}"][:]]

    def line(self, group, dimension, variable, name):
        """The values of one element, or None."""
        names = self.names(group, dimension) if group in self.file else []
        return self.file[f"{group}/{variable}"][:, names.index(name)] if name in names else None

    def running(self, group, variable, least):
        """How many elements of a group are above a value."""
        return (self.file[f"{group}/{variable}"][:] > least).sum(axis=1) if group in self.file else None


def draw(run, picture):
    figure, axes = plt.subplots(3, 1, figsize=(8, 7), sharex=True, constrained_layout=True)
    axes[0].plot(run.hours, run.file["site/T_db"][:] - ZERO_CELSIUS, color="0.6", label="outdoors")
    for node, label in WATER.items():
        T = run.line("liquid_nodes", "node", "T", node)
        if T is not None:
            axes[0].plot(run.hours, T - ZERO_CELSIUS, label=label)
    axes[0].set_ylabel("°C")
    for controller, label in OUTPUTS.items():
        u = run.line("pi_controller", "pi_controller", "output", controller)
        if u is not None:
            axes[1].plot(run.hours, 100 * u, label=label)
    axes[1].set_ylabel("output, %")
    for group, variable, least, label in (("cooling_tower", "P_fan", 100.0, "tower cells"),
                                          ("water_cooled_chiller", "P", 100.0, "chillers")):
        count = run.running(group, variable, least)
        if count is not None:
            axes[2].step(run.hours, count, where="post", label=label)
    axes[2].step(run.hours, run.file["site/P_it"][:] / run.file["site/P_it"][:].max() * 4, where="post", color="0.6",
                 label="IT power, 4 at its highest")
    axes[2].set_ylabel("running")
    axes[2].set_xlabel("h")
    for axis in axes:
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
        axis.grid(alpha=0.3)
    figure.savefig(picture, dpi=100)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(Run(sys.argv[2]), sys.argv[1])
