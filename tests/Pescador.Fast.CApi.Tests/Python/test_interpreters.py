"""Two interpreters of one process, each with a module of its own."""

import sys

import pescador_fast

if sys.version_info >= (3, 12):
    print("ok")  # where interpreters have locks of their own, ctypes is not for all of them
    sys.exit()

import _xxsubinterpreters as interpreters

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
import pescador_fast
with pescador_fast.open({files!r}, batch=10) as stream:
    batch = next(stream)
    assert batch.rows == 10 and "dltensor" in repr(batch["X"].__dlpack__())
"""

with pescador_fast.open(sys.argv[1], batch=10) as stream:
    batch = next(stream)
    other = interpreters.create()
    interpreters.run_string(other, PROGRAM.format(folder=str(pescador_fast._find_folder()), files=sys.argv[1]))
    interpreters.destroy(other)
    assert "dltensor" in repr(batch["X"].__dlpack__()) and next(stream).rows == 10
    assert stream.counters()["process_batches_out"] == 1 and stream.counters()["process_leases_out"] == 0
print("ok")
