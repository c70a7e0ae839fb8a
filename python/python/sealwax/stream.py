"""Sealed streams as file objects."""

from __future__ import annotations

import io
from types import TracebackType

from . import _sealwax
from ._values import own, refusal
from .errors import ArgumentError
from .keys import VerifyingKey

__all__ = ["ChunkwiseReader", "SealedReader", "SealedWriter"]


class SealedWriter(io.BufferedIOBase):
    """Seals what is written to it; made by ``Engine.sealed_writer``.

    Closing it ends the message, and a message that was not ended never opens: leaving a ``with`` block by an exception,
    or letting go of the writer, gives it up on purpose. The file object under it stays open.
    """

    def __init__(self, writer: _sealwax.Writer) -> None:
        """Wraps a writer; use ``Engine.sealed_writer`` to get one."""
        self._writer = own("writer", _sealwax.Writer, writer)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Seals ``data`` and returns its length."""
        self._writer.write(data)
        return len(data)

    def flush(self) -> None:
        """Passes on the chunks that are full."""
        if not self.closed:
            self._writer.flush()

    def close(self) -> None:
        """Ends the message."""
        if not self.closed:
            try:
                self._writer.finish()
            finally:
                self._give_up()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Ends the message, or gives it up after an exception."""
        if kind is None:
            self.close()
        else:
            self._give_up()

    def __del__(self) -> None:
        """Gives the message up."""
        if hasattr(self, "_writer"):
            self._give_up()

    def _give_up(self) -> None:
        self._writer.abort()
        self.flush = lambda: None  # type: ignore[method-assign]
        super().close()


class SealedReader(io.RawIOBase):
    """Opens a sealed file from any place; made by ``Engine.sealed_reader``.

    The length is verified at once, and each chunk of 16 KiB when it is read. Whoever needs all of a message to be
    genuine before using any of it takes ``Engine.open``.
    """

    def __init__(self, reader: _sealwax.Reader) -> None:
        """Wraps a reader; use ``Engine.sealed_reader`` to get one."""
        self._reader = own("reader", _sealwax.Reader, reader)
        self._position = 0

    @property
    def size(self) -> int:
        """The length of the plaintext in bytes."""
        return self._reader.size

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``offset`` on, as many as there are; raises ``OpenError``."""
        return self._reader.read_at(offset, size)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Reads into ``buffer`` and returns the number of bytes."""
        view = _room(buffer)
        data = self.read_at(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves to a place in the plaintext and returns it."""
        if not isinstance(offset, int) or not isinstance(whence, int):
            raise ArgumentError("a place is an int, counted from the begin, the place or the end")
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}.get(whence)
        if base is None or base + offset < 0:
            raise ArgumentError("there is no such place")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The place in the plaintext."""
        return self._position


class ChunkwiseReader(io.RawIOBase):
    """Opens a sealed stream that cannot seek, such as a pipe; made by ``Engine.chunkwise_reader``.

    Each chunk of 16 KiB is released as soon as that chunk is verified, *before* the end of the message is known to be
    genuine: what was read counts only when the reader has come to its end (``b""``) without an exception. Whoever needs
    all of a message to be genuine before using any of it takes ``Engine.open``.
    """

    def __init__(self, reader: _sealwax.ChunkwiseReader) -> None:
        """Wraps a reader; use ``Engine.chunkwise_reader`` to get one."""
        self._reader = own("reader", _sealwax.ChunkwiseReader, reader)

    @property
    def sender(self) -> VerifyingKey | None:
        """Who signed the message, once all of it was read; ``None`` before that, and when nobody did."""
        return self._reader.sender

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Reads into ``buffer`` and returns the number of bytes; raises ``OpenError``."""
        view = _room(buffer)
        data = self._reader.read(len(view))
        view[: len(data)] = data
        return len(data)


def _room(buffer: bytearray | memoryview) -> memoryview:
    """What can be written to of a buffer, byte by byte."""
    try:
        view = memoryview(buffer).cast("B")
    except (BufferError, TypeError, ValueError):
        view = None
    if view is None or view.readonly:
        raise refusal("buffer", "a bytearray or a memoryview that can be written to", buffer)
    return view
