"""Run one command and say how long it took and how much memory its largest process had."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# A small process starts the command, waits for it and reports: the kernel counts into a child's peak what its parent held when it was
# forked, so a command started by the benchmark itself would be charged with the benchmark's memory. `wait4` gives the peak of the largest
# process among the child and all descendants that were waited for, exact where sampling /proc would miss short lives.
LAUNCHER = """
import json, os, sys, time
report = int(sys.argv[1])
os.set_inheritable(report, False)
start = time.perf_counter()
try:
    pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
os.write(report, json.dumps({
    "code": os.waitstatus_to_exitcode(status), "seconds": seconds,
    "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_bytes": usage.ru_maxrss * 1024,
}).encode())
"""

FLOOR = "the launcher itself weighs about 9 MB, so no peak below that can be seen"


class NotRunError(Exception):
    """The command could not be started, or ran into its time limit."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command. ``cpu_seconds`` adds user and system time of the tree; ``peak_bytes`` is the resident set of its largest process."""

    code: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True, slots=True)
class Series:
    """Several runs of one command: seconds of wall clock and CPU, bytes."""

    name: str
    runs: tuple[Run, ...]

    @property
    def best(self) -> float:
        """The fastest wall clock, the figure least disturbed by other work on the machine."""
        return min(run.seconds for run in self.runs)

    @property
    def middle(self) -> float:
        """The median wall clock."""
        return median(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median CPU time."""
        return median(run.cpu_seconds for run in self.runs)

    @property
    def peak(self) -> int:
        """The highest peak of all runs."""
        return max(run.peak_bytes for run in self.runs)


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    stdout: int | None = None,
) -> Run:
    """Run a command to its end, with no input. ``stdout`` (a file descriptor, ``subprocess.DEVNULL``) replaces keeping what it prints.

    On a time-out its whole process group is killed. Raises ``NotRunError`` if it cannot be started or is not done in ``timeout`` seconds.
    """
    read_end, write_end = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, os.fdopen(read_end, "rb") as report:
        launcher = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, str(write_end), *argv],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out if stdout is None else stdout,
            stderr=err,
            pass_fds=[write_end],
            start_new_session=True,
        )
        os.close(write_end)
        try:
            launcher.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(launcher.pid, signal.SIGKILL)
            launcher.wait()
            raise NotRunError(f"not done after {timeout:g} s: {' '.join(argv)}") from None
        except BaseException:
            os.killpg(launcher.pid, signal.SIGKILL)
            launcher.wait()
            raise
        told = report.read()
        out.seek(0)
        err.seek(0)
        errors = err.read()
        if launcher.returncode != 0:
            raise NotRunError(errors.decode("utf-8", "replace").strip())
        figures = json.loads(told)
        return Run(stdout=out.read(), stderr=errors, **figures)


def command(line: str) -> list[str]:
    """A command line as words; the program with its full path if it is there, so that another working directory finds it too."""
    words = shlex.split(line)
    found = shutil.which(words[0])
    return [os.path.abspath(found) if found else words[0], *words[1:]]  # noqa: PTH100 (resolve() would leave the virtual environment)


def beside_python(name: str) -> str:
    """The command of this name that is installed beside this interpreter, as a command line, or the bare name."""
    beside = Path(sys.executable).with_name(name)
    return shlex.quote(str(beside)) if beside.exists() else name


def interleave(
    commands: Mapping[str, Sequence[str]], *, rounds: int, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> list[Series]:
    """Run each command ``rounds`` times, one of each in turn, after one unmeasured round that warms the caches."""
    kept: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, argv in commands.items():
            result = run(argv, cwd=cwd, env=env)
            if turn:
                kept[name].append(result)
    return [Series(name, tuple(runs)) for name, runs in kept.items()]


def table(series: Sequence[Series]) -> str:
    """The series as lines of text: best and median wall clock, median CPU time, peak of the largest process."""
    width = max(len(one.name) for one in series)
    lines = [f"{'':{width}}  {'best':>9}  {'median':>9}  {'cpu':>9}  {'peak':>9}   n"]
    lines += [
        f"{one.name:{width}}  {one.best * 1000:6.0f} ms  {one.middle * 1000:6.0f} ms  {one.cpu * 1000:6.0f} ms  {one.peak / 1e6:6.1f} MB  {len(one.runs):2}"
        for one in series
    ]
    return "\n".join(lines)
