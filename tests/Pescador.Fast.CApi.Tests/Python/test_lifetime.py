"""Arrays and tensors outlive batch and stream; what was released says so; the pool's slabs come back."""

import gc
import sys

import numpy
import torch

import pescador_fast


def released(use):
    try:
        use()
    except pescador_fast.ReleasedError as error:
        return str(error)
    raise AssertionError("no ReleasedError")


stream = pescador_fast.open(sys.argv[1], batch=10, prefetch=2, timeout=20)
batch = next(stream)
x = batch["X"]
array, tensor = x.numpy(), x.torch()
before = array.copy()
second = next(stream)  # releases the first
assert batch.released and not second.released
for use in (x.numpy, x.torch, x.__dlpack__, lambda: batch["X"], lambda: numpy.asarray(x)):
    assert "The batch was released" in released(use)
for _ in range(500):
    next(stream)
assert (array == before).all() and (tensor.numpy() == before).all()
assert stream.counters()["process_leases_out"] == 2

with next(stream) as third:
    kept = third["Y"].torch()
assert third.released
third.release()

fourth = next(stream)
stream._api.release_batch(fourth._handle)  # as if another thread had, in this very moment
assert "was closed or released before" in released(fourth["X"].numpy)

stream.close()
for use in (lambda: next(stream), stream.state, stream.counters, stream.cancel):
    assert "The stream was closed." in released(use)
gc.collect()
assert (array == before).all() and (tensor.numpy() == before).all() and len(kept) == 10
del stream, batch, x, second, third, fourth
gc.collect()
assert (array == before).all()
del array, tensor, kept
gc.collect()

# A batch that nobody refers to any more is released, and so is a stream.
with pescador_fast.open(sys.argv[1], batch=10) as stream:
    assert stream.counters()["process_leases_out"] == 0
    for _ in range(100):
        next(stream)
    stream._last = None
    gc.collect()
    counters = stream.counters()
    assert counters["process_batches_out"] == 0 and counters["pool_forgotten"] == 0, counters
print("ok")
