"""A forked process is told that .NET is not in it."""

import os
import signal
import sys
import traceback
import warnings

import pescador_fast

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and newer warn of what this is about
stream = pescador_fast.open(sys.argv[1], batch=10)
batch = next(stream)
child = os.fork()
if child == 0:
    code = 1
    try:
        for use in (lambda: next(stream), lambda: batch["X"].__dlpack__(), stream.counters, lambda: pescador_fast.open(sys.argv[1])):
            try:
                use()
                raise AssertionError("no error")
            except pescador_fast.PescadorError as error:
                assert "before this process was forked" in str(error), error
        batch.release()
        stream.close()
        code = 0
    except BaseException:
        traceback.print_exc()
    os._exit(code)
assert os.waitpid(child, 0)[1] == 0
assert "DOTNET_EnableWriteXorExecute" not in os.environ

# A child that gives back what its parent holds, which it should not: whatever becomes of it, the parent goes on.
capsules = [next(stream)["X"].__dlpack__(max_version=version) for version in (None, (1, 0))]
child = os.fork()
if child == 0:
    signal.alarm(10)
    capsules.clear()
    os._exit(0)
os.waitpid(child, 0)
assert next(stream).rows == 10
capsules.clear()
assert stream.counters()["process_leases_out"] == 0
stream.state()
stream.close()
print("ok")
