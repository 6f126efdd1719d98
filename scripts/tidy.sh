#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy) over the sources: all of them, or those whose path matches the given expressions.
# Takes minutes, so it is not part of test.sh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
cmake --preset clang >/dev/null
run-clang-tidy-14 -quiet -p build/clang "${@:-$root/(apps|io|meshes|models|solver)/}"
