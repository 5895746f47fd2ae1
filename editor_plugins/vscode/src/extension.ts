// Where the extension starts: finds the server or offers to install it, and ties commands to parts.
// Nothing here or in the other files knows what is worth suggesting; the server does.

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { absence, findCommand } from "./command.ts";
import { Diagnostics } from "./diagnostics.ts";
import { fill } from "./fill.ts";
import { Installer } from "./installer.ts";
import { showMenu } from "./menu.ts";
import { Pages } from "./page.ts";
import { Preview } from "./preview.ts";
import { servedSettings } from "./manifest.ts";
import { Server } from "./server.ts";
import { StatusBar } from "./status.ts";
import { Turns } from "./turns.ts";

const OWN_SETTINGS = ["unmask.command"];
const WELCOMED = "welcomed";

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Unmask", { log: true });
  const bar = new StatusBar();
  const installer = new Installer(context, log);
  const server = new Server(context, log, (status) => bar.show(status));
  const preview = new Preview();
  const pages = new Pages(server);

  const eagerness = servedSettings(context).get("eagerness")?.enum ?? [];

  const chosen = (): string => workspace.getConfiguration("unmask").get<string>("command", "");
  const find = (): Promise<string | undefined> =>
    findCommand(chosen(), process.env.PATH ?? "", installer.environment.command);
  const turns = new Turns();
  const startNow = async (): Promise<boolean> => {
    const command = await find();
    if (command) {
      await server.start(command);
    } else {
      await server.stop();
      bar.show({ state: "problem", message: absence(chosen()) });
    }
    return command !== undefined;
  };
  // VS Code may take settings away and give them back at once, say while it rewrites their file.
  const start = (): Promise<boolean> => turns.take(startNow);
  const install = async (): Promise<void> => {
    if (await installer.install()) {
      await start();
    }
  };
  const restart = async (): Promise<void> => {
    if (server.can("unmask.restartEngine")) {
      await server.execute("unmask.restartEngine");
    }
    await start();
  };

  const actions: Record<string, () => unknown> = {
    "unmask.menu": async () => showMenu(bar.status, await find(), eagerness),
    "unmask.install": install,
    "unmask.restart": restart,
    "unmask.fillSelection": () => fill(server, preview, "selection"),
    "unmask.fillBody": () => fill(server, preview, "body"),
    "unmask.fillFile": () => fill(server, preview, "file"),
    "unmask.showWhy": () => pages.show("Unmask: why", "unmask.explainLast"),
    "unmask.showStats": () => pages.show("Unmask: statistics", "unmask.stats"),
    "unmask.showLog": () => log.show(),
    "unmask.openSettings": () => commands.executeCommand("workbench.action.openSettings", "unmask"),
    "unmask.walkthrough": () => walkthrough(context),
  };
  context.subscriptions.push(
    log,
    bar,
    server,
    new Diagnostics(server),
    preview,
    pages,
    ...Object.entries(actions).map(([name, action]) => commands.registerCommand(name, action)),
    workspace.onDidChangeConfiguration((change) => {
      if (OWN_SETTINGS.some((name) => change.affectsConfiguration(name))) {
        void start();
      }
    }),
  );

  if (!context.globalState.get(WELCOMED)) {
    await context.globalState.update(WELCOMED, true);
    void walkthrough(context);
  }
  if (!(await start()) && (await installer.offer())) {
    await start();
  }
}

function walkthrough(context: ExtensionContext): Thenable<unknown> {
  const id = `${context.extension.id}#start`;
  return commands.executeCommand("workbench.action.openWalkthrough", id, false);
}
