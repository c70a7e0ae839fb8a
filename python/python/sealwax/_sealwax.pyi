"""The extension module: thin, positional, and private. Use the classes of ``sealwax``."""

from typing import final

__all__ = ["Engine", "Feed", "LocalKey", "__version__"]

@final
class Engine:
    def __new__(cls, policy: str | None, profile: str | None, resources: dict[str, bytes], /) -> Engine: ...
    @property
    def policy_name(self) -> str: ...
    def scan(self, message: bytes | bytearray | memoryview, id: str, show_text: bool, /) -> str: ...
    def scan_text(self, text: str, id: str, show_text: bool, /) -> str: ...
    def evaluate(self, message: bytes | bytearray | memoryview, transaction: str, at: int, /) -> str: ...
    def report_outcome(
        self,
        message: bytes | bytearray | memoryview,
        transaction: str,
        recipient: str,
        outcome: str,
        at: int,
        /,
    ) -> str: ...
    def feed(self, transaction: str, /) -> Feed: ...
    def seal(
        self, plaintext: bytes | bytearray | memoryview, keys: list[LocalKey], context: dict[str, str], /
    ) -> bytes: ...
    def open(
        self, sealed: bytes | bytearray | memoryview, keys: list[LocalKey], context: dict[str, str], /
    ) -> bytes: ...

@final
class Feed:
    def header(self, name: bytes, value: bytes, /) -> None: ...
    def body(self, chunk: bytes | bytearray | memoryview, /) -> None: ...
    def raw(self, chunk: bytes | bytearray | memoryview, /) -> None: ...
    def finish(self, at: int, /) -> str: ...
    def reset(self, transaction: str, /) -> None: ...

@final
class LocalKey:
    """A symmetric key of 256 bits: whoever has it can seal and open. ``repr`` shows its name only."""

    @staticmethod
    def generate() -> LocalKey:
        """A fresh key from the generator of the operating system."""

    @staticmethod
    def from_text(text: str, /) -> LocalKey:
        """Reads the text form; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form, which is as secret as the key."""

    @property
    def name(self) -> str:
        """How sealed messages name the key; it does not reveal the key."""

__version__: str
