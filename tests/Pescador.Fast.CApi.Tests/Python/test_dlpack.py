"""DLPack with NumPy and PyTorch: the same memory, both forms of capsules, copies, what is refused."""

import sys

import numpy
import torch

import pescador_fast

stream = pescador_fast.open(sys.argv[1], batch=50, mux={"mode": "exhaustive"})
batch = next(stream)
x = batch["X"]
assert x.__dlpack_device__() == (1, 0)

array, view, tensor = x.numpy(), numpy.from_dlpack(x), torch.from_dlpack(x)
addresses = {array.ctypes.data, view.ctypes.data, tensor.data_ptr(), x.torch().data_ptr(), numpy.asarray(x).ctypes.data}
assert len(addresses) == 1 and array.ctypes.data % 64 == 0, addresses
assert array.shape == view.shape == tuple(tensor.shape) == (50, 8) and array.dtype == numpy.float32 and tensor.dtype == torch.float32
assert array.flags.writeable and array.flags.c_contiguous and tensor.is_contiguous()
array[3, 4] = 77
assert tensor[3, 4] == 77 and view[3, 4] == 77
del array, view, tensor

# What current consumers ask for: NumPy 2.1 passes max_version, dl_device and copy; PyTorch 2.9 max_version and, where asked, dl_device and copy.
for name, capsule in [
    ("dltensor", x.__dlpack__()),
    ("dltensor", x.__dlpack__(stream=None)),
    ("dltensor", x.__dlpack__(max_version=(0, 8))),
    ("dltensor_versioned", x.__dlpack__(max_version=(1, 0))),
    ("dltensor_versioned", x.__dlpack__(max_version=(1, 0), dl_device=None, copy=None)),
    ("dltensor_versioned", x.__dlpack__(max_version=(1, 3), dl_device=(1, 0), copy=False)),
    ("dltensor_versioned", x.__dlpack__(max_version=(2, 0), copy=True, stream=-1)),
]:
    assert f'"{name}"' in repr(capsule), (name, capsule)
del capsule
counters = stream.counters()
assert counters["process_leases_out"] == 0, "capsules that nobody consumed are freed"

copy = torch.from_dlpack(x.__dlpack__(copy=True))
assert copy.data_ptr() != x.torch().data_ptr() and copy.data_ptr() % 64 == 0 and torch.equal(copy, x.torch())

for wrong, kind in [({"dl_device": (2, 0)}, BufferError), ({"stream": 1}, ValueError), ({"order": 1}, TypeError)]:
    try:
        x.__dlpack__(**wrong)
        raise AssertionError(f"{wrong} was taken")
    except kind as error:
        assert str(error), error

assert numpy.asarray(x, dtype=numpy.float64).dtype == numpy.float64
try:
    x.__array__(numpy.float64, copy=False)
    raise AssertionError("converted without a copy")
except ValueError:
    pass
assert x.__array__(copy=True).ctypes.data != x.numpy().ctypes.data

# A tensor that was consumed is freed by its consumer, once.
tensor = torch.from_dlpack(x)
assert stream.counters()["process_leases_out"] == 1
part = tensor[10:20]
del tensor
assert stream.counters()["process_leases_out"] == 1
del part
assert stream.counters()["process_leases_out"] == 0
stream.close()
print("ok")
