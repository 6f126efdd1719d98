#!/usr/bin/env python3
"""Every figure of docs/performance.md, each beside its baseline in the same run.

usage: bench.py PROGRAM PLAIN_PATH [--quick] [--json FILE] [--document FILE] [--rows NAME[,NAME...]] [--threads N]

Rows are {name, seconds, peak_mb, baseline, baseline_seconds, ratio, spread, pairs, how, quick, others}. A ratio is the
baseline's time over the measured one's: the median of interleaved pairs, five of them or more, with the lowest and the
highest. Where a run is long, pairs run a slice, scaled linearly, and `how` says so. `others`: cores that other programs kept
busy meanwhile. --quick: three pairs, shorter slices, no whole days.

--json: rows that are in the file and are not measured again stay. --document: puts the table of all rows of the file between
the two lines "<!-- bench -->" and "<!-- end of bench -->" of a text.
"""
import argparse
import csv
import json
import os
import pathlib
import re
import statistics
import sys
import tempfile
import time

from measure import Failed, OtherWork, PlainPath, Run, execute, pairs

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = pathlib.Path(__file__).resolve().parent
SITE, CAMPUS = ROOT / "examples/childress_200mw/case.yaml", ROOT / "examples/gigawatt_campus/case.yaml"
DAY = 86400.0
GPU = "run.resolution=gpu"
PLAIN_TOLERANCES = [0.1, 0.05, 0.02, 0.01, 0.005, 0.002]  # K
PLAIN = "IDA, analytic Jacobian, KLU over all unknowns"


