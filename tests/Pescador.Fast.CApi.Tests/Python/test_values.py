"""Paths as bytes, and numbers and arrays of NumPy's, are taken as what they are."""

import os
import sys

import numpy

import pescador_fast

folder = sys.argv[1]


def rows(files, **how):
    with pescador_fast.open(files, rows="permuted", **how) as stream:
        return [batch["X"].numpy()[:, 0].tolist() for batch in stream]


mux = {"mode": "exhaustive"}
expected = rows(folder, batch=50, seed=7, mux=mux)
assert sum(map(len, expected)) == 150
assert rows(os.fsencode(folder), batch=50, seed=7, mux=mux) == expected
assert rows([os.fsencode(folder)], batch=numpy.int64(50), seed=numpy.uint8(7), mux=mux) == expected
files = sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".X.npy"))
weights = numpy.ones(len(files), numpy.float32)
assert rows(folder, batch=50, seed=7, mux={"mode": "exhaustive", "weights": weights}) == rows(folder, batch=50, seed=7, mux={"mode": "exhaustive", "weights": weights.tolist()})
state = None
with pescador_fast.open(folder, seed=7, mux=mux, batch=50) as stream:
    next(stream)
    state = stream.state()
for kind in (bytearray, memoryview):
    with pescador_fast.open(folder, seed=7, mux=mux, batch=50, state=kind(state)) as stream:
        assert [batch["X"].numpy()[:, 0].tolist() for batch in stream] == expected[1:]
print("ok")
