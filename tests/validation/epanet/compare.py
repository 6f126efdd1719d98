#!/usr/bin/env python3
"""Runs networks through EPANET 2.2 (the toolkit of the Python package wntr) and through wattloop, and compares them.

usage: compare.py path/to/wattloop [--seeds A-B] [--nodes N] [--features a,b] [--keep DIR] [FILE.inp ...]

Bars: heads within 1 mm, flows within 1e-4 of themselves above a floor of max(1e-6 m3/s, 1e-4 of the largest flow),
statuses equal at every time. To the bar on flows comes twice what EPANET's own flows leave open at a node; a time at which
EPANET's relative flow change stays above 1e-6 ends the comparison. Where it reaches 1e-7 or 1e-6 only, heads beyond
50 m have a bar of 2e-5 of themselves.
Needs a Python with wntr.
"""
import argparse
import ctypes
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

import generate

FLOW = [0.028316846592, 0.003785411784 / 60, 3785.411784 / 86400, 4546.09 / 86400, 1233.48183754752 / 86400, 1e-3,
        1e-3 / 60, 1000 / 86400, 1 / 3600, 1 / 86400]
DEMAND, HEAD, FLOW_CODE, STATUS, RELATIVE_ERROR, ACCURACY = 9, 10, 8, 11, 1, 1  # codes of the toolkit


def toolkit():
    """EPANET 2.2 as wntr brings it, through its interface in double precision."""
    folder = pathlib.Path(importlib.util.find_spec("wntr").origin).parent / "epanet" / "libepanet"
    return ctypes.CDLL(str(next(folder.glob("linux*/libepanet22.so"))))


class Epanet:
    """EPANET's results at every hydraulic time, in SI."""

    def __init__(self, file, accuracy=1e-8):
        self.lib, self.project = toolkit(), ctypes.c_void_p()
        self.times, self.head, self.flow, self.status, self.error, self.imbalance = [], [], [], [], [], []
        self.lib.EN_createproject(ctypes.byref(self.project))
        with tempfile.TemporaryDirectory() as directory:
            names = (str(file), directory + "/r.rpt", directory + "/r.bin")
            code = self.call("open", *(name.encode() for name in names))
            if code > 100:
                text = pathlib.Path(names[1]).read_text(errors="replace")
                raise RuntimeError(f"error {code}: " + "; ".join(l.strip() for l in text.splitlines() if "Error" in l))
            # The file's ACCURACY is cut at 1e-5 by EPANET; here it is not.
            self.call("setoption", ACCURACY, ctypes.c_double(accuracy))
            self.read()
            self.call("close")
            self.lib.EN_deleteproject(self.project)

    def call(self, name, *arguments):
        return getattr(self.lib, "EN_" + name)(self.project, *arguments)

    def read(self):
        unit, nodes, links = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
        self.call("getflowunits", ctypes.byref(unit))
        flow_unit = FLOW[unit.value]
        length = 0.3048 if unit.value < 5 else 1.0
        self.call("getcount", 0, ctypes.byref(nodes))
        self.call("getcount", 2, ctypes.byref(links))
        name, value = ctypes.create_string_buffer(64), ctypes.c_double()

        def names(function, count):
            result = []
            for i in range(1, count + 1):
                self.call(function, i, name)
                result.append(name.value.decode())
            return result

        def values(function, count, code, factor):
            result = []
            for i in range(1, count + 1):
                self.call(function, i, code, ctypes.byref(value))
                result.append(value.value * factor)
            return result

        self.nodes, self.links = names("getnodeid", nodes.value), names("getlinkid", links.value)
        ends = []
        first, second = ctypes.c_int(), ctypes.c_int()
        for i in range(1, links.value + 1):
            self.call("getlinknodes", i, ctypes.byref(first), ctypes.byref(second))
            ends.append((first.value - 1, second.value - 1))
        self.call("openH")
        self.call("initH", 10)
        t, step = ctypes.c_long(), ctypes.c_long()
        while True:
            self.code = self.call("runH", ctypes.byref(t))
            if self.code > 100:
                break
            self.times.append(t.value)
            self.head.append(values("getnodevalue", nodes.value, HEAD, length))
            self.flow.append(values("getlinkvalue", links.value, FLOW_CODE, flow_unit))
            taken = values("getnodevalue", nodes.value, DEMAND, flow_unit)
            self.imbalance.append(self.largest_imbalance(ends, taken))
            self.status.append([int(s) for s in values("getlinkvalue", links.value, STATUS, 1)])
            self.call("getstatistic", RELATIVE_ERROR, ctypes.byref(value))
            self.error.append(value.value)
            self.call("nextH", ctypes.byref(step))
            if step.value <= 0:
                break
        self.call("closeH")

    def largest_imbalance(self, ends, taken):
        """What the flows of the last time leave open at a node: leaks of closed links, and rounding."""
        sums = [-q for q in taken]
        for (a, b), q in zip(ends, self.flow[-1]):
            sums[a] -= q
            sums[b] += q
        return max(abs(s) for s in sums)


