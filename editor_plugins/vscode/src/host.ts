// The server's life in this window: found, installed if a person wants it, started, and asked.

import { type Disposable, type ExtensionContext, type LogOutputChannel, window } from "vscode";
import { absence, findCommand } from "./command.ts";
import { Diagnostics } from "./diagnostics.ts";
import { Installer } from "./installer.ts";
import { Pages } from "./page.ts";
import { Preview } from "./preview.ts";
import { Server } from "./server.ts";
import { get } from "./settings.ts";
import { StatusBar } from "./status.ts";
import { Switch } from "./switch.ts";
import { Turns } from "./turns.ts";

const INSTALL = { title: "Install the server", command: "unmask.install" };
const SETTINGS = { title: "Show the setting", command: "unmask.openSettings" };

/** The parts of the extension that live as long as the window. */
export class Host implements Disposable {
  readonly log: LogOutputChannel = window.createOutputChannel("Unmask", { log: true });
  readonly bar = new StatusBar();
  readonly preview = new Preview();
  readonly onOff: Switch;
  readonly server: Server;
  readonly pages: Pages;
  private readonly installer: Installer;
  private readonly diagnostics: Diagnostics;
  private readonly turns = new Turns();

  constructor(context: ExtensionContext) {
    this.onOff = new Switch(context.workspaceState);
    this.server = new Server(this.log, this.onOff, (status) => this.bar.show(status));
    this.pages = new Pages(this.server);
    this.diagnostics = new Diagnostics(this.server);
    this.installer = new Installer(context, this.log, (message) =>
      this.bar.show({ state: "installing", message }),
    );
  }

  /** Where the server's command is, if there is one. */
  find(): Promise<string | undefined> {
    const own = this.installer.environment.command;
    return findCommand(get("command", ""), process.env.PATH ?? "", own);
  }

  /**
   * Starts the server anew, and says whether there is one. One start at a time: VS Code may take
   * settings away and give them back at once, say while it rewrites their file.
   */
  start(): Promise<boolean> {
    return this.turns.take(() => this.startNow());
  }

  /** Installs the server, and starts the one there is then. */
  async install(): Promise<boolean> {
    await this.installer.install();
    return this.start();
  }

  /** Looks for the server, and offers to install it where there is none. */
  async begin(): Promise<void> {
    if (!(await this.start()) && (await this.installer.offer())) {
      await this.install();
    }
  }

  /** Ends the engine, if the server can still do that, and starts both again. */
  async restart(): Promise<void> {
    if (this.server.can("unmask.restartEngine")) {
      await this.server.execute("unmask.restartEngine");
    }
    if (!(await this.start())) {
      await this.install();
    }
  }

  /** Does something once the server runs: who asks for it wants the server, too. */
  async served(work: () => unknown): Promise<void> {
    if (this.server.running || (await this.start()) || (await this.install())) {
      await work();
    }
  }

  /** Has the server do one of its commands, once it runs. */
  run(command: string, ...options: unknown[]): Promise<void> {
    return this.served(() => this.server.execute(command, ...options));
  }

  dispose(): void {
    const parts = [this.diagnostics, this.server, this.pages, this.preview, this.onOff];
    for (const part of [...parts, this.bar, this.log]) {
      part.dispose();
    }
  }

  private async startNow(): Promise<boolean> {
    const command = await this.find();
    if (command) {
      await this.server.start(command);
      return true;
    }
    await this.server.stop();
    const chosen = get<string>("command", "");
    const action = chosen ? { ...SETTINGS, arguments: ["command"] } : INSTALL;
    this.bar.show({ state: chosen ? "problem" : "notInstalled", message: absence(chosen), action });
    return false;
  }
}
