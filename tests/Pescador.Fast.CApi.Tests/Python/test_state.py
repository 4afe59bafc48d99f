"""A run that is saved and taken up is the unbroken run."""

import sys

import pescador_fast


def open_stream(**more):
    return pescador_fast.open(
        [sys.argv[1]], batch=7, mux={"kind": "stochastic", "active": 2, "rate": 8, "weights": [1, 2, 3]}, float32="Y", seed=5, **more
    )


with open_stream() as stream:
    for _ in range(9):
        next(stream)
    state = stream.state()
    assert isinstance(state, bytes) and len(state) > 50
    unbroken = [next(stream)["X"].numpy().copy() for _ in range(50)]
with open_stream(state=state) as stream:
    resumed = [next(stream)["X"].numpy().copy() for _ in range(50)]
assert all((left == right).all() for left, right in zip(unbroken, resumed))
for wrong, said in [(b"", "got no bytes"), (state[:-1], "is damaged"), (b"x" * 100, "begins with")]:
    try:
        open_stream(state=wrong)
        raise AssertionError(said)
    except pescador_fast.PescadorError as error:
        assert said in str(error), error
try:
    pescador_fast.open([sys.argv[1]], batch=8, state=state)
    raise AssertionError("another stream's state was taken")
except pescador_fast.PescadorError as error:
    assert "The state is of another tree" in str(error), error
print("ok")
