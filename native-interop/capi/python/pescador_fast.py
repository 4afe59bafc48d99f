"""Streams of training batches for Python, without copying a batch: Pescador.Fast through its C interface.

    import pescador_fast

    with pescador_fast.open("data/", batch=128, mux={"mode": "exhaustive"}) as stream:
        for batch in stream:
            x = batch["X"].torch()          # or .numpy(); no copy
            ...

What it needs: Python 3.9 or newer, the .NET 10 runtime, and the folder that ``dotnet build -c Release native-interop/capi`` (or ``dotnet publish``)
leaves, in which this module lies beside Pescador.Fast.CApi.dll. That folder is looked for beside this file, in PESCADOR_FAST_HOME, and in the repository.
NumPy and PyTorch are not needed; where they are, tensors become theirs.

Whose memory it is. A batch lies in one of a few slabs. ``release`` gives it back, and so does asking the stream for the next batch: after that the batch
and its tensors raise ``ReleasedError``. Arrays and torch tensors made of them hold the slab themselves, so they stay good for as long as they live, also
when batch and stream are gone; only, a slab that is held cannot be filled anew. There are ``prefetch + 3`` of them. Whoever keeps the arrays of more
batches than that gets a ``PescadorError`` after ``timeout`` seconds: keep copies instead (``batch["X"].numpy().copy()``).

Threads: a stream may be closed or cancelled by any thread while another waits for a batch. Waits in Python's main thread end with Ctrl-C. Processes:
.NET does not survive ``fork``; where this module was used before, start others with ``multiprocessing.get_context("spawn")``. What a forked child got of
its parent's arrays it may read; it does best to keep them until it ends, by ``os._exit`` as multiprocessing does: giving them back may wait for ever.

From the command line, ``python3 pescador_fast.py PATH... --batch 128`` shows what batches look like.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import sys
import threading
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

__all__ = ["Batch", "PescadorError", "ReleasedError", "Stream", "Tensor", "open"]
__version__ = "0.1.0"

_Path = Union[str, bytes, "os.PathLike[Any]"]


class PescadorError(Exception):
    """What went wrong, in the library's words. ``code`` is the number of pescador_fast.h; 0 where the error came before the library."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class ReleasedError(PescadorError):
    """A batch, a tensor of it, or a stream was used after it was released or closed."""


# --- The C interface: the same as in pescador_fast.h --------------------------------------------------------------------------------------------------

_BATCH, _NOT_YET = 1, 2
_HANDLE, _CANCELLED, _INTERNAL = -2, -6, -9
_VERSIONED, _COPY, _BYTES_FOR_BOOL = 1, 2, 4
_CPU = (1, 0)
_VERSION = 1
_POLL_MILLISECONDS = 50  # how long Ctrl-C may have to wait