def differences(epanet, ours, accuracy):
    """Texts of what differs, and how many times EPANET did not converge."""
    found, loose = [], 0
    # A tank that fills in x.5 s makes a step that ends a second earlier or later: rounding decides.
    index = {t + d: k for d in (2, -2, 1, -1, 0) for k, t in enumerate(ours["times_s"])}
    worst_head = worst_flow = 0.0
    for k, t in enumerate(epanet.times):
        if t not in index:
            found.append(f"time {t} s is missing (ours: {ours['times_s'][:k + 3]}...)")
            break
        i = index[t]
        if epanet.error[k] > accuracy:
            loose += 1
            break
        largest = max((abs(q) for q in epanet.flow[k]), default=0)
        floor = max(1e-6, 1e-4 * largest)
        for node, head in zip(epanet.nodes, epanet.head[k]):
            mine = ours["nodes"][node]["head_m"][i]
            if mine is None:
                continue
            worst_head = max(worst_head, abs(mine - head))
            loosened = max(1.0, abs(head) / 50) if accuracy > 1e-8 else 1.0
            if abs(mine - head) > 1e-3 * loosened:
                found.append(f"{t} s: head of {node}: {mine:.6f}, EPANET {head:.6f}")
        for j, (link, flow) in enumerate(zip(epanet.links, epanet.flow[k])):
            mine = ours["links"][link]["flow_m3s"][i]
            if abs(flow) > floor or abs(mine) > floor:
                worst_flow = max(worst_flow, abs(mine - flow) / max(abs(flow), floor))
                if abs(mine - flow) > 1e-4 * max(abs(flow), floor) + 2 * epanet.imbalance[k]:
                    found.append(f"{t} s: flow of {link}: {mine:.9f}, EPANET {flow:.9f}")
            closed = ours["links"][link]["status"][i] == "closed"
            if closed != (epanet.status[k][j] == 0):
                found.append(f"{t} s: status of {link}: {ours['links'][link]['status'][i]}, EPANET {epanet.status[k][j]}")
        if found:
            break
    if not found and not loose and len(epanet.times) != len(ours["times_s"]):
        found.append(f"{len(ours['times_s'])} times, EPANET {len(epanet.times)}")
    return found, loose, worst_head, worst_flow


def compare(program, file, verbose=True):
    try:
        for accuracy in (1e-8, 1e-7, 1e-6):  # the strictest at which EPANET converges at every time
            epanet = Epanet(file, accuracy)
            if max(epanet.error) <= accuracy:
                break
    except Exception as error:  # EPANET rejects the file
        result = subprocess.run([program, "hydraulics", str(file)], capture_output=True, text=True)
        ok = result.returncode == 2
        return "rejected by both" if ok else f"EPANET: {error}; ours: exit {result.returncode}", not ok
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory) / "r.json"
        result = subprocess.run([program, "hydraulics", str(file), "--json", str(out)], capture_output=True, text=True)
        if result.returncode not in (0, 4):
            return f"exit {result.returncode}: {result.stderr[:300]}", True
        ours = json.loads(out.read_text())
    found, loose, head, flow = differences(epanet, ours, accuracy)
    text = f"{len(epanet.times)} times at {accuracy:.0e}, head {head:.1e} m, flow {flow:.1e}"
    if loose:
        text += ", EPANET not converged"
    if not ours["converged"]:
        text += ", OURS NOT CONVERGED"
        found.append("not converged")
    if found:
        text += "\n    " + "\n    ".join(found[:6])
    return text, bool(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--seeds", help="A-B")
    parser.add_argument("--nodes", type=int)
    parser.add_argument("--features", help="of generate.py, or `pairs` or `triples`: the next two or three for each seed")
    parser.add_argument("--keep", help="write the generated files here")
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    arguments = parser.parse_args()
    failures = total = 0
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(arguments.keep or directory)
        folder.mkdir(exist_ok=True)
        files = [pathlib.Path(f) for f in arguments.files]
        if arguments.seeds:
            first, last = (int(x) for x in arguments.seeds.split("-"))
            features = arguments.features.split(",") if arguments.features else None
            chosen = {"pairs": generate.pairs(), "triples": generate.triples()}.get(arguments.features)
            for seed in range(first, last + 1):
                path = folder / f"seed{seed}.inp"
                some = chosen[seed % len(chosen)] if chosen else features
                path.write_text(generate.generate(seed, arguments.nodes, some))
                files.append(path)
        for file in files:
            text, failed = compare(arguments.program, file)
            failures += failed
            total += 1
            if failed or not arguments.quiet:
                print(f"{'FAIL' if failed else 'ok  '} {file.name}: {text}", flush=True)
    print(f"{total - failures} of {total} agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
