#!/usr/bin/env python3
"""sweep_test.py PROGRAM CASE [MPIRUN] [--kills N] [TEST]...: sweeps end to end: tables, kills, parts, ranks, bad input."""
import argparse
import csv
import io
import json
import os
import pathlib
import pty
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("program", type=os.path.abspath)
ARGUMENTS.add_argument("case", type=os.path.abspath)
ARGUMENTS.add_argument("mpirun", nargs="?")
ARGUMENTS.add_argument("--kills", type=int, default=10)
ARGUMENTS, NAMES = ARGUMENTS.parse_known_args()
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

STEADY = f"""wattloop_study: 1
name: One CDU
case: {ARGUMENTS.case}
parameters:
  tcs: {{path: templates.cdu.parts.temperature_control.set_point, from: 40 degC, to: 46 degC, count: 6}}
  fws: {{path: parts.fws_supply_main.T, values: [30 degC, 35 degC, 40 degC]}}
  weather: {{path: weather, values: [design_day, record_day]}}
metrics: {{pue: pue, hottest: hottest_gpu.temperature_degC, it: power.it_mw}}
objectives: {{pue: least, hottest: least}}
"""
RUNS = f"""wattloop_study: 1
case: {ARGUMENTS.case}
computes: run
set: {{run.duration: 2 min}}
design: {{type: latin_hypercube, members: 40}}
parameters:
  tcs: {{path: templates.cdu.parts.temperature_control.set_point, from: 42 degC, to: 46 degC}}
  duty: {{path: workload.jobs.training.duty, from: 60 %, to: 95 %}}
metrics: {{pue: pue, hottest: hottest_gpu.temperature_degC, warned: consequences.areas.site.warned}}
"""


def rows(text):
    """The table without what the clock decides."""
    return [{key: value for key, value in row.items() if key != "wall_s"} for row in csv.DictReader(io.StringIO(text))]


