"""ONNX Runtime tells its maker of each session unless it is told not to."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys, time
import pytest
sys.exit(pytest.main(["-q", "tests/model/onnx/test_decoder.py", "-p", "no:cacheprovider",
                      "-m", "not slow", "-k", "not table", "--maxfail=1"]) or time.sleep(15))
"""
"""Sessions are made, and there is time to tell of them: events are sent in batches."""


def test_the_library_is_told_before_it_is_loaded() -> None:
    code = (
        "import sys\n"
        "import unmask_model.onnx\n"
        "import os\n"
        "assert 'onnxruntime' not in sys.modules\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
    )
    path = os.pathsep.join(str(ROOT / part) for part in ("model", "lsp_server"))
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": path})


@pytest.mark.slow
def test_no_session_is_told_of() -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        threading.Thread(target=_listen, args=(proxy, asked), daemon=True).start()
        url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
        own = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            check=True,
            cwd=ROOT,
            env=own | dict.fromkeys(names, url),
        )
    assert asked == []


def _listen(proxy: socket.socket, asked: list[bytes]) -> None:
    while True:
        try:
            client, _ = proxy.accept()
        except OSError:
            return
        asked.append(client.recv(200))
        client.close()