class _BatchInfo(ctypes.Structure):
    _fields_ = [
        ("batch", ctypes.c_uint64),
        ("form", ctypes.c_uint64),
        ("rows", ctypes.c_int64),
        ("tensor_count", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class _TensorInfo(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("size_in_bytes", ctypes.c_int64),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
    ]


def _function(result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)


_Size = ctypes.c_size_t
_Handle = ctypes.c_uint64
_Give = _function(ctypes.c_int, _Handle, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(_Size))


class _Api(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("open_stream", _function(ctypes.c_int, ctypes.c_char_p, _Size, ctypes.c_char_p, _Size, ctypes.POINTER(_Handle))),
        ("next", _function(ctypes.c_int, _Handle, ctypes.c_int32, ctypes.POINTER(_BatchInfo))),
        ("cancel", _function(ctypes.c_int, _Handle)),
        ("close_stream", _function(ctypes.c_int, _Handle)),
        ("save", _Give),
        ("counters", _Give),
        ("free_buffer", _function(ctypes.c_int, ctypes.c_void_p)),
        ("describe_batch", _function(ctypes.c_int, _Handle, ctypes.POINTER(_BatchInfo))),
        ("describe_tensor", _function(ctypes.c_int, _Handle, ctypes.c_uint32, ctypes.POINTER(_TensorInfo))),
        ("find_tensor", _function(ctypes.c_int, _Handle, ctypes.c_char_p, _Size, ctypes.POINTER(ctypes.c_uint32))),
        ("export_tensor", _function(ctypes.c_int, _Handle, ctypes.c_uint32, ctypes.c_uint32, ctypes.POINTER(ctypes.c_void_p))),
        ("release_batch", _function(ctypes.c_int, _Handle)),
        ("last_error", _function(ctypes.c_char_p)),
        ("use_python", _function(ctypes.c_int, *[ctypes.c_void_p] * 5)),
        # Makes an object of Python: called with the interpreter's lock, unlike the others.
        ("export_capsule", ctypes.PYFUNCTYPE(ctypes.py_object, _Handle, ctypes.c_uint32, ctypes.c_uint32)),
    ]


# --- Starting .NET ------------------------------------------------------------------------------------------------------------------------------------

_ASSEMBLY = "Pescador.Fast.CApi.dll"
_CONFIGURATION = "Pescador.Fast.CApi.runtimeconfig.json"
_NEEDED = (_ASSEMBLY, _CONFIGURATION, "Pescador.Fast.dll")  # without the last .NET would abort the process
_OLDEST = 10  # of .NET
_LIBRARY = {"win32": "hostfxr.dll", "darwin": "libhostfxr.dylib"}.get(sys.platform, "libhostfxr.so")
_LOAD_ASSEMBLY_AND_GET_FUNCTION = 5
_UNMANAGED_CALLERS_ONLY = ctypes.c_void_p(-1)

# By default .NET keeps its compiled code in memory that a forked child shares: one that drops an array it was born with has its deleter compiled,
# over what its parent compiles meanwhile, and the parent dies of it.
_SHARED_CODE = "DOTNET_EnableWriteXorExecute"

_api: Optional[_Api] = None
_gate = threading.Lock()
_process = 0  # that .NET was started in


def _find_folder() -> pathlib.Path:
    here = pathlib.Path(__file__).resolve().parent
    asked = os.environ.get("PESCADOR_FAST_HOME")
    places = [pathlib.Path(asked)] if asked else [here, here.parent / "bin" / "Release" / "net10.0"]
    for place in places:
        if all((place / name).is_file() for name in _NEEDED):
            return place.resolve()
    raise PescadorError(
        f"{', '.join(_NEEDED)} were not found in {' or '.join(str(place) for place in places)}. Build them: "
        "dotnet build -c Release native-interop/capi; or set PESCADOR_FAST_HOME to the folder that they are in."
    )


def _roots() -> Iterator[pathlib.Path]:
    """Where .NET may be, the likeliest first."""
    if os.environ.get("DOTNET_ROOT"):
        yield pathlib.Path(os.environ["DOTNET_ROOT"])
    if sys.platform == "win32":
        yield pathlib.Path(os.environ.get("ProgramFiles", r"C:\Program Files")) / "dotnet"
    else:
        try:
            yield pathlib.Path(pathlib.Path("/etc/dotnet/install_location").read_text(encoding="utf-8").strip())
        except OSError:
            pass
        for usual in ("/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet", "/opt/dotnet"):
            yield pathlib.Path(usual)
    yield pathlib.Path(os.path.expanduser("~/.dotnet"))  # Path.home() raises where there is no home
    program = shutil.which("dotnet")
    if program:
        yield pathlib.Path(os.path.realpath(program)).parent


def _find_hostfxr() -> pathlib.Path:
    for root in _roots():
        found: List[Tuple[List[int], pathlib.Path]] = []
        for library in root.glob(f"host/fxr/*/{_LIBRARY}"):
            numbers = [int(part) for part in library.parent.name.split("-")[0].split(".") if part.isdigit()]
            if numbers and numbers[0] >= _OLDEST:
                found.append((numbers, library))
        if found:
            return max(found)[1]
    raise PescadorError(
        f"The .NET runtime {_OLDEST} was not found in DOTNET_ROOT, the usual places, or where the dotnet in PATH is. Install .NET {_OLDEST} "
        "(https://dotnet.microsoft.com/download; apt-get install dotnet-runtime-10.0 where that is packaged), or set DOTNET_ROOT to the folder that it is in."
    )


def _start() -> _Api:
    """Starts .NET in this process, once, and gets the functions."""
    folder, library = _find_folder(), _find_hostfxr()
    text = ctypes.c_wchar_p if sys.platform == "win32" else ctypes.c_char_p

    def native(path: pathlib.Path) -> Any:
        return str(path) if sys.platform == "win32" else os.fsencode(path)

    said: List[str] = []
    writer_type = ctypes.CFUNCTYPE(None, text)
    note = writer_type(lambda line: said.append(line.decode("utf-8", "replace") if isinstance(line, bytes) else str(line)))
    try:
        hostfxr = ctypes.CDLL(str(library))
    except OSError as error:
        raise PescadorError(f"{library} cannot be loaded: {error}. Install .NET {_OLDEST}, or set DOTNET_ROOT to the folder of another one.") from None
    hostfxr.hostfxr_set_error_writer.restype = ctypes.c_void_p
    hostfxr.hostfxr_set_error_writer.argtypes = [ctypes.c_void_p]
    hostfxr.hostfxr_initialize_for_runtime_config.argtypes = [text, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)]
    hostfxr.hostfxr_get_runtime_delegate.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(ctypes.c_void_p)]
    hostfxr.hostfxr_close.argtypes = [ctypes.c_void_p]
    interrupt = signal.getsignal(signal.SIGINT)
    before = hostfxr.hostfxr_set_error_writer(ctypes.cast(note, ctypes.c_void_p))
    context, load, get_api = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    chosen = _SHARED_CODE in os.environ
    try:
        try:
            os.environ.setdefault(_SHARED_CODE, "0")
            code = hostfxr.hostfxr_initialize_for_runtime_config(native(folder / _CONFIGURATION), None, ctypes.byref(context))
            if 0 <= code <= 2:  # 1 and 2: .NET runs in this process already
                code = hostfxr.hostfxr_get_runtime_delegate(context, _LOAD_ASSEMBLY_AND_GET_FUNCTION, ctypes.byref(load))
        finally:
            # .NET goes on. Also where a signal's handler raised: hostfxr lets everybody wait for whoever has begun to start it.
            if context:
                hostfxr.hostfxr_close(context)
        if code >= 0 and load:
            load_type = ctypes.CFUNCTYPE(ctypes.c_int, text, text, text, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
            names = [native(pathlib.PurePath(name)) for name in ("Pescador.Fast.NativeApi, Pescador.Fast.CApi", "GetApi")]
            code = load_type(load.value)(native(folder / _ASSEMBLY), *names, _UNMANAGED_CALLERS_ONLY, None, ctypes.byref(get_api))
    finally:
        hostfxr.hostfxr_set_error_writer(before)
        if not chosen:
            os.environ.pop(_SHARED_CODE, None)
    if code < 0 or not get_api:
        raise PescadorError(
            f"{library} did not start {folder / _ASSEMBLY} (0x{code & 0xFFFFFFFF:08x}): {' '.join(said) or 'it says no reason'}. It needs the .NET "
            f"runtime {_OLDEST} and all files of the folder; build them with dotnet build -c Release native-interop/capi."
        )
    if threading.current_thread() is threading.main_thread() and interrupt is not None:
        with contextlib.suppress(ValueError):  # in a subinterpreter: signals are the main one's
            signal.signal(signal.SIGINT, interrupt)  # .NET puts a handler of its own before it
    api = _Api()
    if ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.POINTER(_Api), ctypes.c_uint32)(get_api.value)(_VERSION, ctypes.byref(api), ctypes.sizeof(api)) != 0:
        raise PescadorError(f"{folder / _ASSEMBLY} is of another version than {__file__}; take both from one build.")
    python = ctypes.pythonapi
    functions = (python.PyCapsule_New, python.PyCapsule_IsValid, python.PyCapsule_GetPointer, python.Py_IncRef)
    api.use_python(*(ctypes.cast(function, ctypes.c_void_p) for function in functions), id(None))
    return api


