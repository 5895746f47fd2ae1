// Fills a selection, a body or every hole of a file: asks the server, has a person pick, applies.

import {
  ProgressLocation,
  type QuickPickItem,
  type TextDocument,
  type TextEdit,
  type TextEditor,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import {
  type Command,
  LSPErrorCodes,
  ResponseError,
  type WorkspaceEdit as ServerEdit,
} from "vscode-languageclient/node";
import type { Preview } from "./preview.ts";
import type { Server } from "./server.ts";

const CHANGED = "Unmask: the file has changed meanwhile; nothing was filled.";

export type Scope = "selection" | "body" | "file" | "redo";

interface Answer {
  message: string;
  candidates: { label: string; text: string; edit: ServerEdit; command?: Command }[];
}

interface Choice extends QuickPickItem {
  edits: TextEdit[];
  whenApplied: Command | undefined;
}

/** Fills what `scope` means in the active editor, with the candidate that is picked. */
export async function fill(server: Server, preview: Preview, scope: Scope): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) {
    void window.showInformationMessage("Unmask: open a file to fill something in it.");
    return;
  }
  const { document } = editor;
  const { version } = document;
  const answer = await askUnlessChanged(server, editor, scope);
  if (!answer?.candidates.length) {
    void (answer && window.showInformationMessage(`Unmask: nothing is filled, ${answer.message}.`));
    return;
  }
  const choices = await Promise.all(
    answer.candidates.map(async ({ label, text, edit, command }) => {
      const converted = await server.running?.protocol2CodeConverter.asWorkspaceEdit(edit);
      const edits = converted?.get(document.uri) ?? [];
      return { label: oneLine(text), description: label, edits, whenApplied: command };
    }),
  );
  const chosen = await pick(choices, (choice) => preview.show(document, choice.edits));
  await preview.close();
  await window.showTextDocument(document, editor.viewColumn);
  if (chosen && document.version !== version) {
    void window.showWarningMessage(CHANGED);
  } else if (chosen && (await apply(document, chosen.edits)) && chosen.whenApplied) {
    const { command, arguments: options = [] } = chosen.whenApplied;
    await server.execute(command, ...(options as unknown[]));
  }
}

/** The answer; nothing, and it is said, where an edit has made the server drop the question. */
async function askUnlessChanged(
  server: Server,
  editor: TextEditor,
  scope: Scope,
): Promise<Answer | undefined> {
  const { version } = editor.document;
  try {
    return await ask(server, editor, scope);
  } catch (error) {
    if (!(error instanceof ResponseError) || error.code !== LSPErrorCodes.RequestCancelled) {
      throw error;
    }
    if (editor.document.version !== version) {
      void window.showWarningMessage(CHANGED); // else a person, or a newer question, has ended it
    }
    return undefined;
  }
}

function ask(
  server: Server,
  { document, selection }: TextEditor,
  scope: Scope,
): Thenable<Answer | undefined> {
  const converter = server.running?.code2ProtocolConverter;
  const shown = {
    location: ProgressLocation.Notification,
    title: "Unmask: writing what could stand there",
    cancellable: true,
  };
  return window.withProgress(shown, (_, token) =>
    server.executeUnless<Answer>(token, "unmask.fill", {
      textDocument: { uri: document.uri.toString() },
      range: converter?.asRange(selection),
      position: converter?.asPosition(selection.active),
      scope,
    }),
  );
}

/** Lets a person pick one; each is shown while it is highlighted. */
function pick(
  choices: Choice[],
  show: (choice: Choice) => Promise<void>,
): Promise<Choice | undefined> {
  const list = window.createQuickPick<Choice>();
  list.title = "Unmask: which one? Enter puts it into the file, Escape leaves the file as it is";
  list.items = choices;
  list.ignoreFocusOut = true;
  list.onDidChangeActive(([choice]) => choice && void show(choice));
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      resolve(list.activeItems[0]);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

function apply(document: TextDocument, edits: TextEdit[]): Thenable<boolean> {
  const edit = new WorkspaceEdit();
  edit.set(document.uri, edits);
  return workspace.applyEdit(edit);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ⏎ ");
}
