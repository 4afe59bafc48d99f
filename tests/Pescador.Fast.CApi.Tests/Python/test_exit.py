"""The interpreter ends with everything still alive: arrays, tensors, capsules, a batch, a stream, a thread that waits."""

import json
import os
import sys
import threading

import numpy
import torch

import pescador_fast

stream = pescador_fast.open(sys.argv[1], batch=10, prefetch=4, timeout=600)
batch = next(stream)
array, view, tensor = batch["X"].numpy(), numpy.from_dlpack(batch["X"]), batch["Y"].torch()
capsules = [batch["X"].__dlpack__(), batch["X"].__dlpack__(max_version=(1, 0))]
numpy.kept, torch.kept, sys.kept = array, tensor, capsules  # modules that end after this one
os.kept = pescador_fast.open(sys.argv[1], batch=10)
json.kept = next(os.kept)
if "thread" in sys.argv:
    other = pescador_fast.open(sys.argv[1], batch=10, timeout=600)
    held = [next(other)["X"].numpy() for _ in range(5)]
    threading.Thread(target=next, args=(other,), daemon=True).start()
print("ok")