def _functions() -> _Api:
    global _api, _process
    if _api is None:
        with _gate:
            if _api is None:
                _process = os.getpid()
                _api = _start()
    if _process != os.getpid():
        raise PescadorError(
            'pescador_fast was used before this process was forked, and .NET does not survive that. Start it with multiprocessing.get_context("spawn"), '
            "or use pescador_fast in the new process only."
        )
    return _api


def _error(api: _Api, code: int) -> PescadorError:
    message = (api.last_error() or b"").decode("utf-8", "replace")
    return (ReleasedError if code in (_HANDLE, _CANCELLED) else PescadorError)(message, code)


def _check(api: _Api, code: int) -> int:
    if code < 0:
        raise _error(api, code)
    return code


def _taken(api: _Api, give: Any, handle: int) -> bytes:
    buffer, size = ctypes.c_void_p(), _Size()
    try:
        _check(api, give(handle, ctypes.byref(buffer), ctypes.byref(size)))
        return ctypes.string_at(buffer, size.value)
    finally:
        api.free_buffer(buffer)


# --- Tensors, batches, streams ------------------------------------------------------------------------------------------------------------------------

_KINDS = {0: "int", 1: "uint", 2: "float", 6: "bool"}

# So that the address in a capsule can be read; also where the capsule dies last of all.
_get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))


