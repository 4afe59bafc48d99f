"""A signal's handler that raises at the worst of moments loses no batch and no stream."""

import ctypes
import sys

import pescador_fast


class Interrupt(Exception):
    pass


def interrupt(*_):
    raise Interrupt


def opened():
    return pescador_fast.open(sys.argv[1], batch=10, mux={"mode": "exhaustive"})


watch = opened()


def out():
    return watch.counters()["process_batches_out"]


def fetched(stream):
    """As if a handler had raised right after the batch came, before anybody knew it."""
    assert stream._api.next(stream._handle.value, -1, ctypes.byref(stream._info)) == 1


with opened() as stream:
    fetched(stream)
    assert out() == 1
assert out() == 0, "close left it out"

stream = opened()
fetched(stream)
del stream
assert out() == 0, "a stream forgotten left it out"

with opened() as stream:
    fetched(stream)
    batch = next(stream)
    assert out() == 1
    try:
        batch.release(_getpid=interrupt)
    except Interrupt:
        pass
    assert not batch.released and out() == 1
    batch.release()
    assert batch.released and out() == 0

stream = opened()
batch = next(stream)
try:
    stream.close(_getpid=interrupt)
except Interrupt:
    pass
assert not stream.closed, "nobody could close it any more"
stream.close()
stream.close()
assert stream.closed and batch.released and out() == 0
print("ok")
