"""Errors arrive with the library's words."""

import copy
import pathlib
import pickle
import sys
import types

import pescador_fast

folder = pathlib.Path(sys.argv[1])


def message(use, kind=pescador_fast.PescadorError):
    try:
        use()
    except kind as error:
        return str(error)
    raise AssertionError("no error")


def wrong(**how):
    return message(lambda: pescador_fast.open(how.pop("files", folder), **how))


assert wrong(batch=0) == "'batch': expected a whole number from 1 to 2147483647, got 0."
assert wrong(mux={"kind": "chain", "rate": 3}) == "'mux.rate' is given, but a mux of the kind 'chain' has none."
assert "one of 'random' 'in_order' 'permuted'" in wrong(rows="odd")
assert wrong(mux="exhaustive") == "'mux': expected an object, got the string \"exhaustive\"."
assert wrong(mux="") == "'mux': expected an object, got the string \"\"."
assert wrong(mux=[]) == "'mux': expected an object, got an array of 0."
assert wrong(float32=3) == "'float32': expected names of tensors, got 3."
assert wrong(files=None) == "'files': expected a path, or several: 'NoneType' object is not iterable"
assert wrong(files=[folder, 3]).startswith("'files': expected a path, or several: ")
assert wrong(files=folder / "nowhere.npy").endswith("nowhere.npy': there is no such file or folder")
assert "the pattern stands for no file" in wrong(files=[folder / "*.csv"])
assert "plain numbers, strings, lists" in wrong(seed=object())
assert "plain numbers, strings, lists" in wrong(mux={"weights": {1, 2}})
assert "'timeout': expected seconds" not in message(lambda: pescador_fast.open(folder, timeout=float("nan")))
assert "plain numbers, strings, lists" in message(lambda: pescador_fast.open(folder, timeout=float("nan")))
assert message(lambda: pescador_fast.open(folder, bach=3), TypeError)
assert "bytes-like" in message(lambda: pescador_fast.open(folder, state=50), TypeError)
assert "bytes-like" in message(lambda: pescador_fast.open(folder, state="a state"), TypeError)

mux = types.MappingProxyType({"mode": "exhaustive", "weights": range(1, 4)})
with pescador_fast.open((each for each in [folder]), mux=mux, float32=("Y",)) as stream:
    assert next(stream)["Y"].dtype == "float32"
with pescador_fast.open(folder, budget=1000) as stream:
    assert "but the memory budget has" in message(lambda: next(stream))
    assert "but the memory budget has" in message(lambda: next(stream)), "an error must not turn into an end"

with pescador_fast.open(folder, batch=10) as stream:
    batch = next(stream)
    for make in (copy.copy, copy.deepcopy, pickle.dumps):
        assert "given back once" in message(lambda: make(batch), TypeError)
        assert "neither copied nor pickled" in message(lambda: make(stream), TypeError)
    assert batch["X"].numpy().shape == (10, 8), "a copy that died took the memory along"
    next(stream)

(folder / "02.X.npy").write_bytes(b"no array")
with pescador_fast.open(folder, mux={"mode": "exhaustive"}) as stream:
    assert "02.X.npy" in message(lambda: [None for _ in stream])
(folder / "02.X.npy").unlink()
(folder / "02.Y.npy").unlink()

kept = []
with pescador_fast.open(folder, timeout=0.3, batch=10, prefetch=1) as stream:
    said = message(lambda: kept.extend(batch["X"].numpy() for batch in stream))
    assert "No slab came back within 0.3 s: all 4" in said and "A batch was probably not disposed" in said, said
    assert len(kept) == 4
print("ok")