class _Form(NamedTuple):
    """What one tensor of a batch is."""

    index: int
    name: str
    dtype: str
    shape: Tuple[int, ...]


class _Lent:
    """What NumPy makes an array of, and keeps for as long as that lives: the capsule holds the memory, and frees it in native code."""

    __slots__ = ("__array_interface__", "_capsule")

    def __init__(self, interface: Dict[str, Any], capsule: Any) -> None:
        self.__array_interface__ = interface
        self._capsule = capsule


class Tensor:
    """One tensor of a batch where it lies: dense, row-major, in host memory aligned to 64 bytes. Good until its batch is released."""

    __slots__ = ("_batch", "_form")

    def __init__(self, batch: "Batch", form: _Form) -> None:
        self._batch = batch
        self._form = form

    @property
    def name(self) -> str:
        return self._form.name

    @property
    def dtype(self) -> str:
        """NumPy's name for the type of the elements: ``"float32"``, ``"uint8"``, ``"bool"``, ..."""
        return self._form.dtype

    @property
    def shape(self) -> Tuple[int, ...]:
        """Length of each axis; the first is the batch's."""
        return self._form.shape

    def __len__(self) -> int:
        if not self._form.shape:
            raise TypeError(f"tensor '{self.name}' is a scalar and has no length")
        return self._form.shape[0]

    def __repr__(self) -> str:
        return f"<Tensor {self.name} {self.dtype}{list(self.shape)}>"

    def __dlpack_device__(self) -> Tuple[int, int]:
        """The CPU: ``(1, 0)``."""
        return _CPU

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: Optional[Tuple[int, int]] = None,
        dl_device: Optional[Tuple[int, int]] = None,
        copy: Optional[bool] = None,
    ) -> Any:
        """A capsule for ``from_dlpack`` of any library, as the Python array API standard has it.

        :param stream: None, or -1; the CPU has no streams.
        :param max_version: what the consumer knows; from ``(1, 0)`` on it gets a versioned tensor.
        :param dl_device: None or the CPU; for another a ``BufferError`` is raised.
        :param copy: True for a copy; otherwise the batch's own memory, which the consumer then holds.
        """
        if stream is not None and stream != -1:
            raise ValueError(f"stream: expected None, as on every CPU, got {stream!r}")
        if dl_device is not None and (int(dl_device[0]), int(dl_device[1])) != _CPU:
            raise BufferError(f"dl_device: the tensor is on the CPU {_CPU}, and is not brought to {tuple(dl_device)!r}")
        options = _VERSIONED if max_version is not None and max_version[0] >= 1 else 0
        return self._batch._capsule(self._form.index, options | (_COPY if copy else 0))

    def numpy(self) -> Any:
        """A NumPy array over the same memory, which it holds: good for as long as it lives. May be written."""
        try:
            import numpy
        except ModuleNotFoundError as missing:
            raise PescadorError("NumPy is not installed (Debian: apt-get install python3-numpy).") from missing
        capsule = self._batch._capsule(self._form.index, 0)
        address = ctypes.c_void_p.from_address(_get_pointer(capsule, b"dltensor")).value  # the first member of DLManagedTensor
        interface = {"version": 3, "shape": self.shape, "typestr": numpy.dtype(self.dtype).str, "data": (address, False)}
        return numpy.asarray(_Lent(interface, capsule))

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> Any:
        """For ``numpy.asarray``."""
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            if copy is False:
                raise ValueError(f"tensor '{self.name}' is {self.dtype}, which does not become {dtype} without a copy")
            return array.astype(dtype)
        return array.copy() if copy else array

    def torch(self) -> Any:
        """A ``torch.Tensor`` over the same memory, which it holds: good for as long as it lives."""
        try:
            import torch
        except ModuleNotFoundError as missing:
            raise PescadorError("PyTorch is not installed (Debian: apt-get install python3-torch).") from missing
        if self.dtype == "bool":
            # PyTorch's DLPack has known bool since 2.x only.
            return torch.from_dlpack(self._batch._capsule(self._form.index, _BYTES_FOR_BOOL)).view(torch.bool)
        if not hasattr(torch, self.dtype):
            raise PescadorError(f"PyTorch {torch.__version__} has no {self.dtype}; open the stream with float32=[\"{self.name}\"].")
        return torch.from_dlpack(self)


