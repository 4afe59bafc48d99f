"""DLPack with NumPy and PyTorch: the same memory, both forms of capsules, copies, what is refused."""

import ctypes
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

# As a consumer of DLPack 1.0 does: version, flags, then the tensor; another name, and the deleter when it is done. The installed libraries are older.
class Versioned(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p), ("deleter", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("flags", ctypes.c_uint64), ("data", ctypes.c_void_p), ("device", ctypes.c_int32 * 2), ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16), ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
set_name = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_SetName", ctypes.pythonapi))
USED = b"used_dltensor_versioned"
capsule = x.__dlpack__(max_version=(1, 0))
address = get_pointer(capsule, b"dltensor_versioned")
managed = Versioned.from_address(address)
assert set_name(capsule, USED) == 0
assert (managed.major, managed.flags, managed.data) == (1, 0, x.numpy().ctypes.data)
assert (list(managed.device), managed.ndim, managed.code, managed.bits, managed.lanes) == ([1, 0], 2, 2, 32, 1)
assert (managed.shape[:2], managed.strides[:2], managed.byte_offset) == ([50, 8], [8, 1], 0)
del capsule
assert stream.counters()["process_leases_out"] == 1, "a capsule that was consumed frees nothing"
managed.deleter(address)
assert stream.counters()["process_leases_out"] == 0
copied = x.__dlpack__(max_version=(1, 0), copy=True)
assert Versioned.from_address(get_pointer(copied, b"dltensor_versioned")).flags == 2
del copied

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
