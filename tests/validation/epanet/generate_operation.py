"""What generate.py writes about operation: controls, rules, options and times."""


def controls(net, f, n):
    rng = net.rng
    loops = [p[0] for p in net.pipes if p[3] and len(p[4]) == 6]
    targets = net.pumps + loops
    if "controls" in f and targets:
        for name, pipe, base, low, depth in net.tanks:
            target = rng.choice(targets + [pipe])
            net.add("CONTROLS", "LINK", target, "CLOSED IF NODE", name, "ABOVE", net.m(depth * 0.8))
            net.add("CONTROLS", "LINK", target, "OPEN IF NODE", name, "BELOW", net.m(depth * 0.4))
        net.add("CONTROLS", "LINK", rng.choice(targets), "CLOSED AT TIME", f"{rng.uniform(1, 6):.2f}")
        net.add("CONTROLS", "LINK", rng.choice(targets), "OPEN AT TIME", f"{rng.randint(6, 12)}:{rng.randint(10, 59)}")
        for name, kind in net.valves:
            if kind == "tcv":
                net.add("CONTROLS", "LINK", name, f"{rng.uniform(1, 300):.3g}", "AT TIME 4")
            if kind == "prv":
                net.add("CONTROLS", "LINK", name, net.p(rng.uniform(10, 50)), "AT TIME 5")
    if "clock" in f and targets:
        target = rng.choice(targets)
        net.add("CONTROLS", "LINK", target, "CLOSED AT CLOCKTIME", f"{rng.randint(1, 11)}", "PM")
        net.add("CONTROLS", "LINK", target, "OPEN AT CLOCKTIME", f"{rng.randint(1, 11)}:30", "AM")
    if "pressure_control" in f and loops:
        net.add("CONTROLS", "LINK", rng.choice(loops), "CLOSED IF NODE", f"J{rng.randrange(n)}", "ABOVE",
                net.p(rng.uniform(40, 60)))
    if "rules" not in f or not targets:
        return
    for k, (name, pipe, base, low, depth) in enumerate(net.tanks):
        target = rng.choice(targets)
        kind = "PUMP" if target in net.pumps else "PIPE"
        net.add("RULES", f"RULE A{k}\nIF TANK {name} LEVEL", rng.choice([">", ">=", "ABOVE"]), net.m(depth * 0.7),
                f"\nTHEN {kind} {target} STATUS IS CLOSED" + (f"\nELSE {kind} {target} STATUS IS OPEN"
                                                             if rng.random() < 0.5 else "") +
                ("\nPRIORITY 3" if "priorities" in f else ""))
        other = rng.choice(targets)
        kind = "PUMP" if other in net.pumps else "PIPE"
        net.add("RULES", f"RULE B{k}\nIF SYSTEM CLOCKTIME", rng.choice([">=", "="]), f"{rng.randint(1, 11)} PM",
                f"\nOR TANK {name}", rng.choice(["FILLTIME < 0.7", "DRAINTIME < 0.5", f"LEVEL < {net.m(low + 0.7)}"]),
                f"\nTHEN {kind} {other} STATUS = OPEN" +
                (f"\nAND {kind} {rng.choice(net.pumps)} SETTING = {rng.uniform(0.9, 1.1):.3f}"
                 if net.pumps and kind == "PUMP" else "") +
                (f"\nPRIORITY {rng.randint(1, 5)}" if "priorities" in f else ""))
    node = rng.randrange(n)
    target = rng.choice(targets)
    kind = "PUMP" if target in net.pumps else "PIPE"
    net.add("RULES", f"RULE D\nIF JUNCTION J{node}", rng.choice(["PRESSURE", "DEMAND"]), "<",
            net.p(rng.uniform(20, 50)), f"\nAND SYSTEM TIME > {rng.randint(1, 5)}",
            f"\nTHEN {kind} {target} STATUS IS OPEN")
    for name, kind in net.valves:
        if kind in ("prv", "tcv", "psv") and rng.random() < 0.5:
            value = f"{rng.uniform(1, 300):.3g}" if kind == "tcv" else net.p(rng.uniform(10, 50))
            net.add("RULES", f"RULE E{name}\nIF SYSTEM TIME >= {rng.randint(2, 9)}\nTHEN VALVE {name} SETTING IS {value}")


def options(net, f, law):
    rng = net.rng
    net.add("OPTIONS", "UNITS", net.units)
    net.add("OPTIONS", "HEADLOSS", law)
    net.add("OPTIONS", "TRIALS 500\nACCURACY 1e-8\nHEADERROR", 1e-7)
    net.add("OPTIONS", "UNBALANCED CONTINUE 10")
    if "multiplier" in f:
        net.add("OPTIONS", "DEMAND MULTIPLIER", f"{rng.uniform(0.6, 1.4):.3f}")
    if "specgrav" in f:
        net.add("OPTIONS", "SPECIFIC GRAVITY", f"{rng.uniform(0.8, 1.2):.3f}")
    if "viscosity" in f:
        net.add("OPTIONS", "VISCOSITY", f"{rng.uniform(0.5, 5):.3f}")
    if "emitter" in f and rng.random() < 0.5:
        net.add("OPTIONS", "EMITTER EXPONENT", f"{rng.uniform(0.4, 1.2):.2f}")
    if "pda" in f:
        net.add("OPTIONS", "DEMAND MODEL PDA\nMINIMUM PRESSURE", net.p(rng.choice([0, 3])))
        net.add("OPTIONS", "REQUIRED PRESSURE", net.p(rng.uniform(20, 60)))
        net.add("OPTIONS", "PRESSURE EXPONENT", f"{rng.choice([0.5, 0.5, 0.7])}")
    if "eps" in f:
        net.add("TIMES", "DURATION", rng.choice(["24:00", "12", "30 HOURS"]))
        net.add("TIMES", "HYDRAULIC TIMESTEP", rng.choice(["1:00", "0:30", "0:15", "20 MIN"]))
        net.add("TIMES", "PATTERN TIMESTEP", rng.choice(["1:00", "2:00"]))
        if "patternstart" in f:
            net.add("TIMES", "PATTERN START", rng.choice(["1:00", "0:30", "3:00"]))
        if rng.random() < 0.5:
            net.add("TIMES", "START CLOCKTIME", f"{rng.randint(1, 11)}", rng.choice(["AM", "PM"]))
        if rng.random() < 0.5:
            net.add("TIMES", "REPORT TIMESTEP", rng.choice(["1:00", "2:00", "0:45"]))
        if rng.random() < 0.3:
            net.add("TIMES", "REPORT START", "2:00")
        if rng.random() < 0.4:
            net.add("TIMES", "RULE TIMESTEP", rng.choice(["0:05", "0:06", "0:10"]))
    net.add("ENERGY", "GLOBAL EFFICIENCY 75")
    net.add("REPORT", "STATUS NO\nSUMMARY NO")
