"""Writes files of every form that Pescador.Fast reads into a folder, with what must be read from them.

    python3 make_files.py FOLDER [FILE ...]

FOLDER/manifest.json lists them: the file, its arrays (name, element type, shape, and the .bin with the elements dense, row-major,
little-endian), and whether it can be opened for rows. Needs NumPy (python3-numpy) and nothing else. Where files are named, only these are
kept; tests/Pescador.Fast.Tests/Sources/files was made so.
"""
import gzip
import io
import json
import os
import struct
import sys
import tarfile
import zipfile

import numpy as np

folder = sys.argv[1]
manifest = []
rng = np.random.default_rng(20250611)


def path(name):
    return os.path.join(folder, name)


def expect(file, arrays, opens=True, **more):
    entries = []
    for name, array in arrays.items():
        array = np.asarray(array)
        if array.dtype.kind == "c":
            half = np.float32 if array.dtype.itemsize == 8 else np.float64
            array = np.stack([array.real.astype(half), array.imag.astype(half)], axis=-1)
        little = array.astype(array.dtype.newbyteorder("<"))
        data = f"{len(manifest)}.{len(entries)}.bin"
        with open(path(data), "wb") as out:
            out.write(little.tobytes(order="C"))
        entries.append({"name": name, "type": array.dtype.newbyteorder("=").name, "shape": list(array.shape), "data": data})
    manifest.append({"file": file, "arrays": entries, "opens": opens, **more})


def random_array(dtype, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(dtype)
    if dtype.kind in "fc":
        value = rng.standard_normal(shape)
        if dtype.kind == "c":
            value = value + 1j * rng.standard_normal(shape)
        return np.asarray(value).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype.newbyteorder("="), endpoint=True).astype(dtype)


def write_npy(name, array, version=None, **more):
    with open(path(name), "wb") as out:
        np.lib.format.write_array(out, array, version=version)
    if array.dtype.names:
        arrays = {field: array[field] for field in array.dtype.names if array.dtype[field].base.kind != "V"}
    else:
        arrays = {"X": array}
    expect(name, arrays, opens=array.ndim > 0, **more)


def npy():
    types = ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
    for code in types:
        for order in "<>":
            if order == ">" and code in ("b1", "i1", "u1"):
                continue
            for layout in "CF":
                array = np.asarray(random_array(order + code, (5, 3, 4)), order=layout)
                name = {"<": "little", ">": "big"}[order]
                write_npy(f"{code}_{name}_{layout}.npy", array)
    for version in ((1, 0), (2, 0), (3, 0)):
        write_npy(f"version_{version[0]}.npy", random_array("<f4", (4, 2)), version)
    for i, shape in enumerate([(), (0,), (0, 3), (3, 0), (1,), (1, 1, 1), (7,), (2, 1, 3, 1, 2), (2,) * 12]):
        for layout in "CF":
            write_npy(f"shape_{i}_{layout}.npy", np.asarray(random_array(">i4", shape), order=layout))
    write_npy("transposed.npy", random_array("<f8", (2, 3, 4, 5)).transpose(3, 2, 1, 0))
    structured()
    with open(path("trailing.npy"), "wb") as out:
        first = random_array("<f4", (3, 2))
        np.lib.format.write_array(out, first)
        np.lib.format.write_array(out, random_array("<i4", (9,)))
    expect("trailing.npy", {"X": first})


