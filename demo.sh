#!/usr/bin/env bash
# Installs what is missing, builds, and runs the 200 MW site: a day rack by rack, a quarter of an hour GPU by GPU.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
source scripts/environment.sh

cmake --preset release
cmake --build --preset release --target wattloop

wattloop=build/release/wattloop
site=examples/childress_200mw/case.yaml
"$wattloop" run "$site" -o out/childress_24h
"$wattloop" run "$site" -o out/childress_gpu --set run.resolution=gpu --set "run.duration=15 min"
"$wattloop" render out/childress_24h/run.h5 --time 15:10 -o out/childress_24h/site.png

cat <<TEXT

Look at
  out/childress_24h/site.png  the site at 15:10
  out/childress_24h/run.h5    24 hours, 1,280 racks, each with its own course
  out/childress_gpu/run.h5    15 minutes, 92,160 GPUs

Open them
  in ParaView  paraview out/childress_24h/run.xmf       (choose "XDMF Reader")
  in Python    python3 -c 'import xarray; print(xarray.open_dataset("out/childress_24h/run.h5", group="racks"))'
  in short     $wattloop info out/childress_24h/run.h5

docs/results.md tells what is in them.
TEXT
