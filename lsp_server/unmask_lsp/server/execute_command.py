"""What a person can have the server do by name: commands of workspace/executeCommand."""

from typing import Any

from pygls.lsp.server import LanguageServer

from unmask_lsp.server.handlers import fenced
from unmask_lsp.server.session import Session
from unmask_lsp.server.snooze import MINUTES
from unmask_lsp.stats.explanation import explain
from unmask_lsp.stats.page import Page
from unmask_lsp.stats.stats_table import numbers, stats_page


async def restart_engine(session: Session, server: LanguageServer) -> None:
    """End the engine, for all windows that share it, and start it again."""
    await fenced(session, "unmask.restartEngine", session.restart_engine())


async def download(session: Session, server: LanguageServer) -> None:
    """Fetch the weights of the model that is set."""
    await fenced(session, "unmask.download", session.download())


async def snooze(session: Session, server: LanguageServer, minutes: object = MINUTES) -> None:
    """Suggest nothing for so many minutes; null means until the server is started again."""
    session.snooze.begin(float(minutes) if isinstance(minutes, int | float) else None)


async def resume(session: Session, server: LanguageServer) -> None:
    """End the pause."""
    session.snooze.end()


async def explain_last(session: Session, server: LanguageServer) -> dict[str, Any]:
    """Say what the last request came to, and how."""
    status, spelling = session.client_ui.shown_status, session.configuration.spelling
    return _shown(explain(session.last, status, spelling))


async def stats(session: Session, server: LanguageServer) -> dict[str, Any]:
    """Say what was counted on this machine."""
    counts = await fenced(session, "unmask.stats", session.stats.total())
    if counts is None:
        return _shown(Page(title="The counts cannot be read").say("The log says why."))
    return {**_shown(stats_page(counts, session.configuration.spelling)), **numbers(counts)}


def _shown(page: Page) -> dict[str, Any]:
    """A page in both its forms: for clients that render Markdown, and for terminals."""
    return {"markdown": page.markdown(), "text": page.text()}


async def erase_stats(session: Session, server: LanguageServer) -> None:
    """Forget what was counted on this machine."""
    await fenced(session, "unmask.eraseStats", session.stats.erase())


async def did_accept(session: Session, server: LanguageServer, item: object = "") -> None:
    """The command of an item that was accepted, which the client runs by itself."""
    session.acceptance.accept(str(item))