class Batch(Mapping[str, Tensor]):
    """A batch: tensors by their names. Released by ``release``, by leaving its ``with``, by asking its stream for the next one, or with the last
    reference to it."""

    def __init__(self, api: _Api, info: _BatchInfo, forms: Dict[str, _Form]) -> None:
        self._api = api
        self._home = _process
        self._handle = info.batch
        self._rows = info.rows
        self._forms = forms

    @property
    def rows(self) -> Optional[int]:
        """Length of the first axis, which the tensors share; None where they do not."""
        return self._rows if self._rows >= 0 else None

    @property
    def released(self) -> bool:
        return self._handle == 0

    def __getitem__(self, name: str) -> Tensor:
        self._check()
        form = self._forms.get(name)
        if form is None:
            raise KeyError(f"There is no tensor {name!r}; there are {', '.join(self._forms)}.")
        return Tensor(self, form)

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)

    def __repr__(self) -> str:
        forms = ", ".join(f"{form.name} {form.dtype}{list(form.shape)}" for form in self._forms.values())
        return f"<Batch {'(released) ' if self.released else ''}{forms}>"

    # By what they are, not by what they hold.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __enter__(self) -> "Batch":
        return self

    def __exit__(self, *_: Any) -> None:
        self.release()

    def __del__(self) -> None:
        self.release()

    def __reduce__(self) -> Any:
        raise TypeError("A batch is neither copied nor pickled: its memory is given back once. Take .numpy().copy() of its tensors.")

    def release(self, _getpid: Any = os.getpid) -> None:  # bound here: when the interpreter ends, modules go before what they made
        """Gives its memory back, unless arrays made of it hold it: then the last of them does. Again: does nothing."""
        handle = getattr(self, "_handle", 0)
        if handle and self._home == _getpid():
            self._api.release_batch(handle)
        self._handle = 0  # afterwards: a signal's handler that raises must not lose it; a second release does no harm

    def _check(self) -> None:
        if self._handle == 0:
            raise ReleasedError(
                "The batch was released; its memory may already hold another. Take .numpy() or .torch() before: these stay good. "
                "(A stream releases its batch when it is asked for the next one, and when it is closed or no longer referred to.)",
                _HANDLE,
            )

    def _capsule(self, index: int, options: int) -> Any:
        self._check()
        api = _functions()
        capsule = api.export_capsule(self._handle, index, options)
        if capsule is None:  # the function has told why, but no code
            error = _error(api, _INTERNAL)
            _check(api, api.describe_batch(self._handle, ctypes.byref(_BatchInfo())))
            raise error
        return capsule


