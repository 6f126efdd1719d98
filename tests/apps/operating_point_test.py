#!/usr/bin/env python3
"""Holds the full-load operating point of the 200 MW site against the same point calculated by hand, line by line.

    operating_point_test.py PROGRAM CASE FOLDER [--markdown]

FOLDER has settings.json, what the hand calculation assumes, each given to the program with --set, and hand.csv: its
lines, each with its limit. --markdown prints the comparison as the table of docs/results.md.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy


def run(program, case, settings, directory):
    """Runs one record of the steady state: its summary and its results."""
    command = [program, "run", case, "-o", directory, "--json", f"{directory}/summary.json"]
    for entry in settings:
        command += ["--set", f"{entry['set']}={entry['to']}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(pathlib.Path(directory, "summary.json").read_text()), h5py.File(f"{directory}/run.h5")


def model(summary, results):
    """The model's value of every line of hand.csv."""

    def first(group, variable):
        return results[group][variable][0].astype(float)

    def electricity(*parts):
        return sum(power for part, power in summary["power_by_part_mw"].items() if part.split(".")[-1] in parts)

    running = first("plate_heat_exchanger", "Q_flow") > 1e5  # the standby CDUs carry no heat
    cdu = {name: numpy.mean(first("plate_heat_exchanger", name)[running])
           for name in ("Q_flow", "UA", "m_flow_b", "T_b")}
    pump_flow, pump_volume = first("pump", "m_flow"), first("pump", "V_flow")
    cdu_volume = numpy.mean(pump_volume[(pump_flow > 20.0) & (pump_flow < 50.0)])  # the pumps of this size are the CDUs'
    fws_supply = numpy.mean(first("dry_cooler", "T_fluid"))
    transformers, busways = electricity("transformer_a", "transformer_b"), electricity("busway_a", "busway_b")
    cables, ups = electricity("cable_a", "cable_b"), electricity("ups_a", "ups_b")
    hv, mechanical = electricity("hv_transformer_a", "hv_transformer_b"), electricity("mech_transformer")
    return {
        "IT power at the PSU inputs": summary["power"]["it_mw"],
        "CDU heat to FWS": cdu["Q_flow"] / 1e3,
        "CDU TCS flow": cdu_volume * 60e3,
        "CDU TCS temperature rise in the racks": numpy.mean(first("racks", "T_return") - first("racks", "T_supply")),
        "rack return": numpy.mean(first("racks", "T_return")) - 273.15,
        "die": numpy.max(first("racks", "T_die_max")) - 273.15,
        "CDU FWS temperature rise": cdu["T_b"] - fws_supply,
        "CDU FWS outlet": cdu["T_b"] - 273.15,
        "CDU FWS flow": cdu["m_flow_b"],
        "CDU UA": cdu["UA"] / 1e3,
        "site FWS flow": numpy.sum(first("dry_cooler", "m_flow")),
        "heat to the coolers": numpy.sum(first("dry_cooler", "Q_flow")) / 1e6,
        "evaporation of the pads": numpy.sum(first("dry_cooler", "m_evaporation")) * 3.6,
        "FWS supply": fws_supply - 273.15,
        "air behind the pads": numpy.mean(first("dry_cooler", "T_air_in")) - 273.15,
        "TCS pumps": electricity("pump"),
        "FWS pumps": electricity("fws_pump"),
        "cooler fans": electricity("cooler"),
        "fan walls": electricity("hall_fans", "gallery_fans"),
        "heat to the chillers": numpy.sum(first("air_cooled_chiller", "Q_flow")) / 1e6,
        "chillers": electricity("chiller"),
        "HV transformers": hv,
        "MV cables": cables,
        "MV/LV transformers": transformers,
        "UPS": ups,
        "busways": busways,
        "mechanical transformers and their cables": mechanical,
        "electrical losses together": hv + cables + transformers + ups + busways + mechanical,
        "PUE - 1": summary["pue"] - 1.0,
    }


def compare(lines, values):
    """Rows (line, unit, hand, model, difference with its unit, whether it is within the limit)."""
    for line in lines:
        hand, value, limit = float(line["hand"]), values.pop(line["line"]), float(line["limit"])
        kelvin = line["unit"] == "degC"
        difference = value - hand if kelvin else 100.0 * (value - hand) / hand
        yield line["line"], line["unit"], line["hand"], value, difference, "K" if kelvin else "%", abs(difference) <= limit
    if values:
        sys.exit(f"not in hand.csv: {sorted(values)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("case")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()

    settings = json.loads((arguments.folder / "settings.json").read_text())
    with open(arguments.folder / "hand.csv") as file:
        lines = list(csv.DictReader(row for row in file if not row.startswith("#")))
    with tempfile.TemporaryDirectory(prefix="wattloop_operating_point_") as directory:
        summary, results = run(arguments.program, arguments.case, settings, directory)
        with results:
            rows = list(compare(lines, model(summary, results)))
    for name, unit, hand, value, difference, of, fine in rows:
        if arguments.markdown:
            print(f"| {name}{'' if unit == '1' else f', {unit}'} | {hand} | {value:.4g} | {difference:+.2f} {of} |")
        else:
            print(f"{'ok    ' if fine else 'FAILED'} {name}: {value:.5g} {unit}, by hand {hand} ({difference:+.2f} {of})")
    sys.exit(0 if all(row[-1] for row in rows) else 1)


if __name__ == "__main__":
    main()
