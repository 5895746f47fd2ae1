"""What a language server and its engine keep after long use: memory, open files, threads.

First somebody types, `--keys` a second, each request taken back by the next. Then come `--messages`
wild messages of tests/fuzzing.py. Both processes are looked at all along; what they have at the end
is compared with what they had once they were warm.

    python benchmarks/endurance.py --minutes 30 --messages 300000
"""

import argparse
import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from process_memory import resident_mb

from unmask_lsp.stats.stats_file import VARIABLE as STATE

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from fuzzing import Fuzzer  # noqa: E402 -- shared with the default tests

URI = "file:///endurance/m.py"
LINE = "    total = sum(one.price * one.count for one in self.items)\n"
SETTINGS = {"model": "scripted", "prefetch": False}
LOOK_S = 5.0
"""Seconds between two looks at the processes."""
WARM = 0.2
"""Part of a phase after which the processes count as warm."""
GROWTH = 1.05
"""What memory may grow to, as a multiple of what it was when warm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A process at some moment."""

    seconds: float
    memory_mb: float
    files: int
    threads: int

    @classmethod
    def at(cls, pid: int, started: float) -> "Look":
        """How a process is now."""
        folder = Path("/proc", str(pid))
        return cls(
            seconds=perf_counter() - started,
            memory_mb=resident_mb(pid),
            files=len(list((folder / "fd").iterdir())),
            threads=len(list((folder / "task").iterdir())),
        )


class Client:
    """Writes messages to a server, and reads what it says without a thought."""

    def __init__(self, process: Process) -> None:
        assert process.stdin
        self.pid = process.pid
        self._stdin = process.stdin
        self._reader = asyncio.create_task(self._read(process))
        self.answers = 0
        self._numbers = 0

    async def send(self, body: bytes) -> None:
        """Write one message."""
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await self._stdin.drain()

    async def notify(self, method: str, **params: Any) -> None:
        """Tell the server something."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        await self.send(json.dumps(message).encode())

    async def ask(self, method: str, **params: Any) -> None:
        """Ask the server something, and go on."""
        self._numbers += 1
        message = {"jsonrpc": "2.0", "id": self._numbers, "method": method, "params": params}
        await self.send(json.dumps(message).encode())

    async def _read(self, process: Process) -> None:
        assert process.stdout
        while head := await process.stdout.readline():
            if head.lower().startswith(b"content-length:"):
                size = int(head.partition(b":")[2])
                await process.stdout.readline()
                await process.stdout.readexactly(size)
                self.answers += 1


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[Client]:
    """A server on the scripted model, with state of its own; ended, with its engine, at the end."""
    (folder / "run").mkdir(mode=0o700)
    own = {
        "UNMASK_RUNTIME_DIR": str(folder / "run"),
        STATE: str(folder / "state"),
        "UNMASK_CACHE": str(folder / "cache"),  # wild settings name other models: there are none
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("lsp_server", "model")),
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "unmask_lsp", "lsp"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
            env=os.environ | own,
        )
        client = Client(process)
        capabilities = {"textDocument": {"inlineCompletion": {}}}
        params = {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities}
        await client.ask("initialize", **params, initializationOptions=SETTINGS)
        await client.notify("initialized")
        yield client
        assert process.returncode is None, "the server has ended"
        process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
        await process.wait()


async def type_text(client: Client, minutes: float, keys: float) -> None:
    """Type line after line, and start a new document when one is long."""
    started, version, line, column = perf_counter(), 0, 0, 0
    while perf_counter() - started < 60 * minutes:
        if line % 400 == 0 and column == 0:
            item = {"uri": URI, "languageId": "python", "version": version, "text": ""}
            await client.notify("textDocument/didOpen", textDocument=item)
            line = 0
        place, version = {"line": line, "character": column}, version + 1
        change = {"range": {"start": place, "end": place}, "text": LINE[column]}
        document = {"uri": URI, "version": version}
        changed = {"textDocument": document, "contentChanges": [change]}
        await client.notify("textDocument/didChange", **changed)
        line, column = (line + 1, 0) if LINE[column] == "\n" else (line, column + 1)
        await client.ask(
            "textDocument/inlineCompletion",
            textDocument=document,
            position={"line": line, "character": column},
            context={"triggerKind": 2},
        )
        await asyncio.sleep(1 / keys)


async def fuzz(client: Client, messages: int, seed: int) -> None:
    """Send wild messages as quickly as they are taken."""
    fuzzer = Fuzzer(Random(seed), settings=SETTINGS)
    for _, body in zip(range(messages), fuzzer.bodies(), strict=False):
        await client.send(body)


def engine_of(folder: Path) -> Iterator[int]:
    """The engine that was started with this folder, if it runs."""
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if b"serve" in command and str(folder).encode() in command:
            yield int(entry.name)


async def watch(client: Client, folder: Path, looks: dict[str, list[Look]]) -> None:
    """Look at both processes now and then."""
    started = perf_counter()
    while True:
        await asyncio.sleep(LOOK_S)
        for name, pid in (("server", client.pid), *(("engine", pid) for pid in engine_of(folder))):
            looks.setdefault(name, []).append(Look.at(pid, started))


def report(phase: str, looks: dict[str, list[Look]]) -> bool:
    """Print what each process had when it was warm and at the end; return whether that is flat."""
    is_flat = True
    for name, seen in looks.items():
        warm, end = seen[int(len(seen) * WARM) :][:3], seen[-3:]
        before, after = (sum(one.memory_mb for one in part) / len(part) for part in (warm, end))
        files = max(one.files for one in end) - max(one.files for one in warm)
        threads = max(one.threads for one in end) - max(one.threads for one in warm)
        most = max(one.memory_mb for one in seen)
        is_flat &= after <= GROWTH * before
        print(
            f"| {phase} | {name} | {seen[-1].seconds:.0f} s | {before:.1f} | {after:.1f} |"
            f" {100 * (after / before - 1):+.1f} % | {most:.1f} | {files:+d} | {threads:+d} |",
            flush=True,
        )
    return is_flat


async def endure(options: argparse.Namespace) -> bool:
    """Run both phases; return whether both processes were flat in both."""
    is_flat = True
    with TemporaryDirectory() as place:
        folder = Path(place)
        async with server(folder) as client:
            for phase, work in (
                ("typing", type_text(client, options.minutes, options.keys)),
                ("fuzzing", fuzz(client, options.messages, options.seed)),
            ):
                looks: dict[str, list[Look]] = {}
                watching = asyncio.create_task(watch(client, folder, looks))
                await work
                await asyncio.sleep(3 * LOOK_S)
                watching.cancel()
                is_flat &= report(phase, looks)
        print(f"answers: {client.answers}; tracebacks: {count_tracebacks(folder)}")
    return is_flat


def count_tracebacks(folder: Path) -> int:
    """Tracebacks that either process has logged."""
    logs = (folder / "log", *(folder / "run").glob("*.log"))
    return sum(log.read_text(errors="replace").count("Traceback") for log in logs)


def main() -> None:
    """Read what to do, do it, and exit 1 where something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--keys", type=float, default=20.0)
    parser.add_argument("--messages", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    print(
        "| phase | process | time | MB warm | MB at the end | grown | most MB | files | threads |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    sys.exit(not asyncio.run(endure(parser.parse_args())))


if __name__ == "__main__":
    main()
