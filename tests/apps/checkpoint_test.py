#!/usr/bin/env python3
"""checkpoint_test.py PROGRAM CASE [KILLS]: runs that are killed, asked to end or without room, and go on."""
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import h5py

    from result_file import datasets, times
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PROGRAM, CASE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 50
SETTINGS = ["--set", "run.duration=8 h", "--set", "run.record_interval=30 s"]
OFTEN = ["--checkpoint-every", "1 ms"]


class Checkpoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.root = pathlib.Path(cls.directory.name)
        begin = time.monotonic()
        done = cls.run_program(["run", CASE, "-o", "undisturbed", *SETTINGS])
        cls.seconds = time.monotonic() - begin
        assert done.returncode == 0, done.stderr
        cls.undisturbed = datasets(cls.root / "undisturbed/run.h5")

    @classmethod
    def run_program(cls, arguments, **options):
        return subprocess.run([PROGRAM, *arguments], cwd=cls.root, capture_output=True, text=True, timeout=300,
                              **options)

    def start(self, arguments, **options):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.root, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(process.stderr.close)
        return process

    def command(self, name):
        """Begins a run, or goes on with it."""
        if (self.root / name / "checkpoint.bin").exists():
            return ["run", "--resume", name, *OFTEN]
        return ["run", CASE, "-o", name, *SETTINGS, *OFTEN]

    def wait_for(self, condition, process):
        while process.poll() is None and not condition():
            time.sleep(0.002)
        self.assertIsNone(process.poll(), "it ended before")

    def expect_undisturbed(self, name):
        self.assertEqual(datasets(self.root / name / "run.h5"), self.undisturbed)
        self.assertFalse((self.root / name / "checkpoint.bin").exists())
        self.assertEqual(list((self.root / name).glob("*.tmp")), [])

    def test_killed_at_random_it_is_as_undisturbed(self):
        moments = random.Random(20260715)
        kills = lives = resumed = complete = 0
        while kills < KILLS or lives > 0:
            name = f"killed_{complete}"
            going_on = (self.root / name / "checkpoint.bin").exists()
            process = self.start(self.command(name))
            try:
                process.wait(None if kills >= KILLS else moments.uniform(0.0, 0.7 * self.seconds))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
                lives += 1
                resumed += going_on
                continue
            self.assertEqual(process.returncode, 0, process.stderr.read())
            resumed += going_on
            self.expect_undisturbed(name)
            shutil.rmtree(self.root / name)
            complete += 1
            lives = 0
        self.assertGreater(resumed, KILLS // 4, "too few of them went on from a checkpoint")
        print(f"{kills} kills, {resumed} resumptions, {complete} runs complete", file=sys.stderr)

    def test_signals_end_it_with_results_and_a_checkpoint(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            name = number.name
            process = self.start(["run", CASE, "-o", name, *SETTINGS])
            self.wait_for((self.root / name / "run.h5").exists, process)
            process.send_signal(number)
            self.assertEqual(process.wait(), 130)
            self.assertIn(f"wattloop run --resume {name}", process.stderr.read())
            self.assertTrue((self.root / name / "checkpoint.bin").exists())
            recorded = times(self.root / name / "run.h5")
            self.assertTrue(0 < len(recorded) < 8 * 120)
            done = self.run_program(["run", "--resume", name])
            self.assertEqual(done.returncode, 0, done.stderr)
            self.expect_undisturbed(name)
            again = self.run_program(["run", "--resume", name])
            self.assertEqual(again.returncode, 2)
            self.assertIn("this run is complete", again.stderr)

    def interrupted(self, name):
        process = self.start(["run", CASE, "-o", name, *SETTINGS, *OFTEN])
        self.wait_for((self.root / name / "checkpoint.bin").exists, process)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 130)

    def test_without_room_nothing_is_lost(self):
        """A limit for the size of files stands for a full device."""
        self.interrupted("full")
        checkpoint = self.root / "full/checkpoint.bin"
        before = checkpoint.read_bytes()

        def limited(limit):
            return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        # No room for the results at all.
        done = self.run_program(["run", CASE, "-o", "no_results", *SETTINGS], preexec_fn=limited(20000))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stderr, r"wattloop: .*run\.h5.*: File too large\n")
        self.assertEqual([p.name for p in (self.root / "no_results").iterdir()], [])
        # The results of the interrupted run cannot be opened up again: they and the checkpoint stay.
        results = (self.root / "full/run.h5").read_bytes()
        done = self.run_program(["run", "--resume", "full", *OFTEN], preexec_fn=limited(20000))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(checkpoint.read_bytes(), before)
        self.assertEqual((self.root / "full/run.h5").read_bytes(), results)
        # Room for results, but not for a checkpoint of every GPU: said, and the run goes on ...
        gpus = ["--set", "run.resolution=gpu", "--set", "run.record_interval=1 min", "--set", "run.symmetry=false"]
        done = self.run_program(["run", CASE, "-o", "short", *gpus, *OFTEN, "--set", "run.duration=5 min"],
                                preexec_fn=limited(370000))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"warning: cannot write the checkpoint .*: File too large\n")
        self.assertEqual(len(times(self.root / "short/run.h5")), 6)
        # ... unless it was to end with one.
        process = self.start(["run", CASE, "-o", "long", *gpus, "--set", "run.duration=60 min"],
                             preexec_fn=limited(370000))
        self.wait_for((self.root / "long/run.h5").exists, process)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 3)
        self.assertRegex(process.stderr.read(), r"wattloop: cannot write the checkpoint .*: File too large\n")
        self.assertGreater(len(times(self.root / "long/run.h5")), 0)
        self.assertFalse(list(self.root.glob("*/*.tmp")))
        # With room again it is as if nothing had been.
        done = self.run_program(["run", "--resume", "full"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.expect_undisturbed("full")

    def test_bad_input_is_refused(self):
        self.interrupted("bad")
        good = (self.root / "bad/checkpoint.bin").read_bytes()
        results = (self.root / "bad/run.h5").read_bytes()

        def refused(what, *arguments):
            done = self.run_program(["run", *arguments])
            self.assertEqual(done.returncode, 2, f"{arguments}: {done.stderr}")
            self.assertIn(what, done.stderr)
            self.assertLess(len(done.stderr.splitlines()), 4)

        for content, what in ((good[:-100], "truncated"), (b"", "not a checkpoint"),
                              (good[:8] + b"\x63" + good[9:], "another version"),
                              (good[:5000] + b"?!" + good[5002:], "has been changed")):
            (self.root / "bad/checkpoint.bin").write_bytes(content)
            refused(what, "--resume", "bad")
        (self.root / "bad/checkpoint.bin").unlink()
        refused("there is no checkpoint here", "--resume", "bad")
        (self.root / "bad/checkpoint.bin").write_bytes(good)
        self.assertEqual((self.root / "bad/run.h5").read_bytes(), results)
        # A case that has changed since.
        text = pathlib.Path(CASE).read_text()
        (self.root / "case.yaml").write_text(text)
        process = self.start(["run", "case.yaml", "-o", "changed", *SETTINGS, *OFTEN])
        self.wait_for((self.root / "changed/checkpoint.bin").exists, process)
        process.kill()
        process.wait()
        (self.root / "case.yaml").write_text(text.replace("p: 4 bar", "p: 4.01 bar"))
        refused("another case, or the case has been changed", "--resume", "changed")
        (self.root / "case.yaml").unlink()
        refused("case.yaml", "--resume", "changed")
        refused("no such file", "--resume", "nowhere")
        refused("as it was begun", "--resume", "bad", "--set", "run.duration=1 h")
        refused("as it was begun", "--resume", "bad", CASE)
        refused("a case is missing")
        refused("not a time", CASE, "--checkpoint-every", "-3 s")
        refused("missing", CASE, "--checkpoint-every", "10")

    def test_branches(self):
        done = self.run_program(["run", "--from", "undisturbed", "--at", "07:00", "-o", "branch", "--set",
                                 "parts.fws_supply_main.T=38 degC"])
        self.assertEqual(done.returncode, 0, done.stderr)
        recorded = times(self.root / "branch/run.h5")
        self.assertEqual((recorded[0], recorded[-1], len(recorded)), (7 * 3600.0, 8 * 3600.0, 121))
        with h5py.File(self.root / "branch/run.h5") as a, h5py.File(self.root / "undisturbed/run.h5") as b:
            now, before = a["racks/T_supply"][()], b["racks/T_supply"][()]
            self.assertTrue((now[0] == before[840]).all())
            self.assertGreater(abs(now[1:] - before[841:]).max(), 1e-3)
        told = json.loads((self.root / "branch/summary.json").read_text())
        self.assertLess(told["closure"]["energy"], 1e-6)
        whole = json.loads((self.root / "undisturbed/summary.json").read_text())
        self.assertLess(abs(told["power"]["it_mw"] / whole["power"]["it_mw"] - 1), 0.2, "the hour, not all since midnight")

        def refused(what, *arguments):
            done = self.run_program(["run", *arguments])
            self.assertEqual(done.returncode, 2, f"{arguments}: {done.stderr}")
            self.assertIn(what, done.stderr.splitlines()[-1])

        at = ["--from", "undisturbed", "--at", "07:00"]
        refused("changes values only", *at, "-o", "refused", "--set", "run.resolution=tray")
        refused("unknown key", *at, "-o", "refused", "--set", "parts.rack.cuont=15")
        refused("begin at its end", *at, "-o", "refused", "--set", "run.duration=6 h")
        refused("belong together", "--from", "undisturbed")
        refused("sequences go on", *at, "-o", "refused", "--set", "templates.cdu.sequences.cdus.duty=5")
        refused("would overwrite", *at, "-o", "undisturbed")
        refused("from the run", *at, CASE)
        refused("no record near", "--from", "undisturbed", "--at", "12:00", "-o", "refused")
        self.assertFalse((self.root / "refused").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
