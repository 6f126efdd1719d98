#!/usr/bin/env python3
"""ranks_test.py PROGRAM SITE MPIRUN: a site of two buildings on several ranks, and ranks that go wrong."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    from result_file import datasets, times
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PROGRAM, SITE, MPIRUN = (os.path.abspath(path) for path in sys.argv[1:4])
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
CASE = f"""
wattloop: 1
name: Two buildings of two blocks
extends: {SITE}
run: {{duration: 3 min, record_interval: 30 s}}
workload:
  jobs:
    pretraining: {{racks: [1-200]}}
    finetuning: null
    serving: {{racks: [201-320]}}
parts:
  building: {{count: 2}}
templates:
  building:
    parts:
      block: {{count: 2}}
events:
  - {{at: 70 s, fail: building_2.block_1.cdu_3}}
  - {{at: 130 s, repair: building_2.block_1.cdu_3}}
"""
OFTEN = ["--checkpoint-every", "1 ms"]


def ranks_of(process):
    """The processes that mpirun has started."""
    listed = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if line.split()[1] == "wattloop"]


class Ranks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.root = pathlib.Path(cls.directory.name)
        (cls.root / "case.yaml").write_text(CASE)
        done = cls.run_program(1, ["run", "case.yaml", "-o", "alone"])
        assert done.returncode == 0, done.stderr
        cls.alone = datasets(cls.root / "alone/run.h5")

    @classmethod
    def command(cls, ranks, arguments):
        start = [MPIRUN, "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
        return [*start, PROGRAM, *arguments]

    @classmethod
    def run_program(cls, ranks, arguments):
        return subprocess.run(cls.command(ranks, arguments), cwd=cls.root, capture_output=True, text=True, timeout=300,
                              env=ENVIRONMENT)

    def start(self, ranks, arguments):
        process = subprocess.Popen(self.command(ranks, arguments), cwd=self.root, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.addCleanup(process.stderr.close)
        return process

    def wait_for_checkpoint(self, name, process):
        while process.poll() is None and not (self.root / name / "checkpoint.bin").exists():
            time.sleep(0.005)
        self.assertIsNone(process.poll(), "it ended before")

    def assert_as_alone(self, name):
        self.assertEqual(self.alone, datasets(self.root / name / "run.h5"))

    def test_any_number_of_ranks_gives_the_same_bits(self):
        for ranks in (2, 3, 4):
            with self.subTest(ranks=ranks):
                done = self.run_program(ranks, ["run", "case.yaml", "-o", f"by_{ranks}"])
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("large enough", done.stderr)
                self.assert_as_alone(f"by_{ranks}")
                self.assertEqual(self.summary(f"by_{ranks}"), self.summary("alone"))

    def summary(self, name):
        """What a run says in the end, but for how fast it was."""
        told = json.loads((self.root / name / "summary.json").read_text())
        del told["speed"]
        return told

    def test_threads_and_symmetry_give_the_same_bits(self):
        settings = ["--set", "run.symmetry=true", "--set", "workload.jobs={all: {kind: constant, racks: [1-320], activity: 0.8}}"]
        for ranks, threads in ((1, "1"), (2, "2")):
            done = self.run_program(ranks, ["run", "case.yaml", "-o", f"equal_{ranks}", "--threads", threads, *settings])
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(*(datasets(self.root / f"equal_{ranks}/run.h5") for ranks in (1, 2)))

    def test_checkpoint_of_another_number_of_ranks(self):
        begun = self.start(2, ["run", "case.yaml", "-o", "moved", *OFTEN])
        self.wait_for_checkpoint("moved", begun)
        os.kill(ranks_of(begun)[1], signal.SIGTERM)
        self.assertEqual(begun.wait(60), 130, begun.stderr.read())
        done = self.run_program(3, ["run", "--resume", "moved"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_as_alone("moved")

    def test_killed_rank(self):
        begun = self.start(2, ["run", "case.yaml", "-o", "killed", *OFTEN])
        self.wait_for_checkpoint("killed", begun)
        os.kill(ranks_of(begun)[1], signal.SIGKILL)
        self.assertNotIn(begun.wait(60), (0, 130))
        self.assertIn("signal 9", begun.stderr.read())
        self.assertGreater(len(times(self.root / "killed/run.h5")), 0)
        done = self.run_program(2, ["run", "--resume", "killed"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_as_alone("killed")

    def test_a_mistake_is_told_once(self):
        (self.root / "wrong.yaml").write_text(CASE.replace("3 min", "3 kg"))
        done = self.run_program(2, ["run", "wrong.yaml", "-o", "wrong"])
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("wrong.yaml:5"), 1, done.stderr)
        done = self.run_program(2, ["run", "case.yaml", "-o", "wrong", "--reference"])
        self.assertEqual(done.returncode, 2)
        self.assertIn("one rank", done.stderr)

    def test_only_the_first_rank_can_fail(self):
        (self.root / "a_file").write_text("")
        done = self.run_program(2, ["run", "case.yaml", "-o", "a_file"])
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("cannot write into this directory"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
