"""One function for each LSP method about notebooks, whose cells are documents like all others."""

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from unmask_lsp.client import convert
from unmask_lsp.server.handlers import open_document
from unmask_lsp.server.session import Session


def did_open(
    session: Session, server: LanguageServer, params: types.DidOpenNotebookDocumentParams
) -> None:
    """Follow a notebook and its cells."""
    notebook = params.notebook_document
    session.notebooks.open(notebook.uri, [cell.document for cell in notebook.cells])
    for item in params.cell_text_documents:
        open_document(session, server, item)


def did_change(
    session: Session, server: LanguageServer, params: types.DidChangeNotebookDocumentParams
) -> None:
    """Apply what was done to the order of the cells, and then to their texts."""
    cells = params.change.cells
    if cells and cells.structure:
        _restructure(session, server, params.notebook_document.uri, cells.structure)
    for changed in (cells and cells.text_content) or ():
        item = changed.document
        session.change(item.uri, item.version, [convert.edit(one) for one in changed.changes])


def did_close(
    session: Session, server: LanguageServer, params: types.DidCloseNotebookDocumentParams
) -> None:
    """Forget a notebook and its cells."""
    for uri in session.notebooks.close(params.notebook_document.uri):
        session.close(uri)


def _restructure(
    session: Session,
    server: LanguageServer,
    uri: str,
    change: types.NotebookDocumentCellChangeStructure,
) -> None:
    array = change.array
    cells = [cell.document for cell in array.cells or ()]
    session.notebooks.splice(uri, array.start, array.delete_count, cells)
    for item in change.did_open or ():
        open_document(session, server, item)
    for closed in change.did_close or ():
        session.close(closed.uri)
