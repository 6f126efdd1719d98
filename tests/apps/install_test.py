#!/usr/bin/env python3
"""Installs the build to a prefix of its own; a program of somebody else finds, links and uses the libraries there, and
the installed program finds the installed catalogue from an empty folder.

    install_test.py CMAKE BUILD_DIRECTORY COMPILER
"""
import os
import pathlib
import shutil
import subprocess
import sys

CASE = """wattloop: 1
weather: {T_db: 20 degC, T_dp: 10 degC}
liquids: {water: {kind: water}}
parts:
  high: {type: liquid_source, liquid: water, p: 4 bar}
  low: {type: liquid_source, liquid: water, p: 3 bar}
  between: {use: only_installed}
nodes:
  inlet: [high.port, between.inlet]
  outlet: [low.port, between.outlet]
"""
ENTRY = """only_installed: {type: resistance, source: a test, confidence: A, m_flow_nominal: 1 kg/s, dp_nominal: 1 bar}
"""


def run(*command, **options):
    print(" ".join(map(str, command)), flush=True)
    return subprocess.run(list(map(str, command)), check=True, **options)


def main():
    cmake, build, compiler = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    work = build / "install_test"
    shutil.rmtree(work, ignore_errors=True)
    prefix, empty = work / "prefix", work / "empty"
    empty.mkdir(parents=True)
    run(cmake, "--install", build, "--prefix", prefix, stdout=subprocess.DEVNULL)

    consumer = work / "consumer"
    run(cmake, "-S", pathlib.Path(__file__).with_name("consumer"), "-B", consumer, f"-DCMAKE_CXX_COMPILER={compiler}",
        f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release", stdout=subprocess.DEVNULL)
    run(cmake, "--build", consumer)
    density = float(run(consumer / "consumer", capture_output=True, text=True).stdout)
    assert 1006 < density < 1009, density  # PG25 at 45 degC: 1010 kg/m3 at 40, 1002 at 55 (Melinder 2010)

    # An entry that only the installed catalogue has: it must come from there.
    (prefix / "share/wattloop/catalog/only_installed.yaml").write_text(ENTRY)
    (empty / "case.yaml").write_text(CASE)
    environment = {name: value for name, value in os.environ.items() if name != "WATTLOOP_CATALOG"}
    run(prefix / "bin/wattloop", "check", "case.yaml", cwd=empty, env=environment)


if __name__ == "__main__":
    main()
