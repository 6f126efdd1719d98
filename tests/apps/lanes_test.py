#!/usr/bin/env python3
"""lanes_test.py PROGRAM CASE: all sets of lanes that this machine has record the same bits."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    from result_file import datasets
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PROGRAM, CASE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


class Lanes(unittest.TestCase):
    def test_same_bits(self):
        with tempfile.TemporaryDirectory() as directory:
            recorded = []
            for lanes in ("sse2", "avx2", "avx512"):  # the widest where the machine has not got so many
                done = subprocess.run([PROGRAM, "run", CASE, "-o", lanes, "--set", "run.duration=20 min",
                                       "--set", "run.symmetry=false"],
                                      cwd=directory, capture_output=True, text=True, timeout=120,
                                      env={**os.environ, "WATTLOOP_LANES": lanes})
                self.assertEqual(done.returncode, 0, done.stderr)
                recorded.append(datasets(pathlib.Path(directory) / lanes / "run.h5"))
            self.assertGreater(len(recorded[0]), 50)
            for other in recorded[1:]:
                self.assertEqual(recorded[0], other)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