class Bench:
    def __init__(self, arguments):
        self.program, self.plain_path = arguments.program, arguments.plain_path
        self.quick, self.threads = arguments.quick, arguments.threads
        self.count = 3 if self.quick else 5
        self.plain_tolerance, self.accuracy = None, ""

    # What rows are made of.

    def run(self, case, duration, settings=(), options=None, **more):
        return Run(self.program, case, duration, settings, options or ["--threads", self.threads], **more)

    def match_accuracy(self):
        """The loosest tolerance at which the plain path is as exact as ours, on a plant where both can be compared."""
        if self.plain_tolerance:
            return
        command = [self.plain_path, BENCH / "plant_1152.yaml", "--set", "run.duration=10 min", "--threads", self.threads,
                   "--run", "fast@0.05"]
        for tolerance in PLAIN_TOLERANCES:
            command += ["--run", f"plain@{tolerance}"]
        fast, *plain, _ = json.loads(execute([*command, "--run", "reference@0.0002"])[0])
        fits = [p for p in plain if p["T_die_error_k"] <= fast["T_die_error_k"]]
        chosen = fits[0] if fits else plain[-1]
        self.plain_tolerance = chosen["run"].split("@")[1]
        self.accuracy = (f"plain path at {self.plain_tolerance} K: error of the hottest GPUs {chosen['T_die_error_k'] * 1e3:.1f} mK, "
                         f"ours {fast['T_die_error_k'] * 1e3:.1f} mK (1,152 GPUs, 10 min, against IDA at 0.0002 K)")
        print(f"# {self.accuracy}", flush=True)

    def against_plain(self, case, slice_seconds, whole, settings=(), threads=None):
        """Both run the same slice from the start of the case, scaled to the whole."""
        self.match_accuracy()
        threads, scale = threads or self.threads, whole / slice_seconds
        duration = f"{slice_seconds:g} s"
        row = pairs(self.run(case, duration, [*settings, "run.symmetry=false"], ["--threads", threads], scale=scale),
                    PlainPath(self.plain_path, case, duration, settings, threads, self.plain_tolerance, scale), self.count)
        how = f"{threads} thread{'s' if threads > 1 else ''}, symmetry off"
        return {**row, "baseline": PLAIN, "accuracy": self.accuracy,
                "how": how + (f"; pairs: the first {duration}, scaled linearly" if scale != 1.0 else "")}

    def whole_day(self, row, case, settings=()):
        """The whole day once; the ratio stays that of the slices."""
        if self.quick:
            return row
        seconds, peak = self.run(case, "24 h", [*settings, "run.symmetry=false"])()
        return {**row, "seconds": seconds, "peak_mb": peak,
                "how": row["how"] + "; s: the whole day"}

    # The rows.

    def childress_gpu_24h(self):
        return self.whole_day(self.against_plain(SITE, 60.0 if self.quick else 300.0, DAY, [GPU]), SITE, [GPU])

    def childress_rack_24h(self):
        return self.whole_day(self.against_plain(SITE, 300.0 if self.quick else 1800.0, DAY), SITE)

    def childress_rack_24h_in_step(self):
        """All racks of a training job run in step: what symmetry makes of the day."""
        settings = [f"workload.jobs.{job}.{what}=0 %" for job in ("pretraining", "finetuning") for what in ("spread", "drift")]
        hours = 1.0 if self.quick else 24.0
        row = pairs(self.run(SITE, "24 h", settings),
                    self.run(SITE, f"{hours:g} h", [*settings, "run.symmetry=false"], scale=24.0 / hours), self.count)
        return {**row, "baseline": "symmetry off", "how": f"{self.threads} threads, racks of a job run in step"
                + ("; the baseline an hour, scaled linearly" if self.quick else "")}

    def cdu25_24h(self):
        case = BENCH / "cdu25.yaml"
        return self.whole_day(self.against_plain(case, 1800.0 if self.quick else 3600.0, DAY), case)

    def cdu257_30min(self):
        return self.against_plain(BENCH / "cdu257_own.yaml", 120.0 if self.quick else 1800.0, 1800.0, threads=1)

    def cdu257_30min_equal(self):
        case = BENCH / "cdu257.yaml"
        row = pairs(self.run(case, "30 min", [], ["--threads", 1]),
                    self.run(case, "30 min", ["run.symmetry=false"], ["--threads", 1]), max(5, self.count))
        return {**row, "baseline": "symmetry off", "how": "1 thread, after set-up; all racks run one job in step"}

    def sweep(self, members):
        """So many of 10,000 members: water of 30 to 42 degC, a duty of 60 to 95 %. Scaled to all, reading included."""
        with tempfile.TemporaryDirectory() as directory:
            table = pathlib.Path(directory) / "members.csv"
            with table.open("w", newline="") as file:
                lines = csv.writer(file)
                lines.writerow(["parts.fws_supply_main.T", "workload.jobs.training.duty"])
                for i in range(members):
                    lines.writerow([f"{30 + 12 * i / members:.4f} degC", f"{60 + 35 * (i * 0.618034 % 1):.3f} %"])
            begin = time.perf_counter()
            study = pathlib.Path(directory) / "study.yaml"
            study.write_text(f"wattloop_study: 1\ncase: {BENCH / 'cdu257.yaml'}\ncomputes: run\n"
                             f"design: {{type: list, file: {table}}}\n")
            out, peak = execute([self.program, "sweep", study, "-o", pathlib.Path(directory) / "out", "--threads",
                                 self.threads])
            seconds = (time.perf_counter() - begin) * 10000 / members
        if f"{members} fine, 0 failed" not in out:
            raise Failed(out.strip())
        return seconds, peak

    def ensemble257_10000(self):
        sample = 100 if self.quick else 500
        alone = self.run(BENCH / "cdu257.yaml", "30 min", part="all", scale=10000.0)
        row = pairs(lambda: self.sweep(sample), alone, self.count)
        how = f"pairs: {sample} members, scaled; the baseline is one `wattloop run`, times 10,000"
        if not self.quick:
            row["seconds"], row["peak_mb"] = self.sweep(10000)
            how += "; s: all 10,000"
        return {**row, "baseline": "one after another", "how": how}

    def setup_gpu(self):
        row = pairs(self.run(SITE, "15 s", [GPU, "run.symmetry=false"], part="setup"),
                    self.run(SITE, "15 s", [GPU, "run.symmetry=false"], ["--threads", 1], part="setup"), self.count)
        return {**row, "baseline": "1 thread", "how": "from the start of the program to that of the integration"}

    def event_window_gpu(self):
        """A dip in which all racks go out and come back, in the day of the site: ten minutes with and without it, the rest scaled."""
        minutes = 4.0 if self.quick else 10.0
        settings, dip = [GPU, "run.symmetry=false"], "events=[{at: 60 s, dip: grid.V, to: 70 %, for: 0.5 s}]"
        calm = self.run(SITE, f"{minutes:g} min", settings)
        windy = self.run(SITE, f"{minutes:g} min", [*settings, dip])
        days = []  # without and with it

        def day_with_dip():
            without, with_dip = calm()[0], windy()
            days.append(without * DAY / (60.0 * minutes))
            return days[-1] + with_dip[0] - without, with_dip[1]

        row = pairs(day_with_dip, lambda: (days[-1], 0.0), self.count)
        return {**row, "baseline": "the day without it", "how": f"{self.threads} threads; {minutes:g} min with and without a dip to 70 % for "
                "0.5 s, which all racks notice; the rest of the day scaled linearly; 0.77 (1 / 1.3) or more is wanted"}

    def gigawatt(self):
        duration = "3 min" if self.quick else "10 min"  # the same of both, so that both pay for their first matrices
        row = pairs(self.run(CAMPUS, duration, [GPU, "run.symmetry=false"]),
                    self.run(BENCH / "plant_1152.yaml", duration, ["run.symmetry=false"], scale=460800 / 1152),
                    1 if self.quick else 5)
        return {**row, "baseline": "1,152 GPUs, times 400",
                "how": f"{duration} of examples/gigawatt_campus, 460,800 GPUs, and of a plant of sixteen racks with the same mix "
                       "of jobs; 0.77 (1 / 1.3) or more is wanted"}

    def threads_row(self, settings, duration):
        row = pairs(self.run(SITE, duration, settings, ["--threads", 2]),
                    self.run(SITE, duration, settings, ["--threads", 1]), max(self.count, 3))
        return {**row, "baseline": "1 thread", "how": f"{duration} of the site"}

    def threads_rack(self):
        return self.threads_row([], "30 min")

    def threads_gpu(self):
        return self.threads_row([GPU, "run.symmetry=false"], "2 min" if self.quick else "10 min")

    def recording_row(self, settings, duration):
        row = pairs(self.run(SITE, duration, settings), self.run(SITE, duration, [*settings, f"run.record_interval={duration}"]),
                    self.count)
        return {**row, "baseline": "without records", "how": f"{duration} of the site, default recording; 0.91 or more is wanted"}

    def recording_rack(self):
        return self.recording_row([], "2 h")

    def recording_gpu(self):
        return self.recording_row([GPU, "run.symmetry=false"], "5 min" if self.quick else "10 min")

    def lanes_rack(self):
        row = pairs(self.run(SITE, "30 min"), self.run(SITE, "30 min", environment={"WATTLOOP_LANES": "sse2"}), self.count)
        return {**row, "baseline": "SSE2", "how": "30 min of the site with the widest lanes of this machine"}

    def roofline(self):
        """A step's bytes over the bandwidth of this machine, where they would come from a cache or memory of such a size."""
        rows = []
        for name, settings, duration in (("rack", [], "30 min"), ("gpu", [GPU], "2 min" if self.quick else "5 min")):
            settings = [*settings, "run.symmetry=false"]
            for threads in sorted({1, self.threads}):
                command = [self.plain_path.with_name("roofline"), SITE, "--threads", threads]
                for setting in settings:
                    command += ["--set", setting]
                sizes = json.loads(execute(command)[0])
                run = self.run(SITE, duration, [*settings, f"run.record_interval={duration}"], ["--threads", threads], part="speed")
                runs = [run() for _ in range(self.count)]
                per_step = [speed["wall_s"] / speed["steps"] for speed, _ in runs]
                moved = bytes_moved(sizes, runs[0][0]) / runs[0][0]["steps"]
                bandwidth = sizes["triad_bytes_per_s"]
                bounds = {size: moved / value for size, value in bandwidth.items()}
                shares = sorted(bounds["24 MiB"] / s for s in per_step)
                rates = ", ".join(f"{value / 1e9:.1f} ({size})" for size, value in bandwidth.items())
                rows.append({"name": f"roofline_{name}, {threads} thread{'s' if threads > 1 else ''}",
                             "seconds": statistics.median(per_step), "peak_mb": runs[0][1],
                             "baseline": f"{moved / 1e6:.0f} MB at the bandwidth of the L3", "baseline_seconds": bounds["24 MiB"],
                             "ratio": statistics.median(shares), "spread": [shares[0], shares[-1]], "pairs": self.count,
                             "how": f"a step of the site; triad, GB/s of all threads, of arrays of each: {rates}"})
        return rows

    def hydraulics(self):
        python = os.environ.get("WATTLOOP_BENCH_PYTHON", sys.executable)
        execute([python, "-c", "import wntr"])
        out, _ = execute([python, BENCH / "hydraulics.py", self.program, *([] if self.quick else ["--large"])])
        rows = []
        for line in out.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 5 and re.fullmatch(r"[\d.]+", cells[1]):
                cold, warm = float(cells[2]), float(cells[3])
                rows.append({"name": f"hydraulics_warm, {cells[0]}", "seconds": warm, "peak_mb": None, "baseline": "cold",
                             "baseline_seconds": cold, "ratio": cold / warm, "spread": [cold / warm] * 2, "pairs": 1,
                             "how": "all demands 1 % larger, against a first solution"})
            if len(cells) != 7 or not re.fullmatch(r"[\d.]+", cells[1]):
                continue
            for part, theirs, ours, ratio in (("steady", *cells[1:4]), ("period", *cells[4:7])):
                median, low, high = (float(x) for x in re.findall(r"[\d.]+", ratio))
                rows.append({"name": f"hydraulics_{part}, {cells[0]}", "seconds": float(ours), "peak_mb": None,
                             "baseline": "EPANET 2.2", "baseline_seconds": float(theirs), "ratio": median,
                             "spread": [low, high], "pairs": 5, "how": "processor time; EPANET at 1e-4, ours at 1e-8"})
        return rows

    def powerflow(self):
        python = os.environ.get("WATTLOOP_BENCH_PYTHON", sys.executable)
        execute([python, "-c", "import power_grid_model"])
        out, _ = execute([python, BENCH / "powerflow.py", self.program, *(["--quick"] if self.quick else [])])
        rows = []
        for line in out.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 3 and re.fullmatch(r"\d+", cells[1]):
                seconds = float(cells[2])
                rows.append({"name": f"powerflow_n-1, {cells[0]}", "seconds": seconds, "peak_mb": None,
                             "baseline": "the 1 s that is wanted", "baseline_seconds": 1.0, "ratio": 1.0 / seconds,
                             "spread": [1.0 / seconds] * 2, "pairs": 1, "how": f"{cells[1]} outages, processor time, 1 thread"})
            if len(cells) != 5 or not re.fullmatch(r"[\d.]+", cells[2]):
                continue
            median, low, high = (float(x) for x in re.findall(r"[\d.]+", cells[4]))
            rows.append({"name": f"powerflow_{cells[1]}, {cells[0]}", "seconds": float(cells[3]), "peak_mb": None,
                         "baseline": "power-grid-model", "baseline_seconds": float(cells[2]), "ratio": median,
                         "spread": [low, high], "pairs": 5, "how": "processor time, 1 thread"})
        return rows


