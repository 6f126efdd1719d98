"""What a result file holds, to compare runs to the bit."""
import h5py
import numpy


def datasets(path):
    """Every dataset of a file, as bytes."""
    found = {}
    with h5py.File(path) as file:
        def add(name, item):
            if isinstance(item, h5py.Dataset):
                value = item[()]
                numbers = isinstance(value, numpy.ndarray) and value.dtype.kind == "f"
                found[name] = value.tobytes() if numbers else str(value)
        file.visititems(add)
    return found


def times(path):
    with h5py.File(path) as file:
        values = file["site/time"][()]
    return values[~numpy.isnan(values)]
