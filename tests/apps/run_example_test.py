#!/usr/bin/env python3
"""run_example.py against a program that writes a given summary: what holds passes, what does not fails."""
import json
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

PROGRAM = """#!{python}
import json, sys
arguments = sys.argv[1:]
summary = {{"pue": 1.1, "closure": {{"energy": 1e-9}}, "unknown": None, "racks": [{{"power_kw": 142.0}}],
            "arguments": arguments}}
open(arguments[arguments.index("--json") + 1], "w").write(json.dumps(summary))
sys.exit({code})
"""


class RunExample(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.root = pathlib.Path(self.directory.name)
        (self.root / "example").mkdir()
        self.write_program(0)

    def write_program(self, code):
        program = self.root / "program"
        program.write_text(PROGRAM.format(python=sys.executable, code=code))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def passes(self, *assertions, common=None, settings=None):
        content = {"assertions": [{"why": "test", **a} for a in assertions]}
        if settings:
            content["settings"] = settings
        (self.root / "example" / "assertions.json").write_text(json.dumps(content))
        if common:
            (self.root / "assertions.json").write_text(json.dumps({"assertions": [{"why": "test", **common}]}))
        script = pathlib.Path(__file__).with_name("run_example.py")
        result = subprocess.run([sys.executable, script, self.root / "program", self.root / "example", "--set", "a=1"],
                                capture_output=True)
        return result.returncode == 0

    def test_bounds(self):
        self.assertTrue(self.passes({"value": "pue", "min": 1.0, "max": 1.1}))
        self.assertFalse(self.passes({"value": "pue", "max": 1.09}))
        self.assertFalse(self.passes({"value": "pue", "min": 1.11}))

    def test_paths(self):
        self.assertTrue(self.passes({"value": "racks[0].power_kw", "equals": 142.0}))
        self.assertFalse(self.passes({"value": "racks[1].power_kw", "min": 0}))
        self.assertFalse(self.passes({"value": "closure.mass", "min": 0}))

    def test_another_command_has_its_own_summary(self):
        command = {"value": "arguments[0]", "equals": "grid", "why": "test"}
        (self.root / "example" / "assertions.json").write_text(
            json.dumps({"command": ["grid", "--at", "10:00"], "assertions": [command]}))
        (self.root / "assertions.json").write_text(
            json.dumps({"assertions": [{"value": "closure.mass", "max": 1, "why": "of a run"}]}))
        script = pathlib.Path(__file__).with_name("run_example.py")
        done = subprocess.run([sys.executable, script, self.root / "program", self.root / "example"], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout.decode())

    def test_unknown_values_fail(self):
        self.assertFalse(self.passes({"value": "unknown", "min": 0}))

    def test_common_assertions_hold_too(self):
        self.assertTrue(self.passes({"value": "pue", "min": 1.0}, common={"value": "closure.energy", "max": 1e-6}))
        self.assertFalse(self.passes({"value": "pue", "min": 1.0}, common={"value": "closure.energy", "max": 1e-12}))

    def test_settings_come_before_those_of_the_command_line(self):
        given = {"value": "arguments[7]", "equals": "run.duration=1 h"}
        self.assertTrue(self.passes(given, {"value": "arguments[9]", "equals": "a=1"},
                                    settings={"run.duration": "1 h"}))

    def test_what_asserts_nothing_fails(self):
        self.assertFalse(self.passes())
        self.assertFalse(self.passes({"value": "pue"}))
        self.assertFalse(self.passes({"value": "pue", "maximum": 2, "min": 0}))

    def test_a_failed_run_fails(self):
        self.write_program(3)
        self.assertFalse(self.passes({"value": "pue", "min": 1.0}))


if __name__ == "__main__":
    unittest.main()
