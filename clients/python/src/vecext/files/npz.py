"""npz: several arrays of numpy, one a column. `FILE.npz:NAME` reads one of them."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from vecext.errors import Error
from vecext.files import arrays, formats
from vecext.files.npy import ArrayFile, ArrayWriter
from vecext.files.source import Source
from vecext.rows import Columns


class Reader(formats.Reader):
    """The arrays of an archive, which have one length."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._file = source.file()
        try:
            self._archive = zipfile.ZipFile(self._file)
        except zipfile.BadZipFile as error:
            raise Error(f"{source.name} is not an archive of numpy") from error
        members = {name.removesuffix(".npy"): name for name in self._archive.namelist()}
        if source.part is not None:
            if source.part not in members:
                raise Error(f"{source.path} has no array {source.part}", hint=f"it has {', '.join(members)}")
            members = {source.part: members[source.part]}
        opened = {name: ArrayFile(cast(BinaryIO, self._archive.open(member)), f"{source.path}:{name}") for name, member in members.items()}
        self.rows = one_length({name: array.rows for name, array in opened.items()}, source.path)
        self._arrays = {arrays.name_of_array(name, array.sql_type, source.part): array for name, array in opened.items()}
        self.columns = {name: array.sql_type for name, array in self._arrays.items()}
        by_columns = [name for name, array in opened.items() if array.fortran and len(array.shape) == 2]
        if by_columns:
            raise Error(f"{source.path}:{by_columns[0]} is in Fortran order", hint="save it by numpy.ascontiguousarray, or as npy")

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        rows = self.rows or 0
        limit = formats.batch_limit(batch_rows, sum(array.row_bytes for array in self._arrays.values()))
        for array in self._arrays.values():
            array.skip(min(start, rows))
        for row in range(start, rows, limit):
            count = min(limit, rows - row)
            batch = {name: arrays.column_of_array(array.read(count)) for name, array in self._arrays.items()}
            self.rows_read = row + count
            yield batch

    def close(self) -> None:
        self._archive.close()
        self._file.close()


def one_length(lengths: dict[str, int], path: str) -> int:
    """The length that all arrays of a file have. Raises `Error` if they differ, or the file has none."""
    if not lengths:
        raise Error(f"{path} has no arrays")
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} ({rows} rows)" for name, rows in lengths.items())
        raise Error(f"arrays of {path} have different lengths: {listed}", hint=f"name one: {path}:{next(iter(lengths))}")
    return next(iter(lengths.values()))


class Writer(formats.Writer):
    """Each column as an array; they are collected in temporary files, as an archive holds one after the other."""

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        self._parts = {name: cast(BinaryIO, tempfile.TemporaryFile()) for name in columns}  # noqa: SIM115 (closed by close)
        self._arrays = [ArrayWriter(self._parts[name], name, sql_type, format) for name, sql_type in columns.items()]

    def write(self, batch: Columns) -> None:
        for array in self._arrays:
            array.write(batch)

    def close(self) -> None:
        for array in self._arrays:
            array.close()
        with zipfile.ZipFile(self.stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, part in self._parts.items():
                part.seek(0)
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    shutil.copyfileobj(part, member, 1 << 20)
                part.close()
