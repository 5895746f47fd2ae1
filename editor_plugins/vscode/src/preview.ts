// Shows a document beside what it would be after an edit, as VS Code shows any change of a file.

import {
  commands,
  type Disposable,
  EventEmitter,
  TabInputTextDiff,
  type TextDocument,
  type TextDocumentContentProvider,
  type TextEdit,
  Uri,
  window,
  workspace,
} from "vscode";
import { replaced } from "./edits.ts";
import { Turns } from "./turns.ts";

const SCHEME = "unmask-preview";

/** At most one preview is open; a close waits for what is being opened. */
export class Preview implements TextDocumentContentProvider, Disposable {
  private text = "";
  private readonly turns = new Turns();
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration: Disposable;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(): string {
    return this.text;
  }

  /** Shows what edits would make of a document; the focus stays where it is. */
  show(document: TextDocument, edits: TextEdit[]): Promise<void> {
    return this.turns.take(() => this.showNow(document, edits));
  }

  /** Closes the preview, and nothing else. */
  close(): Promise<void> {
    return this.turns.take(() => this.closeNow());
  }

  private async showNow(document: TextDocument, edits: TextEdit[]): Promise<void> {
    this.text = replaced(
      document.getText(),
      edits.map(({ range, newText }) => ({
        start: document.offsetAt(range.start),
        end: document.offsetAt(range.end),
        text: newText,
      })),
    );
    const after = Uri.from({ scheme: SCHEME, path: document.uri.path });
    this.changed.fire(after);
    const title = `Unmask: ${workspace.asRelativePath(document.uri)}`;
    // The list to pick from hides the first lines; what changes is shown below it.
    const selection = edits[0]?.range;
    const options = { preserveFocus: true, preview: true, ...(selection && { selection }) };
    await commands.executeCommand("vscode.diff", document.uri, after, title, options);
  }

  private async closeNow(): Promise<void> {
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    await window.tabGroups.close(
      tabs.filter(
        ({ input }) => input instanceof TabInputTextDiff && input.modified.scheme === SCHEME,
      ),
    );
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
