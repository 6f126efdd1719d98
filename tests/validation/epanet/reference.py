#!/usr/bin/env python3
"""Makes the networks and EPANET results that tests/meshes/extended_period_test.cpp reads.

usage: reference.py DIR

For each triple of features one network of 10 to 16 junctions, on the first seed on which EPANET 2.2 converges to 1e-8 (else
1e-7) at every time. NAME.inp is the network, NAME.csv its results: a line a time with heads [m] of the nodes, flows [m3/s] of the
links and their statuses (0: closed), in EPANET's order; before them what EPANET's own flows leave open at a node.
"""
import pathlib
import sys

import compare
import generate

TIMES = 10  # that are kept of a network


def main():
    folder = pathlib.Path(sys.argv[1])
    for index, features in enumerate(generate.triples()):
        for attempt in range(100):
            seed = 1000 * index + attempt
            path = folder / f"case{index:02d}.inp"
            path.write_text(generate.generate(seed, 10 + seed % 7, features))
            accuracy = 1e-8 if attempt < 30 else 1e-7  # with a pressure breaker EPANET gets no further
            epanet = compare.Epanet(path, accuracy)
            if max(epanet.error) <= accuracy and max(epanet.imbalance) < 1e-6 and max(map(max, epanet.head)) < 300 \
                    and min(map(min, epanet.head)) > -100:
                break
        else:
            sys.exit(f"no seed for {features}")
        lines = [f"# EPANET 2.2 (libepanet22 of wntr), ACCURACY {accuracy:.0e}: time [s], what its flows leave open at a node "
                 "[m3/s], heads [m], flows [m3/s], open (1) or closed (0)"]
        for k in range(min(TIMES, len(epanet.times))):
            values = [str(epanet.times[k]), f"{epanet.imbalance[k]:.2g}"] + [f"{h:.6f}" for h in epanet.head[k]] + [f"{q:.8g}" for q in epanet.flow[k]]
            lines.append(",".join(values + [str(s) for s in epanet.status[k]]))
        path.with_suffix(".csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