class Sweep(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)

    def write(self, text):
        (self.root / "study.yaml").write_text(text)

    def command(self, output, *more):
        return [ARGUMENTS.program, "sweep", "study.yaml", "-o", output, *more]

    def run_command(self, command, code=0):
        done = subprocess.run(command, cwd=self.root, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def sweep(self, output, *more, code=0):
        return self.run_command(self.command(output, *more), code)

    def table(self, output):
        return rows((self.root / output / "sweep.csv").read_text())

    def refused(self, *said, output="out", more=()):
        before = {path: path.stat().st_mtime_ns for path in self.root.rglob("*")}
        done = self.sweep(output, *more, code=2)
        for part in said:
            self.assertIn(part, done.stderr)
        self.assertEqual({path: path.stat().st_mtime_ns for path in self.root.rglob("*")}, before, "something was written")

    def test_tables_of_a_grid(self):
        self.write(STEADY)
        done = self.sweep("out", "--threads", "2", "--json", "s.json")
        self.assertIn("36 members (grid), 36 fine, 0 failed", done.stdout)
        self.assertIn("results in out: sweep.csv, sweep.h5, sweep.json, sweep.png", done.stderr)
        self.assertEqual((self.root / "out/sweep.png").read_bytes()[:4], b"\x89PNG")
        table = self.table("out")
        self.assertEqual([row["member"] for row in table], [str(i + 1) for i in range(36)])
        self.assertEqual((table[7]["tcs"], table[7]["fws"], table[7]["weather"]), ("41.2 degC", "30 degC", "record_day"))
        # A member is what `wattloop steady` says of it.
        settings = ["--set", "templates.cdu.parts.temperature_control.set_point=41.2 degC", "--set",
                    "parts.fws_supply_main.T=30 degC", "--set", "weather=record_day"]
        alone = json.loads(self.run_command([ARGUMENTS.program, "steady", ARGUMENTS.case, "--json", "-", *settings]).stdout)
        self.assertAlmostEqual(float(table[7]["pue"]), alone["pue"], delta=1e-7)
        self.assertAlmostEqual(float(table[7]["hottest"]), alone["hottest_gpu"]["temperature_degC"], delta=1e-5)
        summary = json.loads((self.root / "s.json").read_text())
        self.assertGreater(summary["metrics"]["hottest"]["effects"]["tcs"]["share"], 0.5)
        self.assertAlmostEqual(summary["metrics"]["pue"]["least"], min(float(row["pue"]) for row in table))
        front = {entry["member"] for entry in summary["pareto_front"]}
        self.assertIn(summary["metrics"]["pue"]["least_at"], front)

    def test_the_dataset_opens_in_xarray(self):
        try:
            import xarray
        except ImportError as missing:
            self.skipTest(str(missing))
        self.write(STEADY)
        self.sweep("grid")
        table = self.table("grid")
        with xarray.open_dataset(self.root / "grid/sweep.h5", engine="h5netcdf") as data:
            self.assertEqual(dict(data.sizes), {"tcs": 6, "fws": 3, "weather": 2})
            self.assertEqual(data["tcs"].attrs["units"], "degC")
            self.assertAlmostEqual(float(data["pue"].sel(fws=30.0, weather="record_day").isel(tcs=1)), float(table[7]["pue"]))
            self.assertEqual(int(data["status"].max()), 0)
            means = data.mean("fws")
            self.assertEqual(dict(means.sizes), {"tcs": 6, "weather": 2})
            self.assertAlmostEqual(float(means["pue"][1, 0]), sum(float(table[k]["pue"]) for k in (6, 8, 10)) / 3)
        self.write(RUNS)
        self.sweep("runs", "--set", "design.members=4")
        table = self.table("runs")
        with xarray.open_dataset(self.root / "runs/sweep.h5", engine="h5netcdf") as data:
            self.assertEqual(dict(data.sizes), {"member": 4})
            self.assertIn("duty", data["pue"].coords)
            self.assertAlmostEqual(float(data["duty"][2]), float(table[2]["duty"].split()[0]))

    def test_the_dataset_holds_the_study_as_an_attribute(self):
        """Among the variables a text would be in the way of means over a dimension. It may be of any length."""
        try:
            import h5py
        except ImportError as missing:
            self.skipTest(str(missing))
        for text in (STEADY, STEADY + "description: " + 10000 * "wordy " + "\nset: {run.forcing_interval: 1 h}\n"):
            self.write(text)
            self.sweep(f"of_{len(text)}")
            with h5py.File(self.root / f"of_{len(text)}/sweep.h5") as file:
                study = file.attrs["study"]
                self.assertEqual(study.decode() if isinstance(study, bytes) else study, text)
                self.assertEqual([name for name, item in file.items() if item.shape == ()], [])

    def test_neither_threads_nor_parts_nor_ranks_change_a_bit(self):
        for name, study in (("steady", STEADY), ("runs", RUNS)):
            self.write(study)
            self.sweep(f"{name}_one", "--threads", "1")
            expected = self.table(f"{name}_one")
            self.assertTrue(all(row["status"] == "fine" for row in expected))
            self.sweep(f"{name}_two", "--threads", "2")
            self.assertEqual(self.table(f"{name}_two"), expected)
            for part in ("2/3", "1/3", "3/3"):
                self.sweep(f"{name}_parts", "--part", part)
            self.sweep(f"{name}_parts", "--resume")
            self.assertEqual(self.table(f"{name}_parts"), expected)
            if ARGUMENTS.mpirun:
                self.run_command([ARGUMENTS.mpirun, "--oversubscribe", "-n", "3", *self.command(f"{name}_ranks")])
                self.assertEqual(self.table(f"{name}_ranks"), expected)

    def test_kills_cost_nothing_but_time(self):
        """SIGKILL at random moments, then --resume."""
        rng = random.Random(3)
        for name, study, kills in (("steady", STEADY, ARGUMENTS.kills // 2), ("runs", RUNS, ARGUMENTS.kills - ARGUMENTS.kills // 2)):
            self.write(study)
            begin = time.monotonic()
            self.sweep(f"{name}_expected", "--threads", "2")
            length = time.monotonic() - begin
            expected = self.table(f"{name}_expected")
            hit = []
            for k in range(kills):
                more, output, left = [], f"{name}_{k}", 1.0
                for _ in range(rng.randint(1, 3)):
                    process = subprocess.Popen(self.command(output, "--threads", "2", *more), cwd=self.root,
                                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(rng.uniform(0.0, 0.6 * left * length))
                    process.send_signal(signal.SIGKILL)
                    hit.append(process.wait() == -signal.SIGKILL)
                    more = ["--resume"]
                    journal = self.root / output / "members.1-of-1.jsonl"
                    done = journal.read_bytes().count(b"\n") - 1 if journal.exists() else 0
                    left = max(0.2, 1.0 - done / len(expected))  # it begins, writes and draws as before
                self.sweep(output, "--threads", "2", "--resume")
                self.assertEqual(self.table(output), expected, f"{name}, kill {k}")
            self.assertGreaterEqual(sum(hit), 0.9 * len(hit), "kills came too late")

    def test_half_a_line_in_the_journal_is_computed_again(self):
        self.write(STEADY)
        self.sweep("out", "--threads", "1")
        expected = self.table("out")
        journal = self.root / "out/members.1-of-1.jsonl"
        whole = journal.read_bytes()
        for cut in (1, 20, len(whole) // 2, len(whole) - 5):
            journal.write_bytes(whole[:cut])
            self.sweep("out", "--resume")
            self.assertEqual(self.table("out"), expected)

    def test_a_signal_ends_with_what_is_done(self):
        self.write(RUNS.replace("members: 40", "members: 640"))
        process = subprocess.Popen(self.command("out", "--threads", "1"), cwd=self.root, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        journal = self.root / "out/members.1-of-1.jsonl"
        while not (journal.exists() and journal.read_bytes().count(b"\n") > 16):
            self.assertIsNone(process.poll(), "it ended before it was stopped")
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        states = [row["status"] for row in self.table("out")]
        self.assertEqual(set(states), {"fine", "not_run"})
        self.assertEqual(states.count("fine") % 16, 0)

    def test_a_member_that_fails_is_a_row(self):
        self.write(STEADY.replace("path: weather, values: [design_day, record_day]",
                                  "path: events, values: {calm: [], pump: [{at: 0 s, fail: cdu.pump}]}"))
        done = self.sweep("out")
        failed = [row for row in self.table("out") if row["status"] == "failed"]
        self.assertEqual(len(failed), 18, done.stdout)
        self.assertEqual({row["weather"] for row in failed}, {"pump"})
        self.assertTrue(all(row["reason"] and not row["pue"] for row in failed))
        self.assertIn(f"{len(failed)} failed", done.stdout)
        self.sweep("strict", "--strict", code=3)

    def test_indices_of_a_saltelli_design(self):
        self.write(STEADY.replace("count: 6", "").replace("degC, }", "degC}").replace("values: [30 degC, 35 degC, 40 degC]", "from: 30 degC, to: 40 degC")
                   + "design: {type: saltelli, base: 8}\n")
        self.sweep("out")
        effects = json.loads((self.root / "out/sweep.json").read_text())["metrics"]["hottest"]["effects"]
        self.assertGreater(effects["tcs"]["total"], 0.8, "the set point is what the GPUs see")
        self.assertLess(abs(effects["weather"]["total"]), 0.05, "the hall's weather is not")

    def test_bad_studies(self):
        self.write(STEADY.replace("parts.fws_supply_main.T", "parts.fws_suply_main.T"))
        self.refused("study.yaml:6:", "parts.fws_suply_main.T: unknown path")
        self.write(STEADY.replace("record_day", "recrd_day"))
        self.refused("study.yaml:7:", "got recrd_day, allowed record_day")
        self.write(STEADY.replace("path: weather, values: [design_day, record_day]", "path: events, values: [[{at: 0 s, fail: nobody}]]"))
        self.refused("study.yaml:7:", "nobody")
        self.write(STEADY.replace("pue: pue", "pue: peu"))
        self.refused("study.yaml:8:", "not a number of the summary, got peu, allowed pue")
        self.write(STEADY.replace(ARGUMENTS.case, "nowhere.yaml"))
        self.refused("study.yaml:3:7: case: no such case")
        self.write(STEADY.replace("wattloop_study: 1", "wattloop_study: 7"))
        self.refused("wattloop_study: ")
        self.write(STEADY)
        self.refused("--part: not a part, got 4/3", more=("--part", "4/3"))
        self.refused("unknown path", more=("--set", "parameters.nope.count=3"))

    def test_a_huge_study_is_counted(self):
        self.write(STEADY.replace("count: 6", "count: 1000000").replace("values: [30 degC, 35 degC, 40 degC]",
                                                                        "from: 30 degC, to: 40 degC, count: 500000"))
        begin = time.monotonic()
        for allowed in ((), ("--most-members", "1000000000000")):
            self.refused("results that do not fit into the memory of this machine, got 1000000000000 members, ", more=allowed)
        self.write(RUNS.replace("members: 40", "members: 600000"))
        self.refused("a large study, got 600000 members, allowed 100000; --most-members 600000 allows it")
        self.assertLess(time.monotonic() - begin, 10.0)

    def answer(self, answer, *more, environment=ENVIRONMENT):
        """Exit code of a sweep of 36 members, 10 of them allowed without a question, and what it said on its terminal."""
        here, there = pty.openpty()
        process = subprocess.Popen(self.command("out", "--most-members", "10", *more), cwd=self.root, env=environment, stdin=there,
                                   stderr=there, stdout=subprocess.DEVNULL)
        os.close(there)
        os.write(here, answer)
        said = b""
        while True:
            try:
                some = os.read(here, 4096)
            except OSError:  # the end of a terminal
                break
            if not some:
                break
            said += some
        os.close(here)
        return process.wait(timeout=60), said.decode()

    def test_a_large_study_is_asked_about_on_a_terminal(self):
        self.write(STEADY)
        for answer in (b"n\n", b"\n", b"\x04"):
            code, said = self.answer(answer)
            self.assertEqual(code, 2, said)
            self.assertRegex(said, r"One CDU: 36 members, about \S+ kB of memory and \S+ kB of files; 0.0001 hours of a core "
                                   r"if each takes 10 ms, .* Compute them all\? \[y/N\] ")
            self.assertFalse((self.root / "out").exists())
        code, said = self.answer(b"y\n")
        self.assertEqual(code, 0, said)
        self.assertEqual({row["status"] for row in self.table("out")}, {"fine"})
        shutil.rmtree(self.root / "out")
        # What it starts is not asked again.
        self.write(STEADY + "runs_on: {slurm: {tasks: 2}}\n")
        code, said = self.answer(b"y\n", environment={**ENVIRONMENT, "PATH": str(self.root)})
        self.assertEqual(code, 3, said)
        self.assertIn("--most-members 36", (self.root / "out/sweep.sbatch").read_text().replace("'", ""))

    def test_what_no_job_array_computed_is_computed_here(self):
        self.write(STEADY + "runs_on: {slurm: {tasks: 2}}\n")
        without_slurm = {**ENVIRONMENT, "PATH": str(self.root)}
        done = subprocess.run(self.command("out"), cwd=self.root, env=without_slurm, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 3)
        self.assertIn("there is no sbatch here", done.stderr)
        self.sweep("out", "--here")
        self.assertEqual({row["status"] for row in self.table("out")}, {"fine"})

    def test_the_directory_of_another_study_is_left_alone(self):
        self.write(STEADY)
        self.sweep("out", "--set", "parameters.tcs.count=2")
        self.refused("results of this study are here", more=("--set", "parameters.tcs.count=2"))
        self.refused("the results of another study")
        self.refused("the results of another study", more=("--resume",))
        (self.root / "other").mkdir()
        (self.root / "other/designed.yaml").write_text("kept")
        for more in ((), ("--resume",)):
            self.refused("other: results of something else are here, got designed.yaml", output="other", more=more)
        (self.root / "other/results_of.txt").write_text("wattloop size of a site (0123456789abcdef)\n")
        self.refused("results of something else are here, got wattloop size of a site", output="other")
        self.refused("study.yaml: not a directory", output="study.yaml")

    def test_a_part_goes_into_a_directory_of_its_sweep(self):
        self.write(STEADY)
        part = ("--part", "1/2")
        (self.root / "other").mkdir()
        (self.root / "other/designed.yaml").write_text("kept")
        self.refused("other: results of something else are here, got designed.yaml", output="other", more=part)
        self.sweep("out", "--set", "parameters.tcs.count=2")
        self.refused("the results of another study", more=part)
        # Parts may begin together in a new directory.
        parts = [subprocess.Popen(self.command("new", "--part", f"{k}/4", "--threads", "1"), cwd=self.root, stderr=subprocess.PIPE)
                 for k in range(1, 5)]
        for process in parts:
            said = process.communicate(timeout=120)[1]
            self.assertEqual(process.returncode, 0, said)
        self.assertIn("wattloop sweep of One CDU (", (self.root / "new/results_of.txt").read_text())
        self.assertEqual(sorted(path.name for path in (self.root / "new").iterdir()),
                         [f"members.{k}-of-4.jsonl" for k in range(1, 5)] + ["results_of.txt"])
        self.refused("the results of another study", output="new", more=(*part, "--set", "parameters.tcs.count=2"))

    def test_a_study_with_one_other_value_is_another(self):
        degrees = [f"{30 + 0.01 * k:.2f} degC" for k in range(250)]
        study = STEADY.replace("from: 40 degC, to: 46 degC, count: 6", "values: [" + ", ".join(250 * ["45 degC"]) + "]")
        study = study.replace("values: [30 degC, 35 degC, 40 degC]", "values: [" + ", ".join(degrees) + "]")
        study = study.replace("values: [design_day, record_day]", "values: [" + ", ".join(250 * ["design_day"]) + "]")
        self.write(study + "design: {type: list}\n")
        self.sweep("list", "--part", "1/250")
        self.write((study + "design: {type: list}\n").replace("30.01 degC", "30.015 degC"))
        self.refused("the results of another study", output="list", more=("--resume",))
        self.write(RUNS)
        self.sweep("hypercube", "--part", "1/3")
        for more in ("design.seed=2", "design.members=41", "parameters.duty.to=96 %", "set={run.duration: 3 min}"):
            self.refused("the results of another study", output="hypercube", more=("--resume", "--set", more))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *NAMES], verbosity=2)
