"""A worker as pescador 3.0's: PAIR, connects, sends its samples and an empty header at the end."""
import sys

import msgpack
import numpy as np
import zmq

endpoint, count = sys.argv[1], int(sys.argv[2])
context = zmq.Context()
socket = context.socket(zmq.PAIR)
socket.connect(endpoint)
for i in range(count):
    sample = {
        "X": np.arange(i, i + 5000, dtype=np.float32).reshape(50, 100),
        "Y": np.asarray(i, dtype=np.int64),
        "b": np.array([True, False, i % 2 == 0]),
        "h": np.array([i, 0.5], dtype=np.float16),
        "u": np.zeros((0, 3), dtype=np.uint8),
    }
    headers, frames = [], []
    for key in sorted(sample):
        array = np.ascontiguousarray(sample[key])
        headers.append({"dtype": str(array.dtype), "shape": sample[key].shape, "key": key, "aligned": bool(array.flags["ALIGNED"])})
        frames.append(array)
    socket.send_multipart([msgpack.dumps(headers)] + frames, copy=False)
socket.send_multipart([msgpack.dumps([])])
socket.close()
context.term()
