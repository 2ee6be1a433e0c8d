"""Sources: what the user names on the command line, as streams or files to read.

A source is a path, a glob, `-` for the standard input, or `PATH:PART` for one array of a file that holds several.
"""

from __future__ import annotations

import glob
import gzip
import io
import os
import shutil
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from vecext.errors import Error

COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
CHUNK_BYTES = 1 << 20


class CountingStream(io.RawIOBase):
    """A binary stream that counts the bytes that were read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.bytes_read = 0

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.bytes_read += len(data)
        return len(data)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Decompressed(io.RawIOBase):
    """What a stream of compressed bytes holds. Raises `Error` where it is not sound."""

    def __init__(self, stream: Any, name: str) -> None:
        self._stream = stream
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise Error(f"{self._name} cannot be decompressed: {error}") from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


@dataclass
class Source:
    """One input: a path or `-`, the part of it that is read, its format (`npy`, `csv`, …) and its compression (`gz`, `zst` or none)."""

    path: str
    format: str
    compression: str | None = None
    part: str | None = None
    raw: CountingStream | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The name for messages and for the notes of a load."""
        shown = "standard input" if self.path == "-" else self.path
        return f"{shown}:{self.part}" if self.part else shown

    @property
    def size(self) -> int | None:
        """Bytes of the file as it lies there; None for the standard input."""
        return None if self.path == "-" else os.path.getsize(self.path)

    @property
    def fraction(self) -> float | None:
        """The part of the stream that was read, from 0 to 1; None if its size is not known, or it is not open."""
        if self.raw is None or not self.size:
            return None
        return self.raw.bytes_read / self.size

    def stream(self) -> io.BufferedReader:
        """The content from its beginning, decompressed."""
        self.raw = CountingStream(sys.stdin.buffer if self.path == "-" else open(self.path, "rb", buffering=0))  # noqa: SIM115
        raw: io.BufferedReader = io.BufferedReader(self.raw, CHUNK_BYTES)
        if self.compression is None:
            return raw
        if self.compression == "gz":
            return io.BufferedReader(_Decompressed(gzip.GzipFile(fileobj=raw, mode="rb"), self.name), CHUNK_BYTES)
        import pyarrow

        return io.BufferedReader(_Decompressed(pyarrow.CompressedInputStream(raw, "zstd"), self.name), CHUNK_BYTES)

    def file(self) -> BinaryIO:
        """The content as a file that can seek: the standard input and compressed files are copied to a temporary file first."""
        if self.path != "-" and self.compression is None:
            return open(self.path, "rb")
        copy = tempfile.TemporaryFile()  # noqa: SIM115
        with self.stream() as stream:
            shutil.copyfileobj(stream, copy, CHUNK_BYTES)
        copy.seek(0)
        self.raw = None
        return cast(BinaryIO, copy)


def _split_part(name: str) -> tuple[str, str | None]:
    path, colon, part = name.rpartition(":")
    if not colon or os.path.exists(name) or not (os.path.exists(path) or glob.has_magic(path)):
        return name, None
    return path, part


def suffixes_of(path: str) -> tuple[str, str | None]:
    """The format and the compression that the end of the name says: `a.csv.gz` is `csv` and `gz`."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    compression = COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    if compression:
        suffixes.pop()
    return (suffixes[-1].lstrip(".") if suffixes else ""), compression


def only_source(name: str, format: str | None = None) -> Source:
    """The one source that a name or a glob stands for. Raises `Error` if these are several."""
    found = sources([name], format)
    if len(found) > 1:
        raise Error(f"{name} are {len(found)} files, and one is read", hint=f"name it: {found[0].name}")
    return found[0]


def sources(names: list[str], format: str | None = None) -> list[Source]:
    """The sources that names and globs stand for, in the order given, those of a glob sorted by name."""
    found: list[Source] = []
    for name in names:
        path, part = _split_part(name)
        paths = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) and not os.path.exists(path) else [path]
        if not paths:
            raise Error(f"no file matches {name}")
        for one in paths:
            if one != "-" and not os.path.isfile(one):
                raise Error(f"{one} is not a file", hint="give files, a glob in quotes, or - for the standard input")
            of_name, compression = suffixes_of(one)
            if not (format or of_name):
                raise Error(f"the format of {one} is not known", hint="name it: --format csv")
            found.append(Source(one, format or of_name, compression, part))
    names = [source.name for source in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Error(f"{twice} is given twice")
    return found
