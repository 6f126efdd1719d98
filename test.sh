#!/usr/bin/env bash
# Everything that must hold:
#   1. formatting,
#   2. a GCC Release build without warnings, and all tests,
#   3. a Clang build with address and undefined-behaviour sanitizers without warnings, and its tests.
# ./test.sh --heavy adds the tests labelled heavy (full days of the site, failures by the hundred, weeks at 15 s) to 2.
# WATTLOOP_REQUIRE_DATA=1 makes a test fail that does not find its data; without it such tests are listed as skipped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"

case "${1-}" in
  "") release_tests=(-LE heavy) ;;
  --heavy) release_tests=() ;;
  *)
    echo "usage: ./test.sh [--heavy]" >&2
    exit 2
    ;;
esac
# The sanitizers look at the code: what only looks at the tree (installing, adding a component) is seen once, as is what runs
# the code of smaller tests many times (labelled slow; derivatives at hundreds of points).
asan_tests=(-LE 'heavy|slow|install' -E 'EveryComponentsLaw')

source scripts/environment.sh
jobs=$(nproc)

echo "== formatting"
find apps io meshes models solver tests \( -name '*.h' -o -name '*.cpp' \) -print0 |
  xargs -0 clang-format-14 --dry-run -Werror

failed=()
# build_and_test PRESET [CTEST OPTION]...
build_and_test() {
  local preset=$1
  shift
  echo "== $preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset" -j "$jobs"
  ctest --preset "$preset" -j "$jobs" --output-junit junit.xml "$@" | tee "build/$preset.log" || failed+=("$preset")
}
mkdir -p build
build_and_test release "${release_tests[@]}"
build_and_test asan "${asan_tests[@]}"

echo
python3 scripts/skipped_tests.py build/release/junit.xml build/asan/junit.xml
for preset in release asan; do
  echo "$preset: $(grep 'tests passed' "build/$preset.log")"
done
if [[ ${#failed[@]} -gt 0 ]]; then
  echo "Failed: ${failed[*]}"
  exit 1
fi