def bytes_moved(sizes, speed):
    """What the passes of a run move at least. Vectors are those of solver/sdirk.cpp: ten in a pass of Newton (substitution,
    norm, correction, rates, residual), and sixty-two a step of third order (fewer of first, which are not told
    apart): the first pass of a stage and its closing three times, then the error and what is taken over."""
    steps = speed["steps"] + speed["rejected"]
    vectors = 10 * speed["newton"] + (3 * 11 + 3 * 4 + 13 + 4) * steps
    return sizes["component_bytes"] * speed["residuals"] + sizes["vector_bytes"] * vectors


ROWS = ["childress_gpu_24h", "childress_rack_24h", "childress_rack_24h_in_step", "cdu25_24h", "cdu257_30min",
        "cdu257_30min_equal", "ensemble257_10000", "setup_gpu", "event_window_gpu", "gigawatt", "threads_rack", "threads_gpu", "recording_rack",
        "recording_gpu", "lanes_rack", "roofline", "hydraulics", "powerflow"]


HEAD = "| row | s | MB | baseline | s | ratio (spread, pairs) | how |\n|---|---|---|---|---|---|---|"
BUSY = 0.1  # cores


def text(value):
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def line(row):
    if "error" in row:
        return f"| `{row['name']}` | not measured: {row['error']} | | | | | |"
    low, high = row["spread"]
    marks = (" (quick)" if row["quick"] else "") + (" *" if (row["others"] or 0.0) > BUSY else "")
    return (f"| `{row['name']}`{marks} | {text(row['seconds'])} | {text(row['peak_mb'])} | {row['baseline']} "
            f"| {text(row['baseline_seconds'])} | {text(row['ratio'])} ({text(low)} to {text(high)}, {row['pairs']}) | {row['how']} |")


