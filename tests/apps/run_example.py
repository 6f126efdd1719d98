#!/usr/bin/env python3
"""Runs an example and holds the summary of its run against what physics demands.

    run_example.py PROGRAM EXAMPLE [--set PATH=VALUE]...

EXAMPLE is a folder with a case.yaml or a study.yaml and an assertions.json:

    {
      "settings": {"run.duration": "1 h"},
      "assertions": [
        {"value": "hottest_gpu.temperature_degC", "min": 80, "max": 87, "why": "full load at 45 degC supply"},
        {"value": "workload.repeated", "equals": true, "why": "..."}
      ]
    }

With `"command": ["grid", "--at", "10:00"]` it is that sub-command whose JSON is looked at, not a run's; the assertions
that all examples share are then left out.

`settings` are given to the program with --set; those of the command line come after them. `value` is a path into the
JSON summary (mappings by name, or by [name] where the name has dots; lists by [index]). Bounds include their ends; a
value that is missing, null or not a number has none. The assertions in assertions.json one level above hold for every
example.
"""
import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

ASSERTION_KEYS = {"value", "min", "max", "equals", "why"}
MISSING = object()


def look_up(summary, path):
    """The value at a path such as 'events[0].path' or 'power_by_part_mw[cdu.pump]', or MISSING."""
    value = summary
    for name, bracketed in re.findall(r"([^.\[\]]+)|\[([^\]]+)\]", path):
        key = name or bracketed
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif bracketed.isdigit() and isinstance(value, list) and int(bracketed) < len(value):
            value = value[int(bracketed)]
        else:
            return MISSING
    return value


def check(assertion, summary):
    """What is wrong, or an empty text."""
    value = look_up(summary, assertion["value"])
    if value is MISSING:
        return "is not in the summary"
    if "equals" in assertion and value != assertion["equals"]:
        return f"is {value!r}, expected {assertion['equals']!r}"
    if "min" not in assertion and "max" not in assertion:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return f"is {value!r}, expected a number"
    if value < assertion.get("min", -math.inf):
        return f"is {value}, below {assertion['min']}"
    if value > assertion.get("max", math.inf):
        return f"is {value}, above {assertion['max']}"
    return ""


def read_assertions(file):
    """The content of an assertions.json; exits if it asserts nothing or holds an unknown key."""
    content = json.loads(file.read_text())
    unknown = set(content) - {"settings", "assertions", "command"}
    for assertion in content.get("assertions", []):
        unknown |= set(assertion) - ASSERTION_KEYS
        if not assertion.get("why") or "value" not in assertion or not {"min", "max", "equals"} & set(assertion):
            sys.exit(f"{file}: an assertion needs value, why, and min, max or equals: {assertion}")
    if unknown:
        sys.exit(f"{file}: unknown keys {sorted(unknown)}")
    if not content.get("assertions"):
        sys.exit(f"{file}: nothing is asserted")
    return content


def run(program, case, settings, sub_command=("run",)):
    """The summary of a run or of another sub-command, which must end well."""
    with tempfile.TemporaryDirectory(prefix="wattloop_example_") as directory:
        summary = pathlib.Path(directory) / "summary.json"
        command = [program, *sub_command, str(case), "-o", directory, "--json", str(summary)]
        for setting in settings:
            command += ["--set", setting]
        print(" ".join(command), flush=True)
        code = subprocess.run(command).returncode
        if code:
            sys.exit(f"exit code {code}")
        return json.loads(summary.read_text())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("example", type=pathlib.Path)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    arguments = parser.parse_args()

    own = read_assertions(arguments.example / "assertions.json")
    common = arguments.example.parent / "assertions.json"
    is_run = "command" not in own
    assertions = own["assertions"] + (read_assertions(common)["assertions"] if is_run and common.exists() else [])
    settings = [f"{path}={value}" for path, value in own.get("settings", {}).items()] + arguments.set
    study = arguments.example / "study.yaml"
    summary = run(arguments.program, study if study.exists() else arguments.example / "case.yaml", settings, own.get("command", ["run"]))

    failed = 0
    for assertion in assertions:
        wrong = check(assertion, summary)
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok    '} {assertion['value']} {wrong or look_up(summary, assertion['value'])}"
              f"  ({assertion['why']})")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
