// The menu of the status bar: what can be done now, each entry one command.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { commands, type QuickPickItem, QuickPickItemKind, window } from "vscode";
import type { Kind } from "./manifest.ts";
import { choose, get } from "./settings.ts";
import { headline, type Status } from "./status.ts";

interface Entry extends QuickPickItem {
  run?: () => unknown;
}

interface Model {
  name: string;
  note: string;
  present: boolean;
  state?: string;
}

/** Shows the menu and does what is picked. */
export async function showMenu(status: Status, isOn: boolean): Promise<void> {
  const title = `Unmask: ${headline(status)}`;
  const picked = await window.showQuickPick(entries(status, isOn), { title });
  await picked?.run?.();
}

function entries({ state, action, message }: Status, isOn: boolean): Entry[] {
  return [
    ...(action
      ? [
          {
            label: `$(lightbulb) ${action.title}`,
            description: message,
            run: () => commands.executeCommand("unmask.act"),
          },
          { label: "", kind: QuickPickItemKind.Separator },
        ]
      : []),
    ...(state === "off" && !isOn
      ? []
      : [
          entry("bell-slash", "Pause for 5 minutes", "snoozeFor5Minutes"),
          entry("bell-slash", "Pause until restart", "snoozeUntilRestart"),
        ]),
    isOn
      ? entry("circle-slash", "Switch off in this workspace", "toggle")
      : entry("sparkle", "Switch on in this workspace", "toggle"),
    ...languageOnOff(),
    entry("chip", "Model", "chooseModel", get("model", "")),
    entry("dashboard", "Eagerness", "chooseEagerness", get("eagerness", "")),
    entry("question", "Why was this suggested, or nothing?", "showWhy"),
    entry("graph", "Statistics", "showStats"),
    entry("debug-restart", "Restart the server and its engine", "restart"),
    entry("output", "Log", "showLog"),
    entry("gear", "Settings", "openSettings"),
    entry("rocket", "Get started", "walkthrough"),
  ];
}

function entry(icon: string, label: string, command: string, description = ""): Entry {
  return {
    label: `$(${icon}) ${label}`,
    description,
    run: () => commands.executeCommand(`unmask.${command}`),
  };
}

function languageOnOff(): Entry[] {
  const language = window.activeTextEditor?.document.languageId;
  if (!language) {
    return [];
  }
  const off = get<string[]>("disabledLanguages", []);
  const isOff = off.includes(language);
  const others = off.filter((other) => other !== language);
  return [
    {
      label: `$(code) Switch ${isOff ? "on" : "off"} for ${language}`,
      run: () => choose("disabledLanguages", isOff ? others : [...others, language]),
    },
  ];
}

/** Lets a person choose the model; `command` is the server's. */
export async function chooseModel(command: string): Promise<void> {
  const { stdout } = await promisify(execFile)(command, ["models", "--json"]);
  const models = JSON.parse(stdout) as Model[];
  const items = models.map(({ name, note, present, state }) => ({
    label: name,
    description: state ?? (present ? "ready to use" : "to be downloaded, or in need of a key"),
    detail: note,
  }));
  await pickSetting("model", "Which model answers?", items);
}

/** Lets a person choose how readily code is suggested. */
export function chooseEagerness(kinds: Kind[]): Promise<void> {
  const items = kinds.map(({ value, note }) => ({ label: value, detail: note }));
  return pickSetting("eagerness", "How readily is code suggested?", items);
}

/** Lets a person pick the value of a setting; the one it has is marked, and selected first. */
async function pickSetting(name: string, title: string, items: QuickPickItem[]): Promise<void> {
  const now = get(name, "");
  const list = window.createQuickPick();
  list.title = title;
  list.matchOnDetail = true;
  list.items = items.map((item) =>
    item.label === now
      ? { ...item, description: ["current", item.description].filter(Boolean).join(", ") }
      : item,
  );
  list.activeItems = list.items.filter(({ label }) => label === now);
  const picked = await new Promise<string | undefined>((resolve) => {
    list.onDidAccept(() => resolve(list.activeItems[0]?.label));
    list.onDidHide(() => resolve(undefined));
    list.show();
  });
  list.dispose();
  await (picked && picked !== now ? choose(name, picked) : undefined);
}
