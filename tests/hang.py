"""A stop for tests that would otherwise never end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never


@contextmanager
def no_hang(cpu_seconds: int = 60) -> Iterator[None]:
    """Stops a test that hangs, with an ``AssertionError``; it measures nothing.

    The limit is far above what the block needs on any machine, and counts the CPU time of this process alone (user mode), so that other
    work on the machine cannot spend it. The error arises between two steps of the interpreter: one endless call into C is not stopped.
    """

    def stop(_signal: int, _frame: FrameType | None) -> Never:
        raise AssertionError(f"did not end within {cpu_seconds} s of CPU time")

    handler = signal.signal(signal.SIGVTALRM, stop)
    timer = signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)  # before the handler: the earlier one must not get this timer's signal
        signal.signal(signal.SIGVTALRM, handler)
        signal.setitimer(signal.ITIMER_VIRTUAL, *timer)
