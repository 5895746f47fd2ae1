// Shows what the server tells in Markdown, as a page that cannot be edited.

import {
  commands,
  type Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  workspace,
} from "vscode";
import type { Server } from "./server.ts";

const SCHEME = "unmask-page";

/** One page for each command whose answer has Markdown in it. */
export class Pages implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration: Disposable;
  private readonly server: Server;
  readonly onDidChange = this.changed.event;

  constructor(server: Server) {
    this.server = server;
    this.registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  /** Asks the server, and shows its answer under a title. */
  async show(title: string, command: string): Promise<void> {
    const answer = await this.server.execute<{ markdown: string }>(command);
    if (answer) {
      const uri = Uri.from({ scheme: SCHEME, path: `/${title}.md` });
      this.texts.set(uri.path, answer.markdown);
      this.changed.fire(uri);
      await commands.executeCommand("markdown.showPreview", uri);
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
