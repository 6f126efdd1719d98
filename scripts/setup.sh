#!/usr/bin/env bash
# Installs the Debian packages that Wattloop needs and that are missing; does nothing if all are there.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev libomp-14-dev
  libboost-dev libeigen3-dev libsundials-dev libceres-dev libsuitesparse-dev libfmt-dev libudunits2-dev
  libyaml-cpp-dev libcli11-dev nlohmann-json3-dev libhdf5-dev libvtk9-dev libxlsxwriter-dev
  libopenmpi-dev openmpi-bin slurm-wlm
  libgtest-dev
  xvfb xauth libgl1-mesa-dri
  python3-numpy python3-h5py python3-xarray python3-h5netcdf python3-netcdf4 python3-jsonschema
)

missing=()
for package in "${packages[@]}"; do
  if ! dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed'; then missing+=("$package"); fi
done
if [[ ${#missing[@]} -eq 0 ]]; then exit 0; fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then as_root=(sudo); fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
