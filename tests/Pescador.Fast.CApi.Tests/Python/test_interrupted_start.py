"""A signal's handler that raises at any line of the start hinders no later one."""

import dis
import sys

import pescador_fast


class Interrupt(Exception):
    pass


def trace_at(line):
    """As if a handler had raised before that line of _start."""

    def trace(frame, event, _):
        if frame.f_code is not pescador_fast._start.__code__:
            return None
        if event == "line" and frame.f_lineno == line:
            sys.settrace(None)
            raise Interrupt
        return trace

    return trace


begin = pescador_fast._start.__code__.co_firstlineno
interrupted = 0
for line in sorted({line for _, line in dis.findlinestarts(pescador_fast._start.__code__) if line and line > begin}):
    sys.settrace(trace_at(line))
    try:
        pescador_fast._start()
    except Interrupt:
        interrupted += 1
    finally:
        sys.settrace(None)
assert interrupted > 20, interrupted
with pescador_fast.open(sys.argv[1], batch=10) as stream:
    assert next(stream).rows == 10
print("ok")
