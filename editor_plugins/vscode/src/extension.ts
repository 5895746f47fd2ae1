// Where the extension starts: ties commands to the parts that do them. Activation waits for nothing;
// the server is looked for, or offered, behind it.
// Nothing here or in the other files knows what is worth suggesting; the server does.

import { commands, type ExtensionContext, workspace } from "vscode";
import { fill, type Scope } from "./fill.ts";
import { Host } from "./host.ts";
import { type Kind, kindsOf } from "./manifest.ts";
import { chooseEagerness, chooseModel, showMenu } from "./menu.ts";
import { choose, openSettings } from "./settings.ts";

const WELCOMED = "welcomed";
const SNOOZE_MINUTES = 5;

export function activate(context: ExtensionContext): void {
  const host = new Host(context);
  const table = { ...actions(host, kindsOf(context, "eagerness")), walkthrough };
  context.subscriptions.push(
    host,
    ...Object.entries(table).map(([name, action]) =>
      commands.registerCommand(`unmask.${name}`, action),
    ),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("unmask.command")) {
        void host.start();
      }
    }),
  );
  void host.begin();
  if (!context.globalState.get(WELCOMED)) {
    void context.globalState.update(WELCOMED, true);
    void walkthrough();
  }

  function walkthrough(): Thenable<unknown> {
    const id = `${context.extension.id}#start`;
    return commands.executeCommand("workbench.action.openWalkthrough", id, false);
  }
}

/** What each command does, by its name without the section. */
function actions(host: Host, kinds: Kind[]): Record<string, (...options: never[]) => unknown> {
  const why = (): Promise<void> =>
    host.served(() => host.pages.show("Unmask: why", "unmask.explainLast"));
  const filled = (scope: Scope) => (): Promise<void> =>
    host.served(() => fill(host.server, host.preview, scope));
  const models = async (): Promise<void> => {
    const command = await host.find();
    await (command && chooseModel(command));
  };
  return {
    menu: () => showMenu(host.bar.status, host.onOff.isOn),
    act: () => act(host, why),
    install: () => host.install(),
    fetchModel: () => host.run("unmask.download"),
    restart: () => host.restart(),
    toggle: () => host.onOff.toggle(),
    snoozeFor5Minutes: () => host.run("unmask.snooze", SNOOZE_MINUTES),
    snoozeUntilRestart: () => host.run("unmask.snooze", null),
    endSnooze: () => host.run("unmask.resume"),
    fillSelection: filled("selection"),
    fillBody: filled("body"),
    fillFile: filled("file"),
    redo: filled("redo"),
    chooseModel: () => host.served(models),
    chooseEagerness: () => chooseEagerness(kinds),
    changeSetting: (name: string, value: unknown) => choose(name, value),
    showWhy: why,
    showStats: () => host.served(() => host.pages.show("Unmask: statistics", "unmask.stats")),
    showLog: () => host.log.show(),
    openSettings,
  };
}

/** Does what the status bar offers: a command of ours, a page to be shown, or the server's. */
async function act({ bar, onOff, server }: Host, why: () => Promise<void>): Promise<void> {
  const { command, arguments: options = [] } = bar.status.action ?? {};
  const isOwn = ["install", "openSettings", "changeSetting"].some(
    (name) => command === `unmask.${name}`,
  );
  if (bar.status.state === "off" && onOff.isWhyOff) {
    await onOff.toggle();
  } else if (command === "unmask.explainLast") {
    await why();
  } else if (command && isOwn) {
    await commands.executeCommand(command, ...(options as unknown[]));
  } else if (command) {
    await server.execute(command, ...(options as unknown[]));
  }
}
