// The language server as a process: started, asked, stopped. What it is told of the user's settings
// is what its own block in package.json names; the rest is the extension's business.

import {
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type TextEditor,
  window,
} from "vscode";
import {
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient/node";
import { servedSettings } from "./manifest.ts";
import type { Status } from "./status.ts";

const STOPPED: Status = { state: "problem", message: "the server does not run; the log says why" };
const SELECTOR = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme }));

/** `unmask lsp`, and the way to it. */
export class Server implements Disposable {
  private client: LanguageClient | undefined;
  private readonly context: ExtensionContext;
  private readonly log: LogOutputChannel;
  private readonly onStatus: (status: Status) => void;

  constructor(
    context: ExtensionContext,
    log: LogOutputChannel,
    onStatus: (status: Status) => void,
  ) {
    this.context = context;
    this.log = log;
    this.onStatus = onStatus;
    context.subscriptions.push(
      window.onDidChangeActiveTextEditor((editor) => this.tellFocus(editor)),
    );
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
      this.onStatus(status);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && !isTold) {
        this.onStatus({ state: "ready", message: "the server runs" });
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
  async execute<Result>(command: string, ...options: unknown[]): Promise<Result | undefined> {
    if (!this.running || !this.can(command)) {
      const why = this.running ? `its server does not know ${command}` : "its server does not run";
      void window.showWarningMessage(`Unmask: ${why}.`);
      return undefined;
    }
    const params = { command, arguments: options };
    return this.running.sendRequest<Result>(ExecuteCommandRequest.method, params);
  }

  dispose(): void {
    void this.stop();
  }

  /** Tells the server which document is looked at. */
  private tellFocus(editor: TextEditor | undefined): void {
    const focus = editor ? { textDocument: { uri: editor.document.uri.toString() } } : {};
    void this.running?.sendNotification("textDocument/didFocus", focus);
  }

  private options(): LanguageClientOptions {
    const names = [...servedSettings(this.context).keys()];
    return {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      middleware: {
        workspace: {
          async configuration(params, token, next) {
            const answers = (await next(params, token)) as Record<string, unknown>[];
            return answers.map((all) => pick(all, names));
          },
        },
      },
    };
  }
}

function pick(all: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
