#!/usr/bin/env python3
"""Makes power networks by seed, as MATPOWER cases.

usage: generate.py SEED BUSES [--features radial,taps,...] [--load FACTOR]

Features: radial, meshed or ring (feeders closed to rings), and of taps, shifters, shunts, charging, pv, limits (reactive
limits that bind for a part of the generators), parallel, islands (parts cut off by branches out of service, an isolated
bus, a second live island), sources (several generators at a bus).
"""
import argparse
import math
import random

FEATURES = ["taps", "shifters", "shunts", "charging", "pv", "limits", "parallel", "sources", "islands"]
SHAPES = ["radial", "meshed", "ring"]
BASE = 100.0


class Network:
    """Rows of the tables; buses count from 0 until they are written."""

    def __init__(self, seed, size, features, load=1.0):
        self.rng = random.Random(f"{seed} {size} {' '.join(features)}")
        self.size, self.features, self.load = size, features, load
        self.parent, self.depth, self.branches, self.generators = [-1], [0], [], [(0, 0.0, 0.0, 9999.0, -9999.0, self.slack_voltage())]
        self.demand = [(0.0, 0.0)] * size
        self.shunt = [(0.0, 0.0)] * size
        self.types = [3] + [1] * (size - 1)
        self.tree()
        self.loops()
        self.loads()
        for feature in FEATURES:
            if feature in features:
                getattr(self, "add_" + feature)()
        self.ids = self.rng.sample(range(1, 3 * self.size + 10), self.size)

    def slack_voltage(self):
        return round(self.rng.uniform(1.0, 1.04), 4)

    def branch(self, i, j, scale=1.0):
        ratio = self.rng.uniform(0.3, 3.0)  # x / r
        z = scale * self.rng.uniform(0.5, 1.5)
        r = z / math.hypot(1.0, ratio)
        self.branches.append([i, j, r, r * ratio, 0.0, 0.0, 0.0, 1])

    def tree(self):
        """Feeders of limited depth, so that large ones still carry their load."""
        reach = 12 if self.size > 30 else 5
        for i in range(1, self.size):
            near = max(0, i - reach)
            parent = 0 if self.rng.random() < 0.02 and i > 1 else self.rng.randint(near, i - 1)
            if "ring" in self.features:
                parent = 0 if (i - 1) % 25 == 0 else i - 1
            self.parent.append(parent)
            self.depth.append(self.depth[parent] + 1)
            self.branch(parent, i)

    def loops(self):
        if "ring" in self.features:
            for end in range(25, self.size, 25):
                self.branch(end, 0)
            for i in range(13, self.size - 25, 25):
                self.branch(i, i + 25)
        if "meshed" in self.features:
            for _ in range(max(2, self.size * 2 // 5)):
                i = self.rng.randint(1, self.size - 1)
                j = min(self.size - 1, max(0, i + self.rng.choice([-1, 1]) * self.rng.randint(2, 15)))
                if i != j:
                    self.branch(i, j)

    def loads(self):
        """Powers first, then impedances so that the fall along the tree is some percent."""
        for i in range(1, self.size):
            p = self.rng.uniform(0.2, 2.0)
            self.demand[i] = (p * self.load, p * self.load * self.rng.uniform(-0.1, 0.6))
        below = [d[0] for d in self.demand]
        for i in range(self.size - 1, 0, -1):
            below[self.parent[i]] += below[i]
        fall = [0.0] * self.size
        for i in range(1, self.size):
            b = self.branches[i - 1]
            fall[i] = fall[self.parent[i]] + below[i] * math.hypot(b[2], b[3]) / BASE
        scale = 0.08 * self.load / max(fall)
        for b in self.branches:
            b[2] *= scale
            b[3] *= scale
        self.fall = [scale * f for f in fall]

    def chosen(self, share, least=1):
        count = max(least, int(share * len(self.branches)))
        return self.rng.sample(self.branches, min(count, len(self.branches)))

    def add_taps(self):
        for b in self.chosen(min(0.2, 50 / self.size), 2):  # their ratios multiply along a feeder
            b[5] = round(self.rng.uniform(0.95, 1.05), 4)

    def add_shifters(self):
        meshed = "radial" not in self.features
        for b in self.chosen(0.05):
            b[6] = round(self.rng.uniform(-2, 2), 3) if meshed else self.rng.choice([-30.0, 30.0, 5.0, 150.0])
            b[5] = b[5] or 1.0

    def add_shunts(self):
        for i in self.rng.sample(range(1, self.size), max(1, self.size // 6)):
            self.shunt[i] = (round(self.rng.uniform(0, 0.05), 4), round(self.rng.uniform(-0.3, 0.8), 4))

    def add_charging(self):
        for b in self.chosen(0.7):
            if b[5] == 0.0:  # pandapower takes no charging of transformers
                b[4] = round(self.rng.uniform(0, 0.4) / self.size, 8)

    def add_pv(self):
        count = max(1, self.size // 25)
        for i in self.rng.sample(range(1, self.size), count):
            self.types[i] = 2
            total = sum(d[0] for d in self.demand)
            p = self.rng.uniform(0.1, 0.6) * total / count
            v = self.generators[0][5] - self.rng.uniform(0.2, 0.9) * self.fall[i]  # between the slack bus and no generator
            self.generators.append((i, p, 0.0, 9999.0, -9999.0, round(v, 6)))

    def add_limits(self):
        if "pv" not in self.features:
            self.add_pv()
        for k in range(1, len(self.generators)):
            i, p, q, *_, v = self.generators[k]
            high = self.rng.choice([0.2, 1.0, 5.0]) * self.rng.uniform(0.1, 1.0) * (1 + p)
            self.generators[k] = (i, p, q, high, -high * self.rng.uniform(0.2, 1.0), v)

    def add_parallel(self):
        for b in self.chosen(0.05):
            self.branches.append([b[0], b[1], b[2] * 1.3, b[3] * 1.1, b[4], b[5], b[6], 1])

    def add_sources(self):
        """At load buses: pandapower's converter takes the second generator of a voltage bus for a load."""
        buses = [i for i in range(1, self.size) if self.types[i] == 1]
        for i in self.rng.choices(buses, k=max(2, self.size // 20)):
            self.generators.append((i, self.rng.uniform(0, 1.0), self.rng.uniform(-0.2, 0.2), 9999.0, -9999.0, 1.0))

    def add_islands(self):
        size, rng = self.size, self.rng

        def new_bus(kind, p=0.0):
            self.types.append(kind)
            self.demand.append((p, 0.3 * p))
            self.shunt.append((0.0, 0.0))
            return len(self.types) - 1

        a, b = new_bus(1, 0.7), new_bus(1, 0.4)
        self.branches.append([rng.randint(0, size - 1), a, 0.01, 0.02, 0.0, 0.0, 0.0, 0])
        self.branches.append([a, b, 0.01, 0.02, 0.0, 0.0, 0.0, 1])
        new_bus(4, 1.0)
        s, t = new_bus(3), new_bus(1, 2.0)
        self.branches.append([s, t, 0.01, 0.03, 0.001, 0.0, 0.0, 1])
        self.generators.append((s, 0.0, 0.0, 99.0, -99.0, 1.01))
        self.size = len(self.types)

    def text(self, name="generated"):
        rows = [f"function mpc = {name}", "mpc.version = '2';", f"mpc.baseMVA = {BASE:g};", "mpc.bus = ["]
        for i in range(self.size):
            (p, q), (g, b) = self.demand[i], self.shunt[i]
            rows.append(f"\t{self.ids[i]}\t{self.types[i]}\t{p!r}\t{q!r}\t{g!r}\t{b!r}\t1\t1\t0\t10\t1\t1.1\t0.9;")
        rows += ["];", "mpc.gen = ["]
        for i, p, q, high, low, v in self.generators:
            rows.append(f"\t{self.ids[i]}\t{p!r}\t{q!r}\t{high!r}\t{low!r}\t{v!r}\t{BASE:g}\t1\t9999\t0;")
        rows += ["];", "mpc.branch = ["]
        for i, j, r, x, b, tap, shift, on in self.branches:
            rows.append(f"\t{self.ids[i]}\t{self.ids[j]}\t{r!r}\t{x!r}\t{b!r}\t50\t0\t0\t{tap!r}\t{shift!r}\t{on}\t-360\t360;")
        return "\n".join(rows + ["];", ""])


def generate(seed, size, features, load=1.0):
    return Network(seed, size, list(features), load).text()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("buses", type=int)
    parser.add_argument("--features", default="radial")
    parser.add_argument("--load", type=float, default=1.0)
    arguments = parser.parse_args()
    print(generate(arguments.seed, arguments.buses, arguments.features.split(","), arguments.load), end="")
