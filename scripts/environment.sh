# Sourced by demo.sh and test.sh, which have set `root`: installs what is missing and turns on ccache where it is there.
"$root/scripts/setup.sh"
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
  # Paths relative to the tree: a copy of it elsewhere shares the cache.
  export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
fi
