"""open() takes every member that a description has, and the header says so too."""

import inspect
import pathlib
import re
import sys

import pescador_fast

header = (pathlib.Path(sys.argv[1]) / "pescador_fast.h").read_text(encoding="utf-8")
described = re.search(r"The description of a stream.*?\*/", header, re.DOTALL).group()
members = set(re.findall(r"^ \*   (\w+)  ", described, re.MULTILINE))
taken = set(inspect.signature(pescador_fast.open).parameters) - {"state"}
assert members == taken, members ^ taken
for name in taken:
    assert f":param {name}:" in pescador_fast.open.__doc__, name
for thing in (pescador_fast.Stream, pescador_fast.Batch, pescador_fast.Tensor, pescador_fast.open, pescador_fast):
    assert thing.__doc__
functions = re.findall(r"\(\*(\w+)\)\(", re.search(r"typedef struct pf_api \{.*?\} pf_api;", header, re.DOTALL).group())
assert functions == [name for name, _ in pescador_fast._Api._fields_[2:]], functions
print("ok")
