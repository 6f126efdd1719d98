#!/usr/bin/env bash
# Makes every figure of docs/performance.md, each beside its baseline in the same run: ./bench.sh [--quick] [--json FILE]
# (tests/bench/bench.py; --rows NAME,... for some of them). The whole takes hours; --quick samples and says so.
set -euo pipefail
called_from=$PWD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
source scripts/environment.sh

cmake --preset release
cmake --build --preset release --target wattloop plain_path roofline

# Water networks are compared with EPANET's library, which comes with the Python package wntr, power flows with
# power-grid-model.
python=${WATTLOOP_BENCH_PYTHON:-python3}
if ! "$python" -c 'import wntr, power_grid_model' 2>/dev/null; then
  python=$root/build/bench_python/bin/python
  if [[ ! -x $python ]]; then
    python3 -m venv "$root/build/bench_python"
    for package in wntr power-grid-model; do
      "$python" -m pip install --quiet "$package" || echo "no $package: its rows are left out" >&2
    done
  fi
fi
export WATTLOOP_BENCH_PYTHON=$python

program=$root/build/release/wattloop plain_path=$root/build/release/tests/bench/plain_path bench=$root/tests/bench/bench.py
cd "$called_from"
exec python3 "$bench" "$program" "$plain_path" "$@"
