#!/usr/bin/env python3
"""Makes EPANET input files from a seed.

usage: generate.py SEED [--nodes N] [--features a,b,...] [-o FILE]

A network is a random spanning tree on a grid of junctions with extra links, fed by one to three sources, with the
features asked for put in at random places. The same seed and options give the same file. Without --features a seed
chooses its own: two or more at random.
"""
import argparse
import random
import sys

from generate_operation import controls, options

FEATURES = ["minor", "cv", "pump1", "pump3", "pumpn", "power", "speed", "speedpattern", "prv", "psv", "fcv", "pbv", "tcv",
            "gpv", "status", "patterns", "categories", "multiplier", "emitter", "controls", "clock", "pressure_control",
            "rules", "priorities", "pda", "tank", "volumecurve", "overflow", "reservoirpattern", "dw", "cm", "specgrav",
            "viscosity", "patternstart", "eps", "closedpipe"]
UNITS = {"CFS": (0.0283168466, 0), "GPM": (6.30902e-5, 0), "MGD": (0.0438126, 0), "IMGD": (0.0526168, 0),
         "AFD": (0.0142764, 0), "LPS": (1e-3, 1), "LPM": (1.66667e-5, 1), "MLD": (0.0115741, 1),
         "CMH": (2.77778e-4, 1), "CMD": (1.15741e-5, 1)}


class Network:
    """Collects the lines of the sections; lengths are given in m, flows in m3/s."""

    def __init__(self, rng, units):
        self.rng, self.units = rng, units
        self.flow, self.metric = UNITS[units]
        self.sections = {}
        self.patterns = {}
        self.count = 0

    def add(self, section, *words):
        self.sections.setdefault(section, []).append(" ".join(str(w) for w in words))

    def q(self, x):
        return f"{x / self.flow:.6g}"

    def m(self, x):
        return f"{x if self.metric else x / 0.3048:.6g}"

    def mm(self, x):
        return f"{x if self.metric else x / 25.4:.6g}"

    def p(self, x):
        return f"{x if self.metric else x / 0.3048 * 0.4333:.6g}"

    def new(self, letter):
        self.count += 1
        return f"{letter}{self.count}"

    def text(self):
        order = ["TITLE", "JUNCTIONS", "RESERVOIRS", "TANKS", "PIPES", "PUMPS", "VALVES", "DEMANDS", "EMITTERS", "STATUS",
                 "PATTERNS", "CURVES", "CONTROLS", "RULES", "ENERGY", "TIMES", "REPORT", "OPTIONS"]
        parts = []
        for name in order:
            if name in self.sections:
                parts.append(f"[{name}]\n" + "\n".join(self.sections[name]) + "\n")
        return "\n".join(parts) + "\n[END]\n"


def tree_with_loops(rng, n, extra):
    """Edges of a random spanning tree of a near-square grid, and some more edges of the grid."""
    width = max(2, int(n ** 0.5))
    edges = []
    for i in range(n):
        if (i + 1) % width and i + 1 < n:
            edges.append((i, i + 1))
        if i + width < n:
            edges.append((i, i + width))
    rng.shuffle(edges)
    root = list(range(n))

    def find(i):
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    tree, rest = [], []
    for a, b in edges:
        ra, rb = find(a), find(b)
        if ra != rb:
            root[ra] = rb
            tree.append((a, b))
        else:
            rest.append((a, b))
    return tree, rest[:int(extra * n)]