def structured():
    def fill(dtype, shape):
        array = np.zeros(shape, dtype)
        for field in dtype.names:
            if dtype[field].base.kind != "V":
                array[field] = random_array(dtype[field].base, array[field].shape)
        return array

    plain = np.dtype([("a", "<f4"), ("b", ">i2"), ("c", "u1")])
    write_npy("struct_plain.npy", fill(plain, (6,)))
    write_npy("struct_2d.npy", fill(plain, (4, 3)))
    write_npy("struct_fortran.npy", np.asarray(fill(plain, (4, 3)), order="F"))
    write_npy("struct_aligned.npy", fill(np.dtype([("a", "u1"), ("b", "<f8"), ("c", "<i2")], align=True), (5,)))
    write_npy("struct_nested_shape.npy", fill(np.dtype([("image", "<f4", (2, 3)), ("z", ">c8", (2,)), ("label", "<i8")]), (5,)))
    write_npy("struct_title.npy", fill(np.dtype([(("a title", "x"), "<f4"), (("another's", "y"), ">u8")]), (5,)))
    write_npy("struct_unicode.npy", fill(np.dtype([("größe", "<f4"), ("名", "<i4")]), (5,)))
    write_npy("struct_void.npy", fill(np.dtype([("a", "<f4"), ("junk", "V3"), ("b", "<i4")]), (5,)))
    write_npy("struct_empty.npy", fill(plain, (0,)))


