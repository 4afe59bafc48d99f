"""Every element type, in NumPy and PyTorch."""

import sys

import numpy
import torch

import pescador_fast

expected = numpy.repeat(numpy.arange(5), 6).reshape(5, 2, 3)
with pescador_fast.open(sys.argv[1], batch=5, mux={"mode": "exhaustive"}, rows="in_order") as stream:
    batch = next(stream)
    assert len(batch) == 12
    for name, tensor in batch.items():
        assert name == tensor.dtype and tensor.shape == (5, 2, 3)
        array = tensor.numpy()
        right = expected % 2 == 1 if name == "bool" else expected
        assert array.dtype == numpy.dtype(name) and (array == right).all(), name
        if hasattr(torch, name):
            turned = tensor.torch()
            assert turned.dtype == getattr(torch, name) and turned.data_ptr() == array.ctypes.data and (turned.numpy() == right).all(), name
        else:
            try:
                tensor.torch()
                raise AssertionError(name)
            except pescador_fast.PescadorError as error:
                assert f'has no {name}; open the stream with float32=["{name}"]' in str(error), error
    kept = batch["bool"].torch()
    del array, turned
    batch.release()
    assert kept.sum() == 12
with pescador_fast.open(sys.argv[1], batch=5, mux={"mode": "exhaustive"}, rows="in_order", float32=["uint16", "bool"]) as stream:
    batch = next(stream)
    assert batch["uint16"].torch().dtype == torch.float32 and (batch["uint16"].numpy() == expected).all() and batch["bool"].dtype == "float32"
print("ok")
