"""Several processes that transform blocks of lines side by side; results come back in the order of the blocks."""

from __future__ import annotations

import io
import mmap
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from mapstudio.model.errors import MapstudioError

if TYPE_CHECKING:
    from mapstudio.cli.json_input import Block, JsonInput
    from mapstudio.mapping.compiled import CompiledMapping
    from mapstudio.mapping.program import Batch
    from mapstudio.mapping.transforming import Reject

BLOCK = 1 << 22
"""Bytes of input that a worker gets at once: each answer interrupts a worker, on whose core this process goes on."""
_LEAST = 1 << 16
_BLOCKS_EACH = 4
"""So many blocks are left for each worker at least, smaller and smaller ones, so that all of them end together."""
_LOOK = 1 << 12
_GROUP = 1 << 17
_PLACES = 4
"""Outputs of one worker that wait for those of another one, and those that it makes meanwhile."""


@dataclass(frozen=True, slots=True)
class _Range:
    """Whole lines of a file: a worker reads them itself."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process that transforms.

    Attributes:
        connection: Takes its tasks and gives its answers.
        shelf: Memory that it shares with this process, with places for outputs; ``None`` where processes begin without
            the memory of their parent.
        given: The tasks that it has not answered yet, by number.
        free: The places on the shelf whose outputs nobody needs any more.
    """

    connection: Connection
    shelf: mmap.mmap | None
    given: deque[int] = field(default_factory=deque)
    free: list[int] = field(default_factory=lambda: list(range(_PLACES)))


Lines: TypeAlias = "bytearray | memoryview"
"""Outputs as JSON lines; what is on a shelf stands there until the next batch is asked for."""
_Lines: TypeAlias = "bytes | _Range"
_Task: TypeAlias = "tuple[_Lines, int]"
"""What to transform, and the place on the shelf for the outputs."""
_Answer: TypeAlias = "tuple[int, Batch, int, slice]"
"""How many lines there were, what they gave, the place on the shelf, and where there the first of the outputs are."""


def transform_blocks(
    make: Callable[[], CompiledMapping], source: JsonInput, file: Path | None, workers: int
) -> Iterator[tuple[Batch, Lines]]:
    """Yield what the blocks of an input give, in order, and beside it the outputs.

    Args:
        make: Compiles the mapping; called in each worker, and so must be one that can be sent there.
        source: The input, one record a line.
        file: The file that it is, when it is one: workers read from it themselves then.
        workers: How many.
    """
    texts = map(_text, source.blocks(BLOCK))
    blocks: Iterator[_Lines] = _ranges(file, source.start, workers) if file is not None else texts
    line = source.line
    with _started(make, file, workers) as started:
        # A worker that still writes its last answer does not read: only what is small is sent ahead.
        for lines, batch, outputs in _answers(started, blocks, ahead=2 if file is not None else 1):
            yield _moved(batch, line), outputs
            line += lines


def _answers(workers: Sequence[_Worker], blocks: Iterator[_Lines], ahead: int) -> Iterator[tuple[int, Batch, Lines]]:
    """Yield the answers in the order of the blocks; whoever has time gets the next one.

    Workers are seldom equally quick: this process, and all else that runs here, takes its time from one of them.
    """
    numbered = enumerate(blocks)
    answered: dict[int, tuple[_Worker, _Answer]] = {}
    for due in count():
        while due not in answered:
            _give(workers, numbered, ahead)
            if not any(worker.given for worker in workers):
                return
            for worker in _ready(workers):
                answered[worker.given.popleft()] = worker, _receive(worker)
        _give(workers, numbered, ahead)
        worker, (lines, batch, place, shelved) = answered.pop(due)
        yield lines, batch, _outputs(worker, batch, shelved)
        worker.free.append(place)


def _give(workers: Sequence[_Worker], numbered: Iterator[tuple[int, _Lines]], ahead: int) -> None:
    """Give out blocks as long as someone has time for one and a place for its outputs."""
    while True:
        worker = min(workers, key=lambda item: (not item.free, len(item.given)))
        if not worker.free or len(worker.given) >= ahead or (block := next(numbered, None)) is None:
            return
        number, lines = block
        task: _Task = lines, worker.free.pop()
        with _answering():
            worker.connection.send(task)
        worker.given.append(number)


def _ready(workers: Sequence[_Worker]) -> list[_Worker]:
    """Wait until there is an answer; return who has one."""
    waiting: dict[object, _Worker] = {worker.connection: worker for worker in workers if worker.given}
    return [waiting[ready] for ready in wait([worker.connection for worker in waiting.values()])]


