"""What a generated program can and cannot do."""

import os
import sys
from collections.abc import Iterator

import pytest
import sandbox
from sandbox import EndsWell, judge

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


@pytest.fixture(scope="module")
def ends_well() -> Iterator[EndsWell]:
    with judge() as answer:
        yield answer


def test_a_program_that_ends_without_an_error_ends_well(ends_well: EndsWell) -> None:
    assert ends_well("assert 1 + 1 == 2\n")


@pytest.mark.parametrize(
    "program",
    [
        "assert 1 + 1 == 3",
        "def f(:",
        "raise SystemExit(0)",
        "import os; os._exit(0)",
        "def f(): return f()\nf()",
        "x = '\0'\0",
    ],
    ids=["assertion", "syntax", "exit", "hard exit", "recursion", "null byte"],
)
def test_any_other_end_is_none(ends_well: EndsWell, program: str) -> None:
    assert not ends_well(program)


def test_what_a_program_prints_disturbs_nobody(ends_well: EndsWell) -> None:
    assert ends_well("import sys\nprint('false')\nsys.stdout.flush()\n")
    assert not ends_well("print('true', flush=True); assert False")


def test_a_program_can_import_what_humaneval_asks_for(ends_well: EndsWell) -> None:
    for module in sandbox.MODULES:
        assert ends_well(f"import {module}")
    assert ends_well("from typing import *\nfrom collections import Counter\nimport hashlib\n"
                     "assert hashlib.md5(b'a').hexdigest().startswith('0cc1')\n")  # fmt: skip


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname').read()",
        "open('new.txt', 'w')",
        "import socket; socket.socket()",
        "import _socket; _socket.socket()",
        "import os; os.fork()",
        "x = bytearray(4 << 30)",
    ],
)
def test_files_connections_processes_and_much_memory_are_refused(
    ends_well: EndsWell, attempt: str
) -> None:
    assert not ends_well(attempt)


def test_a_program_works_in_a_folder_of_its_own(ends_well: EndsWell) -> None:
    assert ends_well(f"import os\nassert os.getcwd() != {os.getcwd()!r}\n")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become nobody")
def test_a_program_of_root_runs_as_nobody(ends_well: EndsWell) -> None:
    assert ends_well("import os\nassert os.getuid() == os.geteuid() == 65534\n")


def test_a_program_cannot_reach_the_next_one(ends_well: EndsWell) -> None:
    assert ends_well("import math; math.pi = 3")
    assert ends_well("import math; assert math.pi > 3")


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", "while True: pass"])
def test_a_program_without_end_is_stopped(program: str) -> None:
    with judge(seconds=0.2) as ends_well:
        assert not ends_well(program)
        assert ends_well("pass")


def test_a_program_has_no_priority_of_those_who_run_it() -> None:
    ours = os.sched_getscheduler(0)
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    try:
        with judge() as ends_well:
            look = "os.sched_getscheduler(0) == os.SCHED_OTHER"
            assert ends_well(f"import sys\nos = sys.modules['os']\nassert {look}\n")
    finally:
        os.sched_setscheduler(0, ours, os.sched_param(0))
