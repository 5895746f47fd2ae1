// Shows what the server tells in Markdown, rendered, in a tab of its own for each kind of page.

import { commands, type Disposable, ViewColumn, type WebviewPanel, window } from "vscode";
import type { Server } from "./server.ts";

const HEAD = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { line-height: 1.5; max-width: 60em; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--vscode-widget-border, #8884); padding: 2px 1.5em 2px 0; text-align: left; }
</style>`;

/** Pages by the command whose answer they show; asked again, a page shows the new answer. */
export class Pages implements Disposable {
  private readonly panels = new Map<string, WebviewPanel>();
  private readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  /** Asks the server, and shows its answer under a title. */
  async show(title: string, command: string): Promise<void> {
    const answer = await this.server.execute<{ markdown: string }>(command);
    if (!answer) {
      return;
    }
    const html = await commands.executeCommand<string>("markdown.api.render", answer.markdown);
    const panel = this.panels.get(command) ?? this.open(title, command);
    panel.webview.html = `<!DOCTYPE html><html><head>${HEAD}</head><body>${html}</body></html>`;
    panel.reveal(undefined, true);
  }

  dispose(): void {
    for (const panel of this.panels.values()) {
      panel.dispose();
    }
  }

  private open(title: string, command: string): WebviewPanel {
    const where = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    const panel = window.createWebviewPanel(command, title, where, {});
    this.panels.set(command, panel);
    panel.onDidDispose(() => this.panels.delete(command));
    return panel;
  }
}
