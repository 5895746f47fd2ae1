"""`unmask serve`: an engine process, shared by editor windows, or by a team behind a token."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer


def serve(  # noqa: PLR0913 -- the options of a command are its arguments
    socket: Annotated[Path | None, typer.Option(help="Unix socket to listen on.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port to listen on, instead of a socket.")] = 0,
    token_file: Annotated[
        Path | None, typer.Option(help="File whose content clients have to know.")
    ] = None,
    model: Annotated[str, typer.Option(help="A model's name, or a base file.")] = "small",
    idle: Annotated[
        float, typer.Option(min=0, help="End after so many seconds without a request; 0: never.")
    ] = 0.0,
) -> None:
    """Serve a model over HTTP until the process is told to end."""
    from unmask_model.door import SocketDoor, TcpDoor
    from unmask_model.serve import serve as serve_model

    if (socket is None) == (port == 0):
        raise typer.BadParameter("give either --socket PATH or --port NUMBER")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    typer.echo(f"serving {model} on {socket or f'{host}:{port}'}; Ctrl+C ends it", err=True)
    if socket is not None:
        serve_model(model, SocketDoor(path=socket.absolute()), idle)
    else:
        token = _token(token_file) if token_file else ""
        serve_model(model, TcpDoor(host=host, port=port, token=token), idle)


def _token(file: Path) -> str:
    try:
        token = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from error
    if not token:
        raise typer.BadParameter(f"{file} is empty; put a long random word into it")
    return token