class Stream:
    """An open stream: an iterator of batches, made by :func:`open`. Each batch is released when the next one is asked for.

    One thread at a time iterates, a second one waits, and takes the first one's batch from it; any may ``cancel`` or ``close``."""

    def __init__(self, api: _Api) -> None:
        self._api = api
        self._home = _process
        self._handle = _Handle()  # filled by open: here, so that a signal's handler that raises does not lose it
        self._info = _BatchInfo()
        self._last: Optional[Batch] = None
        self._turn = threading.RLock()  # of whoever asks for a batch; reentrant, as a signal's handler may ask, too
        self._forms: Dict[int, Dict[str, _Form]] = {}

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Batch:
        api, info = _functions(), self._info  # first: in a forked child nobody gives the turn back
        with self._turn:
            if info.batch:  # a signal's handler raised after it had come
                api.release_batch(info.batch)
            if self._last is not None:
                self._last.release()
                self._last = None
            # A signal's handler runs between two calls, and only in the main thread.
            patience = _POLL_MILLISECONDS if threading.current_thread() is threading.main_thread() else -1
            code = _NOT_YET
            while code == _NOT_YET:
                code = api.next(self._open_handle(), patience, ctypes.byref(info))
            if _check(api, code) != _BATCH:
                raise StopIteration
            batch = Batch(api, info, {})
            batch._forms = self._forms.get(info.form) or self._describe(info)
            self._last = batch
            info.batch = 0
            return batch

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_forms"):  # the last that __init__ makes
            self.close()

    def __reduce__(self) -> Any:
        raise TypeError("A stream is neither copied nor pickled. Another process opens its own: in the __iter__ of an IterableDataset; or from state().")

    def state(self) -> bytes:
        """Where the stream stands, right after the last batch given; ``open(..., state=...)`` with the same description goes on from there, in this
        process or another."""
        api = _functions()
        return _taken(api, api.save, self._open_handle())

    def counters(self) -> Dict[str, Any]:
        """What the stream has done: samples, batches, bytes of the budget, slabs, waits. pescador_fast.h names all of it."""
        api = _functions()
        return json.loads(_taken(api, api.counters, self._open_handle()))

    def cancel(self) -> None:
        """Ends the wait of a thread that asks for a batch, and every later one: they raise ``ReleasedError``. From any thread."""
        api = _functions()
        _check(api, api.cancel(self._open_handle()))

    def close(self, _getpid: Any = os.getpid) -> None:  # bound here, as in Batch.release
        """Ends the stream, its threads and files; from any thread. Releases the last batch. Again: does nothing."""
        if self._home == _getpid():
            if self._handle.value:
                self._api.close_stream(self._handle)
            if self._info.batch:  # as in __next__
                self._api.release_batch(self._info.batch)
        self._handle.value = self._info.batch = 0  # afterwards, as in Batch.release
        last = self._last
        if last is not None:
            last.release()
        self._last = None

    @property
    def closed(self) -> bool:
        return self._handle.value == 0

    def _open_handle(self) -> int:
        handle = int(self._handle.value)
        if handle == 0:
            raise ReleasedError("The stream was closed.", _HANDLE)
        return handle

    def _describe(self, info: _BatchInfo) -> Dict[str, _Form]:
        forms: Dict[str, _Form] = {}
        tensor = _TensorInfo()
        for index in range(info.tensor_count):
            _check(self._api, self._api.describe_tensor(info.batch, index, ctypes.byref(tensor)))
            kind = _KINDS[tensor.code]
            dtype = kind if kind == "bool" else f"{kind}{tensor.bits}"
            name = tensor.name.decode("utf-8")
            forms[name] = _Form(index, name, dtype, tuple(tensor.shape[axis] for axis in range(tensor.ndim)))
        self._forms[info.form] = forms
        return forms


