"""csv and tsv, with a header line, in UTF-8, quoted as COPY does: an empty value is NULL, `""` an empty text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv

from vecext.errors import Error
from vecext.files import formats, infer, texts
from vecext.files.source import Source
from vecext.rows import Columns

DELIMITERS = {"csv": ",", "tsv": "\t"}
BLOCK_BYTES = 4 << 20  # a row is not longer
HEADER_BYTES = 1 << 20


class _After(io.RawIOBase):
    """A stream after its first bytes, some of which were read too far."""

    def __init__(self, ahead: bytes, stream: io.BufferedReader) -> None:
        self._ahead = ahead
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._ahead[: len(buffer)] or self._stream.read(len(buffer))
        self._ahead = self._ahead[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


class Reader(formats.Reader):
    """Rows as texts. Types follow from the first rows."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._stream = source.stream()
        self._names, rest = self._header()
        self._blocks = self._open(rest)
        self._head = next(self._blocks, None)
        head = self._head.slice(0, infer.HEAD_ROWS) if self._head else None
        self.columns = {name: infer.type_of_texts(head.column(i).to_pylist() if head else []) for i, name in enumerate(self._names)}

    def _header(self) -> tuple[list[str], io.BufferedReader]:
        """The names of the columns, and what follows."""
        name = self.source.name
        try:
            ahead = self._stream.read(HEADER_BYTES).removeprefix(b"\xef\xbb\xbf")
            lines = ahead.splitlines(keepends=True)
            reader = csv.reader((line.decode() for line in lines), delimiter=DELIMITERS[self.source.format])
            names = next(reader, [])
        except (ValueError, csv.Error, OSError) as error:
            raise Error(f"{name} is not a file of {self.source.format} in UTF-8") from error
        if not names:
            raise Error(f"{name} is empty", hint="the first line has the names of the columns")
        if len(set(names)) < len(names) or "" in names:
            raise Error(f"the header of {name} has a name twice, or an empty one", hint="the first line has the names of the columns")
        rest = ahead[sum(map(len, lines[: reader.line_num])) :]
        return names, io.BufferedReader(_After(rest, self._stream))

    def _open(self, rest: io.BufferedReader) -> Iterator[pa.RecordBatch]:
        if not rest.peek(1):
            return
        try:
            yield from pa_csv.open_csv(
                rest,
                read_options=pa_csv.ReadOptions(column_names=self._names, block_size=BLOCK_BYTES, use_threads=False),
                parse_options=pa_csv.ParseOptions(delimiter=DELIMITERS[self.source.format], newlines_in_values=True, ignore_empty_lines=len(self._names) > 1),
                convert_options=pa_csv.ConvertOptions(
                    column_types={name: pa.string() for name in self._names},
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
        except (pa.ArrowInvalid, OSError, EOFError) as error:
            raise Error(f"{self.source.name} is not sound: {_plain(str(error))}") from error

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        block, at = self._head, 0
        while block is not None:
            for first in range(max(0, start - at), block.num_rows, batch_rows):
                part = block.slice(first, batch_rows)
                self.rows_read = at + first + part.num_rows
                yield {name: part.column(i).to_pylist() for i, name in enumerate(self._names)}
            at += block.num_rows
            block = next(self._blocks, None)

    def close(self) -> None:
        self._stream.close()


def _plain(message: str) -> str:
    """A message of the reader, with rows counted from the first after the header."""
    message = message.removeprefix("CSV parse error: ")
    return re.sub(r"^Row #(\d+): ", r"row \1: ", message).splitlines()[0][:200]


class Writer(formats.Writer):
    """Rows as lines."""

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        self._delimiter = DELIMITERS[format]
        self._special = re.compile(f'["\r\n{self._delimiter}]')
        if not stream.seekable() or stream.tell() == 0:
            stream.write((self._delimiter.join(map(self._field, columns)) + "\n").encode())

    def write(self, batch: Columns) -> None:
        columns = [self._fields(texts.texts_of_column(batch[name], sql_type)) for name, sql_type in self.columns.items()]
        lines = map(self._delimiter.join, zip(*columns, strict=True))
        self.stream.write("".join(f"{line}\n" for line in lines).encode())

    def _fields(self, values: list[str | None]) -> list[str]:
        return [self._field(value) for value in values]

    def _field(self, value: str | None) -> str:
        if value is None:
            return ""
        if value == "" or self._special.search(value):
            return '"' + value.replace('"', '""') + '"'
        return value
