"""One engine, many threads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import sealwax


def test_threads_share_an_engine_and_agree(engine: sealwax.Engine, phi: bytes) -> None:
    expected = engine.evaluate(phi, sender="a@b.example", recipients=["c@d.example"], at=0)

    def ask(_: int) -> sealwax.Verdict:
        return engine.evaluate(phi, sender="a@b.example", recipients=["c@d.example"], at=0)

    with ThreadPoolExecutor(8) as pool:
        assert all(verdict == expected for verdict in pool.map(ask, range(64)))


def test_the_interpreter_is_released_while_a_large_message_is_read(engine: sealwax.Engine, phi: bytes) -> None:
    """While one thread scans, another must get to run: the clock must tick during the scan, not only around it."""
    large = phi + b"The weather is fine and lunch is at noon.\r\n" * 100_000
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    clock = threading.Thread(target=tick)
    clock.start()
    start = time.perf_counter()
    engine.scan(large)
    end = time.perf_counter()
    done.set()
    clock.join()
    during = [at for at in ticks if start < at < end]
    assert len(during) > 3, f"{len(during)} ticks in {end - start:.3f} s"
