"""Ctrl-C, cancel and close end a wait for a batch; after Ctrl-C the stream goes on."""

import os
import signal
import sys
import threading

import pescador_fast

kept = []


def fill(stream):
    """Takes all the slabs there are, so that the next batch has to be waited for."""
    kept.extend(next(stream)["X"].numpy() for _ in range(5))


stream = pescador_fast.open(sys.argv[1], batch=10, timeout=600)
fill(stream)
for _ in range(3):
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        next(stream)
        raise AssertionError("it did not wait")
    except KeyboardInterrupt:
        timer.join()
kept.clear()
assert next(stream).rows == 10

for end in ("close", "cancel"):
    stream.close()
    stream = pescador_fast.open(sys.argv[1], batch=10, timeout=600)
    fill(stream)
    timer = threading.Timer(0.2, getattr(stream, end))
    timer.start()
    try:
        next(stream)
        raise AssertionError("it did not wait")
    except pescador_fast.ReleasedError as error:
        assert "closed" in str(error), error
    timer.join()
    kept.clear()

# The same where another thread waits.
stream.close()
stream = pescador_fast.open(sys.argv[1], batch=10, timeout=600)
fill(stream)
ended = []


def pull():
    try:
        next(stream)
    except pescador_fast.ReleasedError as error:
        ended.append(error)


thread = threading.Thread(target=pull)
thread.start()
stream.close()
thread.join(60)
assert len(ended) == 1
print("ok")
