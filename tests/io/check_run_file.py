"""Opens results files as a user does: with h5py, and with xarray through both of its netCDF-4 engines.

check_run_file.py FILE...            checks the files
check_run_file.py --kill PROGRAM     lets the kill test of PROGRAM (test_io) leave its files and checks them

Exit code 77 (skipped) if a Python package is missing.
"""
import glob
import os
import subprocess
import sys
import tempfile
import warnings

try:
    import h5netcdf  # noqa: F401
    import h5py
    import netCDF4  # noqa: F401
    import numpy as np
    import xarray as xr
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

warnings.filterwarnings("ignore", message="invalid value encountered in cast")  # xarray on times that are NaN


def check_h5py(path):
    """Returns the number of complete records."""
    with h5py.File(path, "r") as file:
        assert file["provenance/case"].asstr()[()].startswith("version:"), path
        time = file["racks/time"][:]
        records = int(np.isfinite(time).sum())
        assert np.isfinite(time[:records]).all(), path + ": a gap in the times"
        rack = file["racks/P_input"]
        assert rack.dims[0].keys() == ["time"] and rack.dims[1].keys() == ["rack"], path
        # One rack in 97 is off (NaN); all others have a value in every complete record.
        on = np.arange(rack.shape[1]) % 97 != 50
        assert np.isfinite(rack[:records][:, on]).all(), path + ": a record with holes"
        # The times of a record are written last, group by group: a kill may fall between two of them.
        for group in ("cdus", "pipes", "site"):
            assert records - np.isfinite(file[group]["time"][:]).sum() in (0, 1), path + ": " + group
        return records


def check_xarray(path, engine, records):
    with xr.open_dataset(path, group="racks", engine=engine) as racks:
        assert str(racks.time.dtype) == "datetime64[ns]", racks
        assert racks.T_die_max.dims == ("time", "rack"), racks
        assert racks.T_die_max.dtype == np.float32 and racks.T_die_max.attrs["units"] == "K"
        assert str(racks.rack.values[0]) == "building1.block1.rack1"
        assert int(racks.time.notnull().sum()) == records
        if records:
            assert racks.time.values[0] == np.datetime64("2026-07-15T06:00:00")
            highest = float(racks.T_die_max[:records].max())
            assert 308.0 < highest < 370.0, highest
    with xr.open_dataset(path, group="site", engine=engine) as site:
        assert site.PUE.dims == ("time",) and site.PUE.dtype == np.float64
    with xr.open_dataset(path, group="provenance", engine=engine) as provenance:
        assert provenance.attrs["seed"] == "42" and len(provenance.case.attrs["fnv1a_64"]) == 16
    for group in ("events", "geometry/racks", "geometry/pipes", "geometry/structures"):
        with xr.open_dataset(path, group=group, engine=engine) as other:
            other.load()


def check(paths):
    total = 0
    for path in paths:
        records = check_h5py(path)
        for engine in ("netcdf4", "h5netcdf"):
            check_xarray(path, engine, records)
        total += records
    print("{} files opened without repair, {} complete records".format(len(paths), total))


if sys.argv[1] == "--kill":
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.argv[2], "--gtest_filter=KillTest.*"], check=True,
                       env={**os.environ, "WATTLOOP_KEEP_KILLED": directory})
        files = sorted(glob.glob(os.path.join(directory, "killed*.h5")))
        assert len(files) >= 30, "the kill test left {} files only".format(len(files))
        check(files)
else:
    check(sys.argv[1:])
