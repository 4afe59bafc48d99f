"""Threads that ask one stream for batches lose none of them."""

import sys
import threading

import pescador_fast

sys.setswitchinterval(1e-5)
watch = pescador_fast.open(sys.argv[1])
stream = pescador_fast.open(sys.argv[1], batch=1)
seen = []


def pull():
    for _ in range(4000):
        next(stream)
    seen.append(True)


threads = [threading.Thread(target=pull) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
assert len(seen) == 4
assert stream.counters()["batches"] == 16000
stream.close()
assert watch.counters()["process_batches_out"] == 0, watch.counters()["process_batches_out"]
print("ok")
