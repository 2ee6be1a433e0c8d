"""json and jsonl: rows as objects of JSON, in one array or one a line. Numbers are those of Python: floats of 64 bits."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

from vecext.errors import Error
from vecext.files import arrays, formats, infer, texts
from vecext.files.source import CHUNK_BYTES, Source
from vecext.rows import Column, Columns

Row = dict[str, Any]
_NO_NUMBERS = ("nan", "inf", "-inf")  # texts in JSON, which has no such numbers
_SPACE = re.compile(r"[ \t\r\n]*")


class Reader(formats.Reader):
    """Rows as values of JSON. Columns are the keys of the first rows; a key that only a later row has is an error."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._stream = source.stream()
        self._rows = self._objects()
        self._head = list(islice(self._rows, infer.HEAD_ROWS))
        names = dict.fromkeys(key for row in self._head for key in row)
        self.columns = {name: infer.type_of_values([row.get(name) for row in self._head]) for name in names}

    def _objects(self) -> Iterator[Row]:
        """The objects, of which each was checked to be one."""
        try:
            is_array = self._stream.peek().removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
            text = io.TextIOWrapper(self._stream, encoding="utf-8-sig")
            values = _values_of_array(text) if is_array else _values_of_lines(text)
            for number, value in enumerate(values, 1):
                if not isinstance(value, dict):
                    raise Error(f"{self.source.name}, row {number}: a row is an object of JSON", hint='as {"id": 1, "embedding": [0.5, 1]}')
                yield value
        except ValueError as error:
            raise Error(f"{self.source.name} is not sound JSON: {error}") from error
        except (OSError, EOFError) as error:
            raise Error(f"{self.source.name} cannot be read: {error}") from error

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        known = self.columns.keys()
        rows = chain(self._head, self._rows)
        self._head = []
        at = sum(1 for _ in islice(rows, start))
        while batch := list(islice(rows, batch_rows)):
            for number, row in enumerate(batch, at + 1):
                if not row.keys() <= known:
                    raise Error(
                        f"{self.source.name}, row {number}: key {min(row.keys() - known)} is in none of the first {infer.HEAD_ROWS:,} rows",
                        hint="put it into the first row, as null",
                    )
            at = self.rows_read = at + len(batch)
            yield {name: [row.get(name) for row in batch] for name in self.columns}

    def close(self) -> None:
        self._stream.close()


def _values_of_lines(lines: Iterator[str]) -> Iterator[Any]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error


def _values_of_array(text: io.TextIOWrapper) -> Iterator[Any]:
    """The elements of an array, which is read piece by piece."""
    decode = json.JSONDecoder().raw_decode
    buffer, at, count, before = "", 0, 0, "["
    while True:
        at = _after_space(buffer, at)
        if at == len(buffer):
            buffer, at = text.read(CHUNK_BYTES), 0
            if not buffer:
                raise ValueError(f"it ends within the array, after {count} rows")
        elif buffer[at] == "]" and before != "[" and (before or not count):
            return
        elif before:
            if buffer[at] != before:
                raise ValueError(f"{before} is expected after {count} rows")
            before, at = "", at + 1
        else:
            try:
                value, at = decode(buffer, at)
            except json.JSONDecodeError as error:
                more = text.read(max(CHUNK_BYTES, len(buffer))) if _is_cut(error, buffer) else ""
                if not more:
                    raise ValueError(f"row {count + 1}: {error.msg}") from error
                buffer, at = buffer[at:] + more, 0
                continue
            count, before = count + 1, ","
            yield value


def _after_space(buffer: str, at: int) -> int:
    match = _SPACE.match(buffer, at)
    return match.end() if match else at


def _is_cut(error: json.JSONDecodeError, buffer: str) -> bool:
    """True if the value may only want for the text that follows the buffer."""
    return error.msg.startswith("Unterminated string") or error.pos >= len(buffer) - len("\\uD83D\\uDE00")


class Writer(formats.Writer):
    """Rows as objects: of `json` in an array, of `jsonl` one a line. Texts of columns of JSON are written as what they stand for."""

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        self._is_array = format == "json"
        self._before = "[\n" if self._is_array else ""

    def write(self, batch: Columns) -> None:
        columns = [self._members(name, batch[name], sql_type) for name, sql_type in self.columns.items()]
        rows = [f"{{{', '.join(members)}}}" for members in zip(*columns, strict=True)]
        between = ",\n" if self._is_array else "\n"
        if rows:
            self.stream.write(f"{self._before}{between.join(rows)}{'' if self._is_array else between}".encode())
            self._before = between if self._is_array else ""

    def close(self) -> None:
        if self._is_array:
            self.stream.write(b"[]\n" if self._before == "[\n" else b"\n]\n")

    def _members(self, name: str, column: Column, sql_type: str) -> list[str]:
        key = json.dumps(name, ensure_ascii=False)
        is_json = sql_type in ("json", "jsonb") or arrays.is_vector(sql_type)
        is_number = sql_type in texts.NUMBERS
        return [f"{key}: {_json(value, is_json or (is_number and value not in _NO_NUMBERS))}" for value in texts.texts_of_column(column, sql_type)]


def _json(value: str | None, is_json: bool) -> str:
    if value is None:
        return "null"
    return value if is_json else json.dumps(value, ensure_ascii=False)