def _plain(value: Any) -> Any:
    """What JSON knows of a number or array of NumPy's, and of mappings and sequences that are no dictionaries and lists."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return list(value)
    raise TypeError(f"{value!r} is none of these")


def _paths(files: Any) -> List[str]:
    try:
        return [os.fsdecode(path) for path in ([files] if isinstance(files, (str, bytes, os.PathLike)) else files)]
    except TypeError as wrong:
        raise PescadorError(f"'files': expected a path, or several: {wrong}") from None


def open(  # noqa: A001 - as in tarfile.open and gzip.open
    files: Union[_Path, Iterable[_Path]],
    *,
    batch: Optional[int] = None,
    mux: Optional[Mapping[str, Any]] = None,
    rows: Optional[str] = None,
    seed: Optional[int] = None,
    epoch: Optional[int] = None,
    epochs: Optional[int] = None,
    partial: Optional[bool] = None,
    float32: Union[None, str, Sequence[str]] = None,
    held_out: Optional[float] = None,
    part: Optional[str] = None,
    split_seed: Optional[int] = None,
    budget: Union[None, int, str] = None,
    prefetch: Optional[int] = None,
    skip_bad: Optional[int] = None,
    timeout: Optional[float] = None,
    csv_label: Union[None, int, str] = None,
    csv_separator: Optional[str] = None,
    csv_no_header: Optional[bool] = None,
    state: Optional[bytes] = None,
) -> Stream:
    """Opens a stream of batches. Names and defaults are those of the ``pescador stream`` command; pescador_fast.h says more.

    :param files: files (.npy .npz .safetensors .tar .csv .csv.gz), folders of them, patterns (``"data/**/*.npz"``). STEM.X.npy and STEM.Y.npy belong together.
    :param batch: samples per batch; 128.
    :param mux: how files are mixed: ``kind`` ("stochastic", "shuffled", "round_robin", "chain"), ``active`` (files open at once; 100), ``rate`` (mean number
        of samples of a file before it is replaced; 64), ``mode`` ("single_active": endless; "with_replacement"; "exhaustive": each row once), ``weights``.
    :param rows: of each file: "random" (endless), "in_order", "permuted"; permuted where the mux ends, else random.
    :param seed: the same seed gives the same batches; 1.
    :param epoch: which of the seed's runs, from 0: another order for each.
    :param epochs: how many passes before the end, 0 for no end; 1.
    :param partial: whether the short last batch is given; True.
    :param float32: names of tensors that are converted to float32.
    :param held_out: part of each file's rows that is held out, above 0 and below 1.
    :param part: "training" (the default with ``held_out``), "held_out", "all".
    :param split_seed: decides which rows are held out; 1, whatever ``seed`` is.
    :param budget: ceiling on the memory for batches and for what is inflated or parsed: bytes, or "64MB", "1.5GiB"; "512MB".
    :param prefetch: batches that a background thread keeps ready; 2.
    :param skip_bad: how many rows that cannot be read may be passed over; 0.
    :param timeout: how long, in seconds, a batch waits for memory that you hold; 10.
    :param csv_label: column of a .csv that is the label Y: its name, or its position from 0, from the end where negative.
    :param csv_separator: between the cells of a .csv; ",".
    :param csv_no_header: whether the first line of a .csv is data; otherwise that is found out.
    :param state: from :meth:`Stream.state`: goes on from there.
    :raises PescadorError: with the library's message: a file is missing, a value is wrong, ...
    """
    given = {
        "files": _paths(files), "batch": batch, "mux": mux, "rows": rows, "seed": seed, "epoch": epoch, "epochs": epochs, "partial": partial, "float32": float32,
        "held_out": held_out, "part": part, "split_seed": split_seed, "budget": budget, "prefetch": prefetch, "skip_bad": skip_bad, "timeout": timeout,
        "csv_label": csv_label, "csv_separator": csv_separator, "csv_no_header": csv_no_header,
    }
    try:
        description = json.dumps({name: value for name, value in given.items() if value is not None}, allow_nan=False, default=_plain).encode("ascii")
    except (TypeError, ValueError) as wrong:
        raise PescadorError(f"The description of a stream is made of plain numbers, strings, lists and dictionaries: {wrong}") from None
    api = _functions()
    saved = b"" if state is None else memoryview(state).tobytes()  # not bytes(): of a number these would be so many zeros
    if state is not None and not saved:
        raise PescadorError("state: expected what Stream.state() gave, got no bytes")
    stream = Stream(api)
    _check(api, api.open_stream(description, len(description), saved, len(saved), ctypes.byref(stream._handle)))
    return stream


def _main(arguments: Optional[Sequence[str]] = None) -> int:
    import argparse

    parser = argparse.ArgumentParser(prog="pescador_fast", description="Shows the first batches of files as a training would get them, and what streaming them took.")
    parser.add_argument("files", nargs="+", metavar="PATH", help="files, folders and patterns: .npy .npz .safetensors .tar .csv .csv.gz")
    parser.add_argument("--batch", type=int, default=128, metavar="B", help="samples per batch (128)")
    parser.add_argument("--batches", type=int, default=3, metavar="N", help="how many are shown (3)")
    parser.add_argument("--mode", default="single-active", help="single-active, with-replacement or exhaustive")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same batches (1)")
    parser.add_argument("--budget", default="512MB", metavar="SIZE", help="ceiling on memory (512MB)")
    parser.add_argument("--csv-label", metavar="COLUMN", help="column of a .csv that is the label")
    chosen = parser.parse_args(arguments)
    try:
        with open(
            chosen.files, batch=chosen.batch, mux={"mode": chosen.mode}, seed=chosen.seed, budget=chosen.budget, csv_label=chosen.csv_label
        ) as stream:
            for number, batch in zip(range(1, chosen.batches + 1), stream):
                print(f"batch {number}: " + ", ".join(f"{tensor.name} {tensor.dtype}{list(tensor.shape)}" for tensor in batch.values()))
            counters = stream.counters()
            print(f"{counters['samples']} samples; {counters['budget_peak']} of {counters['budget_limit']} bytes of the budget at most")
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough, as head has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or else Python flushes once more at its end
    except PescadorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