def npz():
    arrays = {
        "X": random_array("<f4", (7, 3)),
        "Y": random_array(">i8", (7,)),
        "Z": np.asarray(random_array("<f8", (7, 2, 3)), order="F"),
    }
    np.savez(path("stored.npz"), **arrays)
    expect("stored.npz", arrays)
    np.savez_compressed(path("deflated.npz"), **arrays)
    expect("deflated.npz", arrays)
    big = {"X": np.zeros((300_000, 4), "<f4"), "Y": np.arange(300_000)}
    np.savez_compressed(path("deflated_big.npz"), **big)
    expect("deflated_big.npz", big)
    records = np.zeros(9, [("p", "<f4", (2,)), ("q", ">i4")])
    records["p"], records["q"] = random_array("<f4", (9, 2)), random_array(">i4", (9,))
    np.savez_compressed(path("deflated_struct.npz"), r=records)
    expect("deflated_struct.npz", {"p": records["p"], "q": records["q"]})
    np.savez(path("uneven.npz"), X=arrays["X"], Y=np.arange(3))
    expect("uneven.npz", {"X": arrays["X"], "Y": np.arange(3)}, opens=False)
    np.savez(path("empty.npz"))
    expect("empty.npz", {}, opens=False)
    for name, method in (("zip64.npz", zipfile.ZIP_STORED), ("zip64_deflated.npz", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(path(name), "w", method) as archive:
            for key, array in arrays.items():
                with archive.open(key + ".npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array)
            archive.writestr("notes.txt", "not an array")
            archive.comment = b"a comment PK\x05\x06 with a signature"
        expect(name, arrays)

    class Pipe(io.RawIOBase):  # cannot seek, so that sizes stand behind the content
        def __init__(self, out):
            self.out = out

        def writable(self):
            return True

        def write(self, data):
            return self.out.write(data)

    for name, method in (("piped.npz", zipfile.ZIP_STORED), ("piped_deflated.npz", zipfile.ZIP_DEFLATED)):
        with open(path(name), "wb") as out, zipfile.ZipFile(Pipe(out), "w", method) as archive:
            for key, array in arrays.items():
                with archive.open(key + ".npy", "w") as member:
                    np.lib.format.write_array(member, array)
        expect(name, arrays)


def write_safetensors(name, header, data):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    with open(path(name), "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


def safetensors():
    codes = {"BOOL": "b1", "U8": "u1", "I8": "i1", "I16": "<i2", "U16": "<u2", "F16": "<f2", "I32": "<i4", "U32": "<u4", "F32": "<f4",
             "F64": "<f8", "I64": "<i8", "U64": "<u8"}
    header, data, arrays = {"__metadata__": {"format": "np"}}, b"", {}
    for code, dtype in codes.items():
        arrays[code.lower()] = random_array(dtype, (5, 3))
        raw = arrays[code.lower()].tobytes()
        header[code.lower()] = {"dtype": code, "shape": [5, 3], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    halves = random_array("<u2", (5, 9))
    header["bf16"] = {"dtype": "BF16", "shape": [5, 9], "data_offsets": [len(data), len(data) + halves.nbytes]}
    arrays["bf16"] = (halves.astype("<u4") << 16).view("<f4")
    write_safetensors("all.safetensors", header, data + halves.tobytes())
    expect("all.safetensors", arrays)
    write_safetensors("padded.safetensors", json.dumps({"a": {"dtype": "F32", "shape": [0, 2], "data_offsets": [0, 0]}}).encode() + b"   ", b"")
    expect("padded.safetensors", {"a": np.zeros((0, 2), "<f4")})
    write_safetensors("none.safetensors", {}, b"")
    expect("none.safetensors", {}, opens=False)


def csv():
    x, y = random_array("<f4", (200, 3)), rng.integers(-5, 5, 200)
    lines = [",".join([*(repr(float(v)) for v in row), str(label)]) for row, label in zip(x, y)]
    text = "\n".join(lines) + "\n"
    crlf = "\ufeff" + "\r\n".join(['"a","b",c,"la""bel"', *(", ".join(f'"{cell}"' for cell in line.split(",")) for line in lines)]) + "\r\n\r\n"
    flowers = "\n".join(["200,3,one,two", *lines])
    for name, content in (("plain.csv", text), ("crlf.csv", crlf), ("flowers.csv", flowers)):
        for packed in (False, True):
            raw = content.encode()
            with open(path(name + (".gz" if packed else "")), "wb") as out:
                out.write(gzip.compress(raw, mtime=0) if packed else raw)
            expect(name + (".gz" if packed else ""), {"X": x, "Y": y}, label="-1")
    expect("plain.csv", {"X": np.column_stack([x, y.astype("<f4")])})
    np.savetxt(path("savetxt.csv"), x, delimiter=";", header="p;q;r", comments="")
    expect("savetxt.csv", {"X": x}, separator=";")
    with open(path("members.csv.gz"), "wb") as out:  # gzip allows several members one after the other
        out.write(gzip.compress(text[:500].encode()) + gzip.compress(text[500:].encode()))
    expect("members.csv.gz", {"X": x, "Y": y}, label="-1")


def tar():
    def bytes_of(array):
        out = io.BytesIO()
        np.lib.format.write_array(out, np.asarray(array, order="A"))
        return out.getvalue()

    x, y = random_array("<f4", (6, 2, 3)), random_array(">i4", (6,))
    z = random_array(">f8", (6, 3, 2))
    for name, form, prefix in (("ustar.tar", tarfile.USTAR_FORMAT, "train/"), ("gnu.tar", tarfile.GNU_FORMAT, "long" * 50 + "/"),
                               ("pax.tar", tarfile.PAX_FORMAT, "größe" * 40 + "/")):
        with tarfile.open(path(name), "w", format=form, pax_headers={"comment": "all"} if form == tarfile.PAX_FORMAT else None) as out:
            def add(member, data):
                info = tarfile.TarInfo(member)
                info.size = len(data)
                out.addfile(info, io.BytesIO(data))

            folder_info = tarfile.TarInfo(prefix)
            folder_info.type = tarfile.DIRTYPE
            out.addfile(folder_info)
            add("__index__/anything", b"?")
            for i in range(6):
                key = f"{prefix}{i:04}"
                add(key + ".IMAGE.npy", bytes_of(x[i]))
                add(key + ".label.npy", bytes_of(y[i]))
                add(key + ".txt", b"left out")
                add(key + ".z.npy", bytes_of(np.asarray(z[i], order="F")))
        expect(name, {"image": x, "label": y, "z": z}, rows=True)
    with tarfile.open(path("bare.tar"), "w") as out:
        for i in range(6):
            data = bytes_of(x[i])
            info = tarfile.TarInfo(f"{i}.npy")
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    expect("bare.tar", {"X": x}, rows=True)


for make in (npy, npz, safetensors, csv, tar):
    make()
if len(sys.argv) > 2:
    kept = [entry for entry in manifest if entry["file"] in sys.argv[2:]]
    names = {entry["file"] for entry in kept} | {array["data"] for entry in kept for array in entry["arrays"]}
    for name in os.listdir(folder):
        if name not in names:
            os.remove(path(name))
    manifest = kept
with open(path("manifest.json"), "w", encoding="utf-8") as out:
    json.dump(manifest, out, indent=1)