@contextmanager
def _answering() -> Iterator[None]:
    """Say it where a worker is gone."""
    try:
        yield
    except (EOFError, ConnectionError) as error:
        raise MapstudioError(
            "A worker process ended before its work was done.", remedy="Try with --workers 1; memory may be short."
        ) from error


def _moved(batch: Batch, line: int) -> Batch:
    """Return a batch, whose lines are counted from 1, with the lines of the file."""
    batch.rejects = [(at + line - 1, _of_line(reject, line)) for at, reject in batch.rejects]
    return batch


def _of_line(reject: Reject, line: int) -> Reject:
    return replace(reject, source=reject.source + line - 1) if isinstance(reject.source, int) else reject


def _text(block: Block) -> bytes:
    return b"\n".join(line.rstrip(b"\n") for line in block.lines)


def _ranges(file: Path, start: int, workers: int) -> Iterator[_Range]:
    """Yield the file from there on in pieces that end where a line does."""
    with file.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        while start < size:
            block = max(_LEAST, min(BLOCK, (size - start) // (workers * _BLOCKS_EACH)))
            end = min(start + block, size)
            stream.seek(end)
            while end < size and (look := stream.read(_LOOK)):
                cut = look.find(b"\n")
                end += cut + 1 if cut >= 0 else len(look)
                if cut >= 0:
                    break
            yield _Range(start, end - start)
            start = end


@contextmanager
def _started(make: Callable[[], CompiledMapping], file: Path | None, workers: int) -> Iterator[list[_Worker]]:
    context = multiprocessing.get_context()
    is_shared = context.get_start_method() == "fork"
    started, processes = [], []
    for number in range(workers):
        ours, theirs = context.Pipe()
        worker = _Worker(ours, mmap.mmap(-1, _PLACES * BLOCK) if is_shared else None)
        process = context.Process(
            target=_work, args=(_Worker(theirs, worker.shelf), make, file), daemon=True, name=f"transform-{number}"
        )
        process.start()
        theirs.close()
        started.append(worker)
        processes.append(process)
    try:
        yield started
    finally:
        # A worker ends when there is nobody to read from any more; one in the middle of its work is not waited for.
        for worker in started:
            worker.connection.close()
        for process in processes:
            process.terminate()
            process.join()


def _receive(worker: _Worker) -> _Answer:
    with _answering():
        answer: _Answer = pickle.loads(worker.connection.recv_bytes())  # noqa: S301 - from a process of our own
    return answer


def _outputs(worker: _Worker, batch: Batch, shelved: slice) -> Lines:
    if worker.shelf is None or shelved.start == shelved.stop:
        return batch.outputs
    lines = memoryview(worker.shelf)[shelved]
    return bytearray(lines) + batch.outputs if batch.outputs else lines


def _work(worker: _Worker, make: Callable[[], CompiledMapping], file: Path | None) -> None:
    """Answer tasks until there are no more."""
    from mapstudio.mapping.program import Batch, BatchTransformer, calm_collector

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    transformer = BatchTransformer(make())
    stream = file.open("rb", buffering=_GROUP) if file is not None else None
    with calm_collector(), suppress(EOFError, ConnectionError):
        while True:
            task: _Task = worker.connection.recv()
            lines, place = task
            number, batch = 0, Batch()
            start = end = place * BLOCK
            for group in _groups(stream, lines):
                transformer.run(group, number + 1, batch)
                number += len(group)
                if worker.shelf is not None and end + len(batch.outputs) <= start + BLOCK:
                    # As long as it is fresh in the cache.
                    worker.shelf[end : end + len(batch.outputs)] = batch.outputs
                    end += len(batch.outputs)
                    batch.outputs.clear()
            answer: _Answer = number, batch, place, slice(start, end)
            worker.connection.send_bytes(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))


def _groups(stream: IO[bytes] | None, lines: _Lines) -> Iterator[list[bytes]]:
    """Yield the lines of a task, some at a time."""
    if isinstance(lines, bytes):
        stream, left = io.BytesIO(lines), len(lines)
    else:
        assert stream is not None  # noqa: S101 - ranges are of a file
        stream.seek(lines.start)
        left = lines.length
    while left > 0 and (group := _some_lines(stream, min(_GROUP, left))):
        yield group
        left -= sum(map(len, group))


def _some_lines(stream: IO[bytes], size: int) -> list[bytes]:
    """Return the lines from there on that together have so many bytes or, with the last of them, more."""
    # It stops only when there are more than it is told, and not at all when it is told nothing.
    return stream.readlines(size - 1) if size > 1 else [stream.readline()]
