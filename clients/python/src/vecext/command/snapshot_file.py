"""The file of a snapshot: a tar of the points, the definition of their collection, a manifest, and the digests of these three, as sha256sum has them.

It is written as `FILE.part`, and gets its name when it is complete and on the disk. Its last member vouches for all others, so a file that was cut has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import tarfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from vecext.errors import Error

SUFFIX = ".snapshot.tar"
FORMAT = 1
POINTS, DEFINITION, MANIFEST, DIGESTS = "points.copy", "definition.json", "manifest.json", "SHA256SUMS"
MEMBERS = ("collection", "schema", "created", "points", "columns", "indexes")  # those of a manifest that are read
PART_BYTES = 1 << 20


def new_path(folder: Path, collection: str, now: datetime) -> Path:
    """A name in the folder that no other snapshot has, made of the harmless signs of the collection's."""
    name = re.sub(r"[^\w-]", "_", collection, flags=re.ASCII)[:100]
    return folder / f"{name}-{now:%Y-%m-%d-%H-%M-%S}-{secrets.token_hex(3)}{SUFFIX}"


class SnapshotWriter:
    """A snapshot that is written: members in their order, then `finish`. Without that, nothing stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._file = open(self._part, "xb")  # noqa: SIM115 (closed by __exit__)
        self._digests: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Writes a member. Its header is written again at the end, as it has the size."""
        info = tarfile.TarInfo(name)
        info.mtime = int(time.time())
        place = self._file.tell()
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
            info.size += len(part)
            self._file.write(part)
        self._file.write(bytes(-info.size % tarfile.BLOCKSIZE))
        self._file.seek(place)
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))
        self._file.seek(0, os.SEEK_END)
        self._digests[name] = digest.hexdigest()

    def finish(self, manifest: dict[str, Any]) -> int:
        """Writes the manifest and the digests, and gives the file its name. Returns its size."""
        self.add(MANIFEST, [json.dumps({"format": FORMAT} | manifest, ensure_ascii=False, indent=2).encode()])
        self.add(DIGESTS, [_lines(self._digests)])
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.rename(self._path)
        return self._file.tell()

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)


class SnapshotReader:
    """A snapshot that is read: its manifest, and its other members. Raises `Error` if the file is not a snapshot, or is not complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._tar = tarfile.open(path, "r:")  # noqa: SIM115 (closed by __exit__)
        except tarfile.TarError as error:
            raise self._damage() from error
        try:
            self.manifest = self._manifest()
        except BaseException:
            self._tar.close()
            raise

    def _damage(self) -> Error:
        return Error(f"{self.path} is not a snapshot, or is damaged", hint="nothing was restored")

    def _manifest(self) -> dict[str, Any]:
        try:
            if self._tar.getnames() != [POINTS, DEFINITION, MANIFEST, DIGESTS]:
                raise self._damage()
            manifest: dict[str, Any] = json.loads(self.text(MANIFEST))
            format = manifest["format"]
        except (tarfile.TarError, ValueError, LookupError, TypeError) as error:
            raise self._damage() from error
        if format != FORMAT:
            raise Error(f"{self.path} has format {format} of snapshots, and this command reads format {FORMAT}", hint="install a later version of vecext")
        if not manifest.keys() >= set(MEMBERS):
            raise self._damage()
        return manifest

    @property
    def points_bytes(self) -> int:
        """How many bytes the points have."""
        return self._tar.getmember(POINTS).size

    def verify(self) -> Iterator[int]:
        """Reads all, and yields how many bytes of the points were read. Raises `Error` at the end if the digests are not those of what was read."""
        digests = {}
        for name in (POINTS, DEFINITION, MANIFEST):
            digest = hashlib.sha256()
            done = 0
            for part in self.parts(name):
                digest.update(part)
                done += len(part)
                if name == POINTS:
                    yield done
            digests[name] = digest.hexdigest()
        if b"".join(self.parts(DIGESTS)) != _lines(digests):
            raise self._damage()

    def parts(self, name: str) -> Iterator[bytes]:
        """A member, part by part."""
        file: IO[bytes] | None = self._tar.extractfile(name)
        if file is None:
            raise self._damage()
        while part := file.read(PART_BYTES):
            yield part

    def text(self, name: str) -> str:
        """A member as text."""
        return b"".join(self.parts(name)).decode()

    def __enter__(self) -> SnapshotReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._tar.close()


def _lines(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()
