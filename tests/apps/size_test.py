#!/usr/bin/env python3
"""wattloop size as a user meets it: a design that runs, files that open, what is infeasible, what is wrong.

    size_test.py PROGRAM EXAMPLE
"""
import csv
import datetime
import json
import math
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from xml.etree import ElementTree

program, example = sys.argv[1], pathlib.Path(sys.argv[2])
failed = []
QUICK = ("--without-proof", "--without-contenders")


def check(holds, what):
    print("ok    " if holds else "FAILED", what, flush=True)
    if not holds:
        failed.append(what)


def run(*arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def size(*settings, directory=None, case=None):
    """Exit code, JSON and text of a sizing without proof, and without contenders where nothing is written."""
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "sizing.json"
        arguments = ["size", case or example, "--without-proof", "--json", out]
        arguments += ["-o", directory] if directory else ["--without-contenders"]
        for setting in settings:
            arguments += ["--set", setting]
        code, text = run(*arguments)
        return code, json.loads(out.read_text()) if out.exists() else None, text


def sheets_of(workbook):
    """The rows of cells of each sheet by its name: texts and numbers."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(workbook) as book:
        texts = ["".join(t.text or "" for t in item.iterfind(".//m:t", space))
                 for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iterfind("m:si", space)]
        names = [sheet.get("name") for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iterfind(".//m:sheet", space)]
        sheets = {}
        for number, name in enumerate(names, 1):
            tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            sheets[name] = []
            for row in tree.iterfind(".//m:row", space):
                cells = {}
                for cell in row.iterfind("m:c", space):
                    value = cell.findtext("m:v", None, space)
                    column = ord(cell.get("r")[0]) - ord("A")
                    cells[column] = texts[int(value)] if cell.get("t") == "s" else float(value)
                sheets[name].append(cells)
        return sheets


def is_same(rows, sheet):
    """Whether a table of a CSV file has the cells of a sheet, numbers to the digits that are written."""
    if sheet is None or len(rows) != len(sheet):
        return False
    for row, cells in zip(rows, sheet):
        for column, text in enumerate(row):
            cell = cells.get(column, "")
            if isinstance(cell, float):
                if not math.isclose(float(text), cell, rel_tol=1e-7, abs_tol=1e-12):
                    return False
            elif text != cell:
                return False
    return True


def content(directory):
    return {str(file.relative_to(directory)): file.read_bytes() for file in directory.rglob("*") if file.is_file()}


def year_of(directory, name, hours):
    """Weather of so many hours from the beginning of 2024, a leap year, as a CSV file."""
    lines = ["time,T_db [degC],T_dp [degC]"]
    for hour in range(hours):
        t = datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=hour)
        T = 17 + 14 * math.cos(2 * math.pi * (hour / 8784 - 0.55)) + 8 * math.cos(2 * math.pi * (t.hour - 16) / 24)
        lines.append(f"{t:%Y-%m-%dT%H:%M},{T:.2f},{T - 12:.2f}")
    (directory / name).write_text("\n".join(lines) + "\n")
    return directory / name


def check_design(directory):
    code, result, text = size(directory=directory)
    check(code == 0, f"the example is feasible: {text[-300:] if code else ''}")
    for key in ("schema_version", "feasible", "binding", "margins", "equipment", "cost_usd", "pue", "wue_l_per_kwh", "proof"):
        check(key in result, f"the JSON has {key}")
    check(all(m["margin_percent"] >= -1e-6 for m in result["margins"]), "no limit is exceeded")
    check(result["lower_bound"] <= result["objective"] * (1 + 1e-12), "the bound is below the objective")
    check(result["objective"] <= 1.02 * result["lower_bound"], "the objective is within 2 % of the bound")
    check(result["contenders"] and all(c["objective"] >= result["objective"] for c in result["contenders"]), "no contender is better")
    check(all(e["count"] == e["duty_count"] + e["standby_count"] for e in result["equipment"]), "counts add up")
    code, text = run("check", directory / "designed.yaml")
    check(code == 0, f"designed.yaml is a case: {text if code else ''}")
    code, text = run("steady", directory / "designed.yaml", "--set", "run.resolution=plant", "--json", directory / "steady.json")
    steady = json.loads((directory / "steady.json").read_text())
    check(code == 0 and steady["hottest_gpu"]["throttle_share"] == 0.0, "it rests in the worst hour and nobody throttles")
    sheets = sheets_of(directory / "schedules.xlsx")
    check((directory / "sizing.png").read_bytes().startswith(b"\x89PNG"), "sizing.png is a picture")
    tables = sorted(directory.glob("*.csv"))
    check(len(sheets) == len(tables) >= 12, f"{len(tables)} schedules, each a sheet")
    for table in tables:
        rows = list(csv.reader(table.open()))
        is_left_out = table.stem in ("proof", "sensitivities")
        check((len(rows) > 1) != is_left_out and len({len(row) for row in rows}) == 1, f"{table.name} is a table")
        check(is_same(rows, sheets.get(table.stem)), f"{table.name} has the cells of its sheet")
    return result


def check_steps(result):
    """The constraint that binds, relaxed by a step; others, tightened by less than their margin."""
    _, relaxed, _ = size("limits.tcs_velocity=3.2 m/s", "limits.tcs_gradient=340 Pa/m")
    check(relaxed["objective"] < result["objective"], "relaxing the TCS pipes to the next nominal diameter lowers the objective")
    margins = {m["constraint"]: m for m in result["margins"]}
    for key, unit in (("fws_velocity", "m/s"), ("tcs_gradient", "Pa/m")):
        value = max(m["value"] for m in result["margins"] if m["constraint"] == key)
        tightened = 0.5 * (value + margins[key]["limit"])
        _, same, _ = size(f"limits.{key}={tightened:.6g} {unit}")
        check(same["objective"] == result["objective"], f"tightening {key} by half its margin changes nothing")


def check_infeasible():
    for setting, constraint, changed in (("temperatures.fws=25 degC", "fws_temperature", "temperatures.fws"),
                                         ("temperatures.fws=44.8 degC", "cdu_approach", "temperatures.fws"),
                                         ("limits.fws_velocity=0.2 m/s", "fws_velocity", "limits.fws_velocity"),
                                         ("limits.valve_opening=20 %", "fws_pump_speed", "limits.valve_opening"),
                                         ("layout.fws_fittings=30000", "fws_pump_speed", "layout.fws_fittings"),
                                         ("liquids.fws={kind: water}", "fws_freezing", "liquids.fws.fraction")):
        code, result, text = size(setting)
        named = [s["constraint"] for s in result["shortfalls"]] if result and not result["feasible"] else []
        check(code == 4 and constraint in named, f"{setting}: infeasible by {constraint}, {named}")
        check(bool(result.get("cures")), f"{setting}: there are cures")
        cure = next((c for c in result.get("cures", []) if c["input"] == changed), None)
        check(cure is not None, f"{setting}: undoing it is among the cures")


def check_bad_input(directory):
    text = (example / "case.yaml").read_text()
    for name, old, new, expected in (
            ("contradiction", "fws: 40 degC", "fws: 50 degC", "no approach is left"),
            ("empty_limit", "cdu_loading: 80 %", "cdu_loading: 0 %", "limits.cdu_loading"),
            ("wrong_unit", "tcs_velocity: 2.5 m/s", "tcs_velocity: 2.5 kPa", "limits.tcs_velocity"),
            ("no_class", "catalogue: {use: sizing_catalogue}", "catalogue: {use: sizing_catalogue, coolers: null}", "coolers"),
            ("no_entry", "gb300_nvl72:", "gb3000_nvl72:", "gb300_nvl72"),
            ("unknown_key", "fws_pump: N+1", "fws_pumpe: N+1", "fws_pump"),
            ("block_too_large", "block: 12.5 MW", "block: 80 MW", "larger than its building"),
            ("redundancy", "cdu: N+1", "cdu: N+7", "redundancy.cdu"),
            ("evaporator", "catalogue: {use: sizing_catalogue}", "catalogue: {use: sizing_catalogue, chillers: {air_cooled_chiller_1250kw: {price: 1 USD, flow_minimum: 120 %}}}",
             "flow_minimum"),
            ("no_version", "wattloop_size: 1\n", "", "wattloop_size: 1")):
        folder = directory / name
        folder.mkdir()
        (folder / "case.yaml").write_text(text.replace(old, new))
        code, said = run("size", folder, "-o", folder / "out", *QUICK)
        check(code == 2 and expected in said and "case.yaml:" in said, f"{name}: exit code {code}, {said.strip()[:160]}")
        check(not (folder / "out").exists(), f"{name}: nothing is written")
    classes = ("cdus", "fws_pumps", "chw_pumps", "coolers", "chillers", "tcs_pipes", "fws_pipes", "chw_pipes", "fan_walls",
               "transformers", "ups", "busways", "hv_transformers", "gensets")
    for name in classes:
        folder = directory / f"without_{name}"
        code, said = run("size", example, "--set", f"catalogue.{name}=null", "-o", folder, *QUICK)
        check(code == 2 and name in said and "class" in said and not folder.exists(),
              f"a catalogue without {name}: exit code {code}, {said.strip()[:160]}")
    code, said = run("size", example, "--set", "temperatures.fwss=40 degC")
    check(code == 2 and "fws" in said, "a parameter that does not exist")
    other = directory / "other"
    other.mkdir()
    (other / "run.h5").write_text("not yours")
    code, said = run("size", example, "-o", other, *QUICK)
    check(code == 2 and sorted(p.name for p in other.iterdir()) == ["run.h5"], "a directory with other results stays as it is")
    (other / "run.h5").unlink()
    (other / "results_of.txt").write_text("wattloop size of another site (0123456789abcdef)\n")
    (other / "designed.yaml").write_text("kept")
    code, said = run("size", example, "-o", other, *QUICK)
    check(code == 2 and "got wattloop size of another site" in said and (other / "designed.yaml").read_text() == "kept",
          f"so does one with the sizing of another request: exit code {code}, {said.strip()[:160]}")
    code, said = run("size", example, "-o", "/proc/nope", *QUICK)
    check(code == 2 and said.startswith("/proc/nope: cannot write into this directory"), f"nowhere to write: exit code {code}, {said.strip()[:160]}")
    for setting, expected in (("limits.cdu_loading=", "limits"), ("limits={}", "fws_velocity"),
                              ("limits={cdu_loading: }", "limits.cdu_loading"),
                              ("it.racks.gb300_nvl72.power=300 kW", "power shelves"),
                              ("it.racks.gb300_nvl72.liquid=99 %", "losses of the power shelves")):
        code, said = run("size", example, "--set", setting, "-o", directory / "unborn", *QUICK)
        check(code == 2 and expected in said and not (directory / "unborn").exists(),
              f"{setting}: exit code {code}, {said.strip()[:160]}")


def check_directories(directory, sized):
    """What is in a directory is of one request, the one beside it."""
    before = content(sized)
    code, said = run("size", example, "--set", "redundancy.cdu=N+2", "-o", sized, *QUICK)
    check(code == 2 and str(sized) in said and "results of something else" in said, f"other settings are another request: {said.strip()[:160]}")
    check(before == content(sized), "nothing of it is overwritten")
    # A request with a base, weather and a catalogue of its own: a change of any of them is another request.
    case = directory / "case"
    shutil.copytree(example.parent / "catalog", case / "catalog")
    shutil.copy(example / "case.yaml", case / "base.yaml")
    shutil.copy(year_of(directory, "year.csv", 8760), case)
    (case / "case.yaml").write_text("extends: base.yaml\nweather: {annual: year.csv}\n")
    out = directory / "out"
    code, said = run("size", case, "-o", out, *QUICK)
    check(code == 0 and (out / "designed.yaml").exists(), f"a case with a catalogue of its own: {said.strip()[-160:] if code else ''}")
    before = content(out)
    for name, old, new in (("base.yaml", "energy_price: 60 USD", "energy_price: 61 USD"), ("year.csv", "T00:00,-", "T00:00,"),
                           ("catalog/cooling.yaml", "m_flow_nominal: ", "m_flow_nominal: 1")):
        whole = (case / name).read_text()
        (case / name).write_text(whole.replace(old, new, 1))
        code, said = run("size", case, "-o", out, *QUICK)
        check(code == 2 and "results of something else" in said and before == content(out), f"another {name} is another request: {said.strip()[:160]}")
        (case / name).write_text(whole)
    code, said = run("size", case, "-o", out, *QUICK)
    written = {name for name, data in content(out).items() if data != before.get(name)}
    check(code == 0 and written <= {"schedules.xlsx"} and len(content(out)) == len(before),  # a workbook has its time
          f"the same inputs are the same request: {said.strip()[-160:] if code else ''}")
    # An infeasible one: what an earlier version of the program found for it does not stay.
    none = directory / "none"
    code, said = run("size", case, "-o", none, *QUICK, "--set", "limits.fws_velocity=0.2 m/s")
    check(code == 4 and "INFEASIBLE" in said, f"infeasible: exit code {code}")
    for name in ("designed.yaml", "schedules.xlsx", "pumps.csv", "notes.csv"):
        (none / name).write_text("old")
    code, said = run("size", case, "-o", none, *QUICK, "--set", "limits.fws_velocity=0.2 m/s")
    left = sorted(content(none))
    check(code == 4 and left == ["notes.csv", "request.yaml", "results_of.txt", "sizing.json", "sizing.txt"], f"infeasible: nothing of the design stays: {left}")


def check_years(directory):
    """Weather of another year than that of the runs; parts of one are none."""
    leap = year_of(directory, "y2024.csv", 8784)
    code, result, text = size(f"weather.annual={leap}")
    check(code == 0 and 1.0 < (result["pue"] or 0) < 1.2 and result["cost_usd"] > 0, f"a leap year: {text[-300:] if code else result['pue']}")
    code, result, text = size(f"weather.annual={leap}", "weather.design={percentile: 0.4 %}")
    check(code == 0 and "worst hour: exceeded in 0.4 %" in text, f"its hour of 0.4 %: exit code {code}")
    for hours in (0, 1, 14 * 24, 8759):
        part = year_of(directory, f"{hours}_h.csv", hours)
        for more in ([], ["weather.design={percentile: 0.4 %}"]):
            code, result, text = size(f"weather.annual={part}", *more)
            check(code == 2 and result is None and part.name in text and (hours == 0 or "allowed at least 8760 h" in text),
                  f"{hours} h are no year: exit code {code}, {text.strip()[:200]}")


def check_own_components(directory):
    """CDUs and pumps of one's own, under names of one's own, and a name with quotes."""
    case = directory / "own"
    (case / "catalog").mkdir(parents=True)
    whole = (example / "case.yaml").read_text()
    cooling = (example.parent / "catalog/cooling.yaml").read_text()

    def entry(name, other):
        """An entry of the catalogue under another name."""
        begin = cooling.index(f"\n{name}:\n") + 1
        end = re.compile(r"\n(?=\S)").search(cooling, begin + len(name) + 2).start()
        return cooling[begin:end].replace(name, other, 1) + "\n"

    (case / "catalog/own.yaml").write_text(
        "".join(entry(f"cdu_2300kw_{part}", f"our_cdu_{part}") for part in ("exchanger", "pump", "valve"))
        + entry("fws_pump_250", '"our pump, large"'))
    without = [word for path in ("cdus.cdu_1350kw", "cdus.cdu_2000kw", "cdus.cdu_2300kw", "fws_pumps.fws_pump_130", "fws_pumps.fws_pump_250",
                                 "fws_pumps.fws_pump_400") for word in ("--set", f"catalogue.{path}=null")]
    classes = ("catalogue: {use: sizing_catalogue, cdus: {our_cdu: {rating: 2300 kW, price: 185000 USD, area: 6 m2}}, "
               "fws_pumps: {\"FWS 'A': 290\": {component: \"our pump, large\", price: 58000 USD}}}")
    (case / "case.yaml").write_text(whole.replace("catalogue: {use: sizing_catalogue}", classes)
                                    .replace("name: Childress, 200 MW of IT, sized", "name: 'Hall \"A\": # one, it''s'")
                                    .replace("power: 200 MW", "power: 25 MW"))
    out = directory / "elsewhere" / "sized"
    code, said = run("size", case, "-o", out, *QUICK, *without)
    check(code == 0 and "our_cdu" in said and "FWS 'A': 290" in said, f"own components: exit code {code}, {said.strip()[-200:]}")
    (case / "catalog/own.yaml").unlink()
    code, said = run("steady", out / "designed.yaml", "--set", "run.resolution=plant", "--json", out / "steady.json")
    check(code == 0, f"the design runs from its directory: {said if code else ''}")
    check(json.loads((out / "steady.json").read_text())["case"] == 'Hall "A": # one, it\'s: the design', "its name is that of the request")
    # What only the case finds out.
    (case / "catalog/own.yaml").write_text("cdu_2300kw_pump: {type: pump, m_flow_nominal: 45 kg/s, dp_nominal: 280 kPa, dp_shutoff: 380 kPa, colour: red}\n")
    (case / "case.yaml").write_text(whole.replace("power: 200 MW", "power: 25 MW"))
    code, said = run("size", case, "-o", directory / "unborn", *QUICK, *without[:4])
    check(code == 2 and "colour" in said and not (directory / "unborn").exists(), f"a wrong component leaves nothing behind: exit code {code}, {said.strip()[:160]}")


def check_repeated(directory):
    """The settings of a proof repeat it."""
    code, said = run("size", example, "-o", directory / "proved", "--set", "it.power=25 MW", "--set", "weather.record=null")
    check(code == 0, f"a building passes its proof: {said.strip()[-160:] if code else ''}")
    proof = {e["event"]: e for e in json.loads((directory / "proved/sizing.json").read_text())["proof"]}
    for name in ("worst hour", "a CDU fails", "feed B of a block is lost"):
        settings = [word for path, value in proof[name]["settings"].items() for word in ("--set", f"{path}={value}")]
        code, said = run("run", directory / "proved/designed.yaml", "--json", directory / "run.json", *settings)
        hottest = json.loads((directory / "run.json").read_text())["hottest_gpu"]["temperature_degC"] if code == 0 else 0.0
        check(math.isclose(hottest, proof[name]["hottest_gpu_degC"], rel_tol=1e-9), f"{name} again: {hottest} and {proof[name]['hottest_gpu_degC']}")


def check_cures():
    """Each cure alone, as it is told, makes the request feasible, and says what the limit says."""
    small = ["it.power=25 MW", "weather.record=null"]
    for setting in ("temperatures.fws=25 degC", "limits.valve_opening=20 %", "it.racks.gb300_nvl72.dp=450 kPa"):
        code, result, text = size(setting, *small)
        check(code == 4, f"{setting}: infeasible")
        check(all(abs(s["value"] / s["limit"] - 1.0) > 1e-3 for s in result["shortfalls"] if s["limit"]), f"{setting}: no miss is noise")
        cures = {c["input"]: c for c in result["cures"]}
        check(setting.split("=")[0] in cures, f"{setting}: undoing it is a cure of {sorted(cures)}")
        for s in result["shortfalls"]:
            if s["constraint"] == "fws_temperature":
                cure = cures["temperatures.fws"]["to"]
                check(s["limit"] == cure and f"at least {cure:.4g} is needed" in text, f"{setting}: the limit is the cure: {s['limit']}, {cure}")
        for path, cure in cures.items():
            if path == "weather.design.T_db":
                continue  # the design hour is a name here
            value = f"{cure['to']:.4g} {cure['unit']}" if cure["unit"] else cure["to"]
            code, _, text = size(setting, *small, f"{path}={value}")
            check(code == 0, f"{setting}, cured by {path}={value}: {text.strip()[-300:] if code else ''}")


def check_cure_pairs():
    """Where no input alone cures: two together, each as it is told."""
    mistakes = ["it.power=25 MW", "weather.record=null", "temperatures.fws=25 degC", "limits.tcs_velocity=0.2 m/s"]
    code, result, text = size(*mistakes)
    check(code == 4 and not result.get("cures"), f"two mistakes: no single cure, {result.get('cures')}")
    pair = next((p for p in result.get("cure_pairs", []) if {c["input"] for c in p} == {"temperatures.fws", "limits.tcs_velocity"}), None)
    check(pair is not None and ", together with " in text, f"two mistakes: a pair cures, {result.get('cure_pairs')}")
    code, _, text = size(*mistakes, *(f"{c['input']}={c['to']:.4g} {c['unit']}" for c in pair or []))
    check(code == 0, f"two mistakes, cured by {pair}: {text.strip()[-300:] if code else ''}")


def check_interrupted(directory):
    """Ctrl-C over a finished sizing: it stays as it was."""
    before = content(directory)
    sizing = subprocess.Popen([program, "size", example, "-o", directory], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    sizing.send_signal(signal.SIGINT)
    said = sizing.communicate()[1]
    check(sizing.returncode == 130 and "interrupted" in said, f"Ctrl-C ends it: {sizing.returncode}, {said[-80:]}")
    check(before == content(directory), "what was written stays")
    fresh = directory.parent / "fresh"
    sizing = subprocess.Popen([program, "size", example, "-o", fresh], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    sizing.send_signal(signal.SIGINT)
    sizing.wait()
    check(sizing.returncode == 130 and not fresh.exists(), f"Ctrl-C leaves no new directory behind: {sizing.returncode}")


with tempfile.TemporaryDirectory(prefix="wattloop_size_") as scratch:
    scratch = pathlib.Path(scratch)
    design = check_design(scratch / "sized")
    check_interrupted(scratch / "sized")
    check_directories(scratch, scratch / "sized")
    check_years(scratch)
    check_own_components(scratch)
    check_repeated(scratch)
    check_cures()
    check_cure_pairs()
    check_steps(design)
    check_infeasible()
    check_bad_input(scratch)
sys.exit(1 if failed else 0)