def generate(seed, nodes=None, features=None, units=None):
    rng = random.Random(seed)
    n = nodes or rng.randint(8, 60)
    f = set(features if features is not None else rng.sample(FEATURES, rng.randint(2, 9)))
    net = Network(rng, units or rng.choice(list(UNITS)))
    net.add("TITLE", f"seed {seed}:", *sorted(f))
    if f & {"controls", "clock", "rules", "priorities", "tank", "volumecurve", "overflow", "reservoirpattern",
            "speedpattern", "patternstart"}:
        f.add("eps")
    if "volumecurve" in f or "overflow" in f or f & {"controls", "rules", "priorities"}:
        f.add("tank")
    if "priorities" in f:
        f.add("rules")
    law = "D-W" if "dw" in f else "C-M" if "cm" in f else "H-W"
    tree, extra = tree_with_loops(rng, n, rng.choice([0.1, 0.2, 0.3]))
    elevation = [rng.uniform(0, 25) for _ in range(n)]
    scale = 0.4 / n if n > 200 else rng.uniform(0.001, 0.004)
    demand = [0.0 if rng.random() < 0.25 else rng.uniform(0.2, 2.0) * scale for _ in range(n)]
    patterns(net, f)
    pattern_names = list(net.patterns)
    for i in range(n):
        words = [f"J{i}", net.m(elevation[i])]
        if demand[i] or rng.random() < 0.5:
            words.append(net.q(demand[i]))
            if "patterns" in f and rng.random() < 0.5:
                words.append(rng.choice(pattern_names))
        net.add("JUNCTIONS", *words)
    total = sum(demand)
    pipes(net, f, tree, extra, law, total)
    top = sources(net, f, n, total, elevation, law)
    valves(net, f, n, elevation, demand, top, law)
    extras(net, f, n, demand, pattern_names, top)
    if "eps" in f:
        controls(net, f, n)
    options(net, f, law)
    return net.text()


def patterns(net, f):
    rng = net.rng
    for k in range(rng.randint(1, 3)):
        name = str(k + 1) if rng.random() < 0.7 else f"PAT{k}"
        values = [round(rng.uniform(0.2, 1.8), 3) for _ in range(rng.randint(2, 24))]
        net.patterns[name] = values
        for i in range(0, len(values), 6):
            net.add("PATTERNS", name, *values[i:i + 6])


def roughness(net, law):
    rng = net.rng
    if law == "H-W":
        return f"{rng.uniform(80, 145):.0f}"
    if law == "C-M":
        return f"{rng.uniform(0.009, 0.015):.4f}"
    mm = rng.choice([0.0015, 0.05, 0.26, 1.0])
    return f"{mm if net.metric else mm / 0.3048:.6g}"


def diameter(total, rng):
    return rng.choice([100, 150, 200, 250, 300, 400] if total < 0.15 else [200, 300, 400, 500, 600])


def pipes(net, f, tree, extra, law, total):
    rng = net.rng
    net.pipes = []
    loops = set(extra)
    for a, b in tree + extra:
        if rng.random() < 0.5:
            a, b = b, a
        name = net.new("P")
        words = [name, f"J{a}", f"J{b}", net.m(rng.uniform(20, 800)), net.mm(diameter(total, rng)), roughness(net, law)]
        loop = (a, b) in loops or (b, a) in loops
        if "minor" in f and rng.random() < 0.4:
            words.append(f"{rng.uniform(0, 10):.3g}")
        elif "cv" in f and loop and rng.random() < 0.6:
            words += ["0", "CV"]
        elif "closedpipe" in f and loop and rng.random() < 0.3:
            words += ["0", "Closed"]
        net.add("PIPES", *words)
        net.pipes.append((name, a, b, loop, words))


def curve(net, points, flow=True):
    name = net.new("C")
    for x, y in points:
        net.add("CURVES", name, net.q(x) if flow else net.m(x), y)
    return name


def big_pipe(net, a, b, law, *more):
    name = net.new("P")
    net.add("PIPES", name, a, b, net.m(net.rng.uniform(20, 100)), net.mm(600), roughness(net, law), *more)
    return name


