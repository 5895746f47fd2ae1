// Tells the server what other tools say of the document that is looked at: it cannot hear them.
// Which of it is of use is the server's business; only the pause is ours, to spare the pipe.

import { type Disposable, languages, window } from "vscode";
import { Pause } from "./pause.ts";
import type { Server } from "./server.ts";

const PAUSE_MS = 500;

/** Passes all of it on, when it has changed and a pause follows. */
export class Diagnostics implements Disposable {
  private readonly server: Server;
  private readonly pause = new Pause(PAUSE_MS, () => this.tell());
  private readonly listeners: Disposable[];

  constructor(server: Server) {
    this.server = server;
    this.listeners = [
      window.onDidChangeActiveTextEditor(() => this.pause.begin()),
      languages.onDidChangeDiagnostics(({ uris }) => {
        const active = window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === active)) {
          this.pause.begin();
        }
      }),
    ];
  }

  private tell(): void {
    const uri = window.activeTextEditor?.document.uri;
    const client = this.server.running;
    if (!uri || !client) {
      return;
    }
    const diagnostics = client.code2ProtocolConverter.asDiagnostics(languages.getDiagnostics(uri));
    const textDocument = { uri: uri.toString() };
    void client.sendNotification("unmask/didChangeDiagnostics", { textDocument, diagnostics });
  }

  dispose(): void {
    this.pause.dispose();
    for (const listener of this.listeners) {
      listener.dispose();
    }
  }
}
