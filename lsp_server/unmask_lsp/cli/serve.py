"""`unmask serve`: an engine process, shared by editor windows, or by a team behind a token."""

import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unmask_lsp.cli.model_name import check_model
from unmask_model.transformer.execution import Caching, Execution, Keep, Weights

if TYPE_CHECKING:
    from unmask_model.transport.listener import Listener


def serve(  # noqa: PLR0913 -- the options of a command are its arguments
    socket: Annotated[Path | None, typer.Option(help="Unix socket to listen on.")] = None,
    loopback: Annotated[
        Path | None,
        typer.Option(help="Listen on a free loopback port; port and token are put into this file."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port to listen on, instead of a socket.")
    ] = 0,
    token_file: Annotated[
        Path | None, typer.Option(help="File whose content clients have to know.")
    ] = None,
    keyring: Annotated[
        bool,
        typer.Option("--keyring", help="Clients have to know `keyring get unmask server`."),
    ] = False,
    model: Annotated[str, typer.Option(help="A model's name, or a base file.")] = "small",
    idle: Annotated[
        float, typer.Option(min=0, help="End after so many seconds without a request; 0: never.")
    ] = 0.0,
    streams: Annotated[
        int, typer.Option(min=1, help="Most requests that are answered or wait at a time.")
    ] = 64,
    rate: Annotated[
        float, typer.Option(min=0, help="Most requests a second from one address; 0: no limit.")
    ] = 0.0,
    weights: Annotated[
        Weights, typer.Option(help="What the weights of an open model are kept in.")
    ] = Weights.BEST,
    kept: Annotated[
        Keep, typer.Option(help="Sides of a block that full attention does not read every pass.")
    ] = Keep.NONE,
    compiled: Annotated[
        bool | None,
        typer.Option("--compiled/--eager", help="Compile passes of an open model; else on a GPU."),
    ] = None,
    json_logs: Annotated[
        bool, typer.Option("--json-logs", help="Log every request on stderr, as a line of JSON.")
    ] = False,
) -> None:
    """Serve a model over HTTP until the process is told to end."""
    check_model(model)
    from unmask_model.server.rate_limit import RateLimits
    from unmask_model.server.serve import serve as serve_model

    if sum((socket is not None, loopback is not None, port != 0)) != 1:
        raise typer.BadParameter("give one of --socket PATH, --port NUMBER, --loopback FILE")
    _log_to_stderr(as_json=json_logs)
    listener = _local(socket, loopback) or _tcp(host, port, token_file, keyring=keyring)
    where = socket or loopback or f"{host}:{port}"

    def say() -> None:
        with suppress(OSError):  # a log on a full disk is no reason to end
            typer.echo(f"serving {model} on {where}; Ctrl+C ends it", err=True)

    execution = Execution(weights=weights, caching=Caching(kept=kept), compiled=compiled)
    limits = RateLimits(streams=streams, rate=rate)
    serve_model(model, listener, idle, limits, execution, on_open=say)


def _local(socket: Path | None, loopback: Path | None) -> "Listener | None":
    """What only this machine's users reach; None where neither path is given."""
    from unmask_model.transport.listener import SocketListener
    from unmask_model.transport.loopback_listener import LoopbackListener

    if socket is not None:
        return SocketListener(path=socket.absolute())
    return LoopbackListener(path=loopback.absolute()) if loopback is not None else None


def _tcp(host: str, port: int, token_file: Path | None, *, keyring: bool) -> "Listener":
    from unmask_model.transport.listener import TcpListener

    return TcpListener(host=host, port=port, token=_token(token_file, keyring=keyring))


def _token(file: Path | None, *, keyring: bool) -> str:
    from unmask_model.protocol.errors import RequestInvalid
    from unmask_model.transport.keys import SERVER, SERVICE, from_keyring, read_token

    if file is not None:
        return read_token(file)
    if not keyring:
        return ""
    if not (token := from_keyring(SERVER)):
        raise RequestInvalid(f"the keyring has no token; `keyring set {SERVICE} {SERVER}` puts one")
    return token


def _log_to_stderr(*, as_json: bool) -> None:
    from unmask_model.server.json_log import JsonFormatter

    handler = logging.StreamHandler(sys.stderr)
    if as_json:
        handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    if as_json:
        logging.getLogger("unmask_model.server.access_log").setLevel(logging.INFO)
