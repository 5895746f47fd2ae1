"""What a person can have the server do by name: commands of workspace/executeCommand."""

from pygls.lsp.server import LanguageServer

from unmask_lsp.handlers import fenced
from unmask_lsp.session import Session


async def restart_engine(session: Session, server: LanguageServer) -> None:
    """End the engine, for all windows that share it, and start it again."""
    await fenced(session, "unmask.restartEngine", session.restart_engine())


async def download(session: Session, server: LanguageServer) -> None:
    """Fetch the weights of the model that is set."""
    await fenced(session, "unmask.download", session.download())
