// The language server as a process: started, asked, told of settings, stopped.

import {
  type CancellationToken,
  CancellationTokenSource,
  CodeAction,
  type Disposable,
  type LogOutputChannel,
  type TextEditor,
  window,
} from "vscode";
import {
  DidChangeConfigurationNotification,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient/node";
import { served } from "./settings.ts";
import type { Status } from "./status.ts";
import type { Switch } from "./switch.ts";

const STOPPED: Status = {
  state: "problem",
  message: "the server does not run; the log says why",
  action: { title: "Show the log", command: "unmask.showLog" },
};
const OFF_HERE = {
  message: "switched off in this workspace, by you",
  action: { title: "Switch on in this workspace", command: "unmask.toggle" },
};
/** What the server offers in the light bulb, and the command that does the same in a preview. */
const FILLS: Record<string, string> = {
  selection: "unmask.fillSelection",
  body: "unmask.fillBody",
  file: "unmask.fillFile",
  redo: "unmask.redo",
};
const SELECTOR = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme }));

/** `unmask lsp`, and the way to it. */
export class Server implements Disposable {
  private client: LanguageClient | undefined;
  private readonly log: LogOutputChannel;
  private readonly onOff: Switch;
  private readonly onStatus: (status: Status) => void;
  private readonly listeners: Disposable[];

  constructor(log: LogOutputChannel, onOff: Switch, onStatus: (status: Status) => void) {
    this.log = log;
    this.onOff = onOff;
    this.onStatus = onStatus;
    this.listeners = [
      window.onDidChangeActiveTextEditor((editor) => this.tellFocus(editor)),
      onOff.onDidChange(() => this.tellSettings()),
    ];
  }

  /** The client of a server that runs; nothing where none does. */
  get running(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  /** Starts the server anew with this command. */
  async start(command: string): Promise<void> {
    await this.stop();
    this.log.info(`starting ${command} lsp`);
    const run = { command, args: ["lsp", "--verbose"] };
    const client = new LanguageClient("unmask", "Unmask", run, this.options());
    this.client = client;
    let isTold = false;
    client.onNotification("didChangeStatus", (status: Status) => {
      isTold = true;
      const isOffHere = status.state === "off" && this.onOff.isWhyOff;
      this.onStatus(isOffHere ? { ...status, ...OFF_HERE } : status);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && !isTold) {
        this.onStatus({ state: "loading", message: "the server has started" });
      } else if (newState === State.Stopped && this.client === client) {
        this.onStatus(STOPPED);
      }
    });
    try {
      await client.start();
      this.tellFocus(window.activeTextEditor);
    } catch (error) {
      this.onStatus({ state: "problem", message: String(error) });
    }
  }

  /** Stops the server, if one runs. */
  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client?.needsStop()) {
      try {
        await client.start(); // one that is on its way up refuses to be stopped
        await client.dispose();
      } catch (error) {
        this.log.warn(`stopping the server: ${String(error)}`);
      }
    }
  }

  /** Whether the server runs and has this command. */
  can(command: string): boolean {
    const announced = this.running?.initializeResult?.capabilities.executeCommandProvider;
    return announced?.commands.includes(command) ?? false;
  }

  /** Has the server do one of its commands; says so and gives undefined if it cannot. */
  execute<Result>(command: string, ...options: unknown[]): Promise<Result | undefined> {
    return this.executeUnless(new CancellationTokenSource().token, command, ...options);
  }

  /** The same, given up when a person says so. */
  async executeUnless<Result>(
    token: CancellationToken,
    command: string,
    ...options: unknown[]
  ): Promise<Result | undefined> {
    if (!this.running || !this.can(command)) {
      const why = this.running ? `its server does not know ${command}` : "its server does not run";
      void window.showWarningMessage(`Unmask: ${why}.`);
      return undefined;
    }
    const params = { command, arguments: options };
    return this.running.sendRequest<Result>(ExecuteCommandRequest.method, params, token);
  }

  dispose(): void {
    for (const listener of this.listeners) {
      listener.dispose();
    }
    void this.stop();
  }

  /** Has the server ask for the settings again. */
  private tellSettings(): void {
    const method = DidChangeConfigurationNotification.method;
    void this.running?.sendNotification(method, { settings: null });
  }

  /** Tells the server which document is looked at. */
  private tellFocus(editor: TextEditor | undefined): void {
    const focus = editor ? { textDocument: { uri: editor.document.uri.toString() } } : {};
    void this.running?.sendNotification("textDocument/didFocus", focus);
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      middleware: {
        workspace: {
          configuration: ({ items }) =>
            items.map(({ scopeUri }) => this.onOff.over(served(scopeUri))),
        },
        async provideCodeActions(document, range, context, token, next) {
          const offered = (await next(document, range, context, token)) ?? [];
          return offered.map((one) => (one instanceof CodeAction ? inPreview(one) : one));
        },
        resolveCodeAction: (action) => action, // its command is all there is to it
      },
    };
  }
}

/** A code action that leads to the one way to fill: candidates, each shown before it is taken. */
function inPreview(action: CodeAction): CodeAction {
  const { scope } = (action as { data?: { scope?: string } }).data ?? {};
  const shown = new CodeAction(action.title, action.kind);
  const command = FILLS[scope ?? ""];
  if (command) {
    shown.command = { title: action.title, command };
  }
  return shown;
}
