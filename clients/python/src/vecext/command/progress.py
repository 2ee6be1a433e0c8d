"""Progress of long work: a bar on a terminal, a line every few seconds elsewhere, nothing with --quiet. All on the standard error."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

import click

from vecext.command.session import Session, is_terminal

LINE_SECONDS = 5.0


class Progress:
    """Work of one title. `total` is the number of units, if known; work that goes on after an interruption begins at `start`."""

    def __init__(self, title: str, *, unit: str = "rows", total: int | None = None, start: int = 0) -> None:
        self.title = title
        self.unit = unit
        self.total = total
        self.done = start
        self.bytes = 0
        self.fraction: float | None = None
        self.phase = ""
        self._began = time.monotonic()
        self._begin_phase("", start, None)

    def _begin_phase(self, phase: str, done: int, fraction: float | None) -> None:
        self.phase = phase
        self._phase_began = time.monotonic()
        self._start, self._start_fraction = done, fraction or 0.0

    def update(self, done: int, *, fraction: float | None = None, bytes_done: int = 0, phase: str = "", total: int | None = None) -> None:
        """So much is done: units, a fraction of all from 0 to 1 where it is not known from the units, bytes. Rates begin again with each phase."""
        self.total = self.total if total is None else total
        self.fraction = done / self.total if fraction is None and self.total else fraction
        if phase != self.phase:
            self._begin_phase(phase, done, self.fraction)
        self.done = done
        self.bytes = bytes_done
        self.show()

    def show(self) -> None:
        """Shows the state."""

    def close(self, complete: bool) -> None:
        """Ends the display, after all was done if it is complete."""

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def state(self) -> str:
        """The state in words: phase, units, rates, what is left."""
        seconds = max(time.monotonic() - self._phase_began, 1e-6)
        parts = [self.phase] if self.phase else []
        parts.append(f"{self.done:,} of {self.total:,} {self.unit}" if self.total else f"{self.done:,} {self.unit}")
        if self.done > self._start and self.fraction != 1:
            parts.append(f"{(self.done - self._start) / seconds:,.0f} {self.unit}/s")
        if self.bytes:
            parts.append(f"{self.bytes / seconds / 1e6:,.1f} MB/s")
        if self.fraction is not None and self._start_fraction < self.fraction < 1:
            parts.append(f"{duration(seconds * (1 - self.fraction) / (self.fraction - self._start_fraction))} left")
        return ", ".join(parts)

    def summary(self) -> str:
        """What was done, in words."""
        if self.phase or not self.done:  # an index may be there before its phases were seen
            return f"done in {duration(self.seconds)}"
        return f"{self.done:,} {self.unit} in {duration(self.seconds)}"

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close(kind is None)


class Lines(Progress):
    """A line every few seconds, and one at the end."""

    _shown = 0.0

    def show(self) -> None:
        if self.seconds - self._shown >= LINE_SECONDS:
            self._shown = self.seconds
            click.echo(f"{self.title}: {self.state()}", err=True)

    def close(self, complete: bool) -> None:
        if complete:
            click.echo(f"{self.title}: {self.summary()}", err=True)


class Bar(Progress):
    """A bar, with the state beside it."""

    def __init__(self, title: str, **work: Any) -> None:
        super().__init__(title, **work)
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn
        from rich.progress import Progress as Display

        columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TaskProgressColumn(), TextColumn("{task.fields[state]}"))
        self._display = Display(*columns, console=Console(stderr=True))
        self._task = self._display.add_task(title, total=None, state="")
        self._display.start()

    def show(self) -> None:
        total = None if self.fraction is None else 1.0
        self._display.update(self._task, total=total, completed=self.fraction or 0.0, state=self.state())

    def close(self, complete: bool) -> None:
        if complete:
            self._display.update(self._task, total=1.0, completed=1.0, state=self.summary())
        self._display.stop()


def progress(session: Session, title: str, *, unit: str = "rows", total: int | None = None, start: int = 0) -> Progress:
    """The display for a session: call `update`, and use it as a context."""
    kind = Progress if session.quiet else Bar if is_terminal() else Lines
    return kind(title, unit=unit, total=total, start=start)


def duration(seconds: float) -> str:
    """A time in words: `4.2 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