def sources(net, f, n, total, elevation, law):
    """One gravity reservoir, or a pumped one, and tanks. Returns the head that the network sees, about."""
    rng = net.rng
    top = rng.uniform(60, 90)
    net.pumps, net.tanks = [], []
    kinds = [k for k in ("pump1", "pump3", "pumpn", "power") if k in f]
    q = max(total, 1e-3)
    start = rng.randrange(n)
    if not kinds or rng.random() < 0.3 or "gravity" in f:
        words = ["R1", net.m(top)]
        if "reservoirpattern" in f:
            net.patterns["RP"] = [1.0]
            net.add("PATTERNS", "RP", *[round(rng.uniform(0.9, 1.1), 3) for _ in range(7)])
            words.append("RP")
        net.add("RESERVOIRS", *words)
        big_pipe(net, "R1", f"J{start}", law)
        q *= 0.7
    for kind in kinds:
        reservoir, node = net.new("R"), f"J{rng.randrange(n)}"
        net.add("RESERVOIRS", reservoir, net.m(rng.uniform(5, 15)))
        each = q / len(kinds)
        lift = top - 10
        if kind == "pump1":
            words = ["HEAD", curve(net, [(each, net.m(lift))])]
        elif kind == "pump3":
            words = ["HEAD", curve(net, [(0, net.m(lift * 1.3)), (each, net.m(lift)), (2 * each, net.m(lift * 0.5))])]
        elif kind == "pumpn":
            words = ["HEAD", curve(net, [(x * each, net.m(lift * y)) for x, y in
                                         ((0, 1.3), (0.5, 1.2), (1, 1.0), (1.5, 0.75), (2.5, 0.2))])]
        else:
            kw = 9.81 * each * lift
            words = ["POWER", f"{kw if net.metric else kw / 0.7457:.5g}"]
        if "speed" in f and rng.random() < 0.7:
            words += ["SPEED", f"{rng.uniform(0.85, 1.15):.3f}"]
        if "speedpattern" in f and rng.random() < 0.7:
            name = net.new("S")
            low = 0 if rng.random() < 0.3 and kind != "power" else 0.9
            net.add("PATTERNS", name, *[round(rng.choice([low, 1, rng.uniform(0.9, 1.1)]), 3) for _ in range(6)])
            words += ["PATTERN", name]
        name = net.new("U")
        net.add("PUMPS", name, reservoir, node, *words)
        net.pumps.append(name)
    if "tank" in f or (kinds and rng.random() < 0.4 and "eps" in f):
        for _ in range(rng.randint(1, 2)):
            tank(net, f, n, top, total, law)
    return top


def tank(net, f, n, top, total, law):
    rng = net.rng
    name = net.new("T")
    depth = rng.uniform(3, 8)
    initial = rng.uniform(0.3, 0.8) * depth
    low = rng.choice([0, 0.5])
    base = top * rng.uniform(0.6, 0.9) - initial
    width = max(2.0, (max(total, 0.002) * 3600 * rng.uniform(1, 8) / depth) ** 0.5)
    words = [name, net.m(base), net.m(initial), net.m(low), net.m(depth), net.m(width), rng.choice([0, 0, 5])]
    if "volumecurve" in f:
        area = width * width
        points, volume = [], 0.0
        for k in range(5):
            points.append((k * depth / 4, volume))
            volume += area * depth / 4 * rng.uniform(0.5, 1.5)
        cubic = 1 if net.metric else 35.3147
        words.append(curve(net, [(x, f"{v * cubic:.6g}") for x, v in points], False))
        if "overflow" in f:
            words.append("YES")
    elif "overflow" in f:
        words += ["*", "YES"]
    net.add("TANKS", *words)
    pipe = big_pipe(net, name, f"J{rng.randrange(n)}", law)
    net.tanks.append((name, pipe, base, low, depth))


def valves(net, f, n, elevation, demand, top, law):
    """Each valve leads to a new zone: a few junctions behind it, some of them joined back by a loop."""
    rng = net.rng
    net.valves = []
    k = n
    for kind in ("prv", "psv", "fcv", "pbv", "tcv", "gpv"):
        if kind not in f:
            continue
        for _ in range(rng.randint(1, 2)):
            at = rng.randrange(n)
            a, b, c = f"J{k}", f"J{k + 1}", f"J{k + 2}"
            k += 3
            low = rng.uniform(0, 20)
            zone = rng.uniform(0.5, 3) * 0.002
            net.add("JUNCTIONS", a, net.m(elevation[at]))
            net.add("JUNCTIONS", b, net.m(low), net.q(0))
            net.add("JUNCTIONS", c, net.m(low), net.q(zone))
            net.add("PIPES", net.new("P"), f"J{at}", a, net.m(30), net.mm(300), roughness(net, law))
            net.add("PIPES", net.new("P"), b, c, net.m(rng.uniform(50, 300)), net.mm(200), roughness(net, law))
            if rng.random() < 0.4 and kind not in ("pbv",):
                net.add("PIPES", net.new("P"), c, f"J{rng.randrange(n)}", net.m(400), net.mm(100), roughness(net, law))
            setting = {"prv": lambda: net.p(rng.uniform(10, 60)), "psv": lambda: net.p(rng.uniform(10, 50)),
                       "fcv": lambda: net.q(zone * rng.uniform(0.5, 2)), "pbv": lambda: net.p(rng.uniform(2, 20)),
                       "tcv": lambda: f"{rng.uniform(1, 500):.4g}",
                       "gpv": lambda: curve(net, [(0, 0), (zone, net.m(3)), (2 * zone, net.m(12))])}[kind]()
            name = net.new("V")
            if kind == "fcv":
                net.add("PIPES", net.new("P"), c, f"J{rng.randrange(n)}", net.m(400), net.mm(150), roughness(net, law))
            words = [name, a, b, net.mm(200), kind.upper(), setting]
            if "minor" in f or rng.random() < 0.5:
                words.append(f"{rng.uniform(0, 8):.3g}")
            net.add("VALVES", *words)
            net.valves.append((name, kind))