def write_document(file, rows):
    begin, end = "<!-- bench -->", "<!-- end of bench -->"
    document = file.read_text()
    if begin not in document or end not in document:
        sys.exit(f"{file}: no place for the table between the lines {begin} and {end}")
    before, rest = document.split(begin, 1)
    notes = sorted({row["accuracy"] for row in rows if "accuracy" in row})
    if any((row.get("others") or 0.0) > BUSY for row in rows):
        notes.append("\\* beside other work on the machine: more than a tenth of a core")
    table = "\n".join([HEAD, *map(line, rows), "", *(note[0].upper() + note[1:] + "." for note in notes)])
    file.write_text(f"{before}{begin}\n{table}\n{end}{rest.split(end, 1)[1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("plain_path", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--document", type=pathlib.Path)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    wanted = arguments.rows.split(",")
    if unknown := set(wanted) - set(ROWS):
        sys.exit(f"no rows of these names: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    bench, rows = Bench(arguments), []
    if arguments.json and arguments.json.exists():
        rows = json.loads(arguments.json.read_text())
    print(("# quick: three pairs, short slices, scaled\n" if arguments.quick else "") + HEAD, flush=True)
    failed = False
    for name in wanted:
        others = OtherWork()
        try:
            found = getattr(bench, name)()
        except Failed as failure:
            found, failed = {"error": str(failure)}, True
        for row in found if isinstance(found, list) else [{"name": name, **found}]:
            row |= {"quick": bench.quick, "others": others.cores()}
            rows = [r for r in rows if r["name"] != row["name"]] + [row]
            print(line(row), flush=True)
        rows.sort(key=lambda r: next((i for i, n in enumerate(ROWS) if r["name"].startswith(n)), len(ROWS)))
        if arguments.json:
            arguments.json.write_text(json.dumps(rows, indent=2) + "\n")
    if arguments.document:
        write_document(arguments.document, rows)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
