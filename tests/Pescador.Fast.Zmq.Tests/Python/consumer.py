"""A consumer as pescador 3.0's zmq_stream: PAIR, binds, reads until an empty header; prints one line a sample."""
import sys

import msgpack
import numpy as np
import zmq

context = zmq.Context()
socket = context.socket(zmq.PAIR)
port = socket.bind_to_random_port("tcp://127.0.0.1")
print(port, flush=True)


def receive():
    frames = socket.recv_multipart(copy=False)
    headers = msgpack.loads(frames[0].bytes)
    if not headers:
        raise StopIteration
    sample = {}
    for header, frame in zip(headers, frames[1:]):
        buffer = memoryview(frame)
        array = np.frombuffer(buffer, dtype=header["dtype"])
        array.shape = header["shape"]
        sample[header["key"]] = array
    return sample


count = 0
while True:
    try:
        sample = receive()
    except StopIteration:
        break
    count += 1
    print(" ".join(f"{key}:{value.dtype}{list(value.shape)}={value.astype(np.float64).sum():.1f}" for key, value in sample.items()), flush=True)
print(f"end after {count}", flush=True)
socket.close()
context.term()
