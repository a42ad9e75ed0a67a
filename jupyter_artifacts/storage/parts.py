"""Parts of a file on their way up, hashed in their order.

A part is read once, into memory, where it is hashed and from where it is sent, so that
all of it is the same bytes. Of a file above 80 GiB parts are larger than that: they are
read from the file, as often as somebody wants them.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.storage.bucket import PART
from jupyter_artifacts.storage.buffers import filled, part_buffers
from jupyter_artifacts.storage.checksums import crc64nvme, crc64nvme_of_both
from jupyter_artifacts.storage.file_part import FilePart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Upload

_PIECE: Final = 256 * 1024


@dataclass(slots=True)
class Part:
    """A part on its way: in memory, or as a piece of the file when it is too large.

    Attributes:
        size: bytes.
        crc: CRC-64/NVME of them.
        content: the bytes.
        buffer: to be given back; None when the part is read from the file.
    """

    size: int
    crc: int
    content: Buffer | FilePart
    buffer: memoryview | None = None

    @property
    def checksum(self) -> str:
        """The CRC-64/NVME as S3 writes it."""
        return spelled(self.crc)

    def let_go(self) -> None:
        """Give its memory to others."""
        buffer, self.buffer = self.buffer, None
        if buffer is not None:
            part_buffers().give_back(buffer)


class Parts:
    """Reads a file part after part, and hashes the whole of it.

    Args:
        upload: of the file.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._size = upload.before.st_size
        self._hasher = Hasher()
        self.crc = 0

    @property
    def digest(self) -> str:
        """Digest of everything read so far."""
        return self._hasher.digest()

    def next(self, start: int, length: int) -> Part:
        """Take in the next part's bytes; parts are taken in order."""
        wanted = min(length, self._size - start)
        part = (
            self._read(start, wanted) if wanted <= PART else self._pass(start, wanted)
        )
        if part.size != wanted:
            part.let_go()
            self._upload.check(start + part.size)
        return part

    def _read(self, start: int, length: int) -> Part:
        """Read a part into memory, where it is hashed and from where it is sent."""
        opened = self._upload.opened
        buffer = part_buffers().take(lambda: self._upload.passed(0))
        part = Part(0, 0, b"", buffer)
        try:
            # hashed piece after piece, while the processor has them near
            while part.size < length:
                room = buffer[part.size : min(length, part.size + _PIECE)]
                piece = filled(room, opened, start + part.size, len(room))
                if not piece:
                    break
                self._hasher.update(piece)
                part.crc = crc64nvme(piece, part.crc)
                part.size += len(piece)
            part.content = buffer[: part.size]
            self.crc = crc64nvme_of_both(self.crc, part.crc, part.size)
        except BaseException:
            part.let_go()
            raise
        return part

    def _pass(self, start: int, length: int) -> Part:
        """Read a part of a very large file, more than once: it is never in memory."""
        content = FilePart(self._upload.opened, start, length)
        crc = 0
        while chunk := content.read():
            self._hasher.update(chunk)
            crc = crc64nvme(chunk, crc)
        self.crc = crc64nvme_of_both(self.crc, crc, content.tell())
        part = Part(content.tell(), crc, content)
        content.expect(crc)
        return part


def is_same(stands: Mapping[str, Any], part: Part) -> bool:
    """Return whether a part that S3 has, as it lists it, holds these bytes."""
    if stands["Size"] != part.size:
        return False
    if said := stands.get("ChecksumCRC64NVME"):
        return bool(said == part.checksum)
    # where the ETag is no MD5 (KMS) they differ, and the part goes up again
    md5 = hashlib.md5(usedforsecurity=False)
    if isinstance(part.content, FilePart):
        part.content.seek(0)
        while chunk := part.content.read():
            md5.update(chunk)
    else:
        md5.update(part.content)
    return bool(stands["ETag"].strip('"') == md5.hexdigest())


def spelled(crc: int) -> str:
    """Return a CRC-64/NVME as S3 writes it."""
    return base64.b64encode(crc.to_bytes(8, "big")).decode()