def extras(net, f, n, demand, pattern_names, top):
    rng = net.rng
    if "categories" in f:
        for i in rng.sample(range(n), max(1, n // 6)):
            for _ in range(rng.randint(1, 3)):
                net.add("DEMANDS", f"J{i}", net.q(rng.uniform(0, 0.002)), rng.choice(pattern_names), ";category")
    if "emitter" in f:
        for i in rng.sample(range(n), max(1, n // 10)):
            per = net.flow / (1 if net.metric else (0.3048 / 0.4333) ** 0.5)
            net.add("EMITTERS", f"J{i}", f"{rng.uniform(0.05, 0.3) * 1e-3 / per * (1 if net.metric else 0.84):.5g}")
    if "status" in f:
        loops = [p for p in net.pipes if p[3] and len(p[4]) == 6]
        for p in rng.sample(loops, min(2, len(loops))):
            net.add("STATUS", p[0], "Closed")
        for name, kind in net.valves:
            if rng.random() < 0.5 and kind != "gpv":
                net.add("STATUS", name, "Open" if kind == "fcv" else rng.choice(["Open", "Open", "Closed"]))
        if len(net.pumps) > 1 and rng.random() < 0.5:
            net.add("STATUS", net.pumps[0], "Closed")
        elif net.pumps and rng.random() < 0.5:
            net.add("STATUS", net.pumps[0], f"{rng.uniform(0.9, 1.1):.3f}")


def large(n, extra):
    """A plain network of n junctions with 1 + extra links a node, for timing."""
    rng = random.Random(n)
    tree, loops = tree_with_loops(rng, n, extra)
    lines = ["[JUNCTIONS]"] + [f"J{i} {rng.uniform(0, 25):.3f} {rng.uniform(0, 800 / n):.6f}" for i in range(n)]
    lines += ["[RESERVOIRS]", "R1 90", "[PIPES]"]
    for k, (a, b) in enumerate(tree + loops):
        lines.append(f"P{k} J{a} J{b} {rng.uniform(20, 800):.2f} {rng.choice([200, 300, 400, 500, 600])} {rng.randint(80, 145)}")
    lines += [f"PR R1 J{n // 2} 50 800 120", "[OPTIONS]", "UNITS LPS", "ACCURACY 1e-8", "[END]"]
    return "\n".join(lines) + "\n"


def triples():
    """Features in threes, so that each comes three times and never twice with the same other."""
    n = len(FEATURES)
    return [[FEATURES[i], FEATURES[(i + 7) % n], FEATURES[(i + 18) % n]] for i in range(n)]


def pairs():
    """Every two features once."""
    return [[a, b] for i, a in enumerate(FEATURES) for b in FEATURES[:i]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int)
    parser.add_argument("--nodes", type=int)
    parser.add_argument("--features", help="comma-separated, of: " + ", ".join(FEATURES))
    parser.add_argument("--units", choices=list(UNITS))
    parser.add_argument("-o", "--output")
    arguments = parser.parse_args()
    features = arguments.features.split(",") if arguments.features else None
    text = generate(arguments.seed, arguments.nodes, features, arguments.units)
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
