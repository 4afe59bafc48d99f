"""Without NumPy and PyTorch: streams, batches and capsules alone."""

import collections.abc
import ctypes
import sys

sys.modules["numpy"] = sys.modules["torch"] = None  # as if they were not installed

import pescador_fast

with pescador_fast.open(sys.argv[1], batch=50, mux={"mode": "exhaustive", "active": 1}, rows="in_order") as stream:
    assert iter(stream) is stream and not stream.closed
    seen = []
    for batch in stream:
        assert isinstance(batch, collections.abc.Mapping) and list(batch) == ["X", "Y"] and len(batch) == 2 and batch.rows == 50
        x, y = batch["X"], batch["Y"]
        assert (x.name, x.dtype, x.shape, len(x)) == ("X", "float32", (50, 8), 50), repr(x)
        assert (y.dtype, y.shape) == ("uint8", (50,)) and repr(y) == "<Tensor Y uint8[50]>"
        assert "Z" not in batch and "X" in batch and batch.get("Z") is None
        try:
            batch["Z"]
            raise AssertionError("no KeyError")
        except KeyError as error:
            assert "There is no tensor 'Z'; there are X, Y." in str(error)
        capsule = x.__dlpack__()
        pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))(capsule, b"dltensor")
        data = ctypes.c_void_p.from_address(pointer).value
        assert data % 64 == 0
        seen.extend(ctypes.cast(data, ctypes.POINTER(ctypes.c_float))[row * 8] for row in range(50))
        assert stream.counters()["process_leases_out"] == 1
        del capsule
        assert stream.counters()["process_leases_out"] == 0
        for use, package in ((x.torch, "python3-torch"), (x.numpy, "python3-numpy")):
            try:
                use()
                raise AssertionError(package)
            except pescador_fast.PescadorError as error:
                assert f"apt-get install {package}" in str(error)
    assert sorted(seen) == list(range(150))
    assert batch.released and repr(batch).startswith("<Batch (released)")
    counters = stream.counters()
    assert counters["samples"] == 150 and counters["pool_rented"] == counters["pool_returned"] and counters["process_batches_out"] == 0
assert stream.closed
stream.close()
print("ok")
