// The menu of the status bar: what can be done now, each entry one setting or one command.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ConfigurationTarget, commands, type QuickPickItem, window, workspace } from "vscode";
import type { Status } from "./status.ts";

interface Entry extends QuickPickItem {
  run: () => Thenable<unknown>;
}

interface Model {
  name: string;
  note: string;
  present: boolean;
}

/** Shows the menu and does what is picked; `command` is the server's, if there is one. */
export async function showMenu(
  status: Status,
  command: string | undefined,
  kinds: string[],
): Promise<void> {
  const title = `Unmask: ${status.message || status.state}`;
  const picked = await window.showQuickPick(entries(status, command, kinds), { title });
  await picked?.run();
}

function entries(status: Status, command: string | undefined, kinds: string[]): Entry[] {
  const first = command
    ? status.state === "needsDownload" && entry("cloud-download", "Download the model", "download")
    : entry("cloud-download", "Install the server", "install");
  return [
    ...(first ? [first] : []),
    onOff(),
    ...languageOnOff(),
    ...(command ? [model(command)] : []),
    eagerness(kinds),
    entry("question", "Why was this suggested, or nothing?", "showWhy"),
    entry("graph", "Statistics", "showStats"),
    entry("debug-restart", "Restart the server and its engine", "restart"),
    entry("output", "Log", "showLog"),
    entry("gear", "Settings", "openSettings"),
  ];
}

function entry(icon: string, label: string, command: string): Entry {
  return {
    label: `$(${icon}) ${label}`,
    run: () => commands.executeCommand(`unmask.${command}`),
  };
}

function onOff(): Entry {
  const isOn = get<boolean>("enabled", true);
  const where = workspace.workspaceFolders ? " in this workspace" : "";
  return {
    label: isOn ? `$(circle-slash) Switch off${where}` : `$(sparkle) Switch on${where}`,
    run: () => set("enabled", !isOn),
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
      run: () => set("disabledLanguages", isOff ? others : [...others, language]),
    },
  ];
}

function model(command: string): Entry {
  const choose = async (): Promise<void> => {
    const { stdout } = await promisify(execFile)(command, ["models", "--json"]);
    const models = JSON.parse(stdout) as Model[];
    const picked = await window.showQuickPick(
      models.map(({ name, note, present }) => ({
        label: name,
        description: present ? "on this machine" : "to be downloaded",
        detail: note,
      })),
      { title: "Which model answers?" },
    );
    await (picked && set("model", picked.label));
  };
  return { label: "$(chip) Model", description: get<string>("model", ""), run: choose };
}

function eagerness(kinds: string[]): Entry {
  const choose = async (): Promise<void> => {
    const picked = await window.showQuickPick(kinds, { title: "How readily is code suggested?" });
    await (picked && set("eagerness", picked));
  };
  return {
    label: "$(dashboard) Eagerness",
    description: get<string>("eagerness", ""),
    run: choose,
  };
}

function get<Value>(name: string, otherwise: Value): Value {
  return workspace.getConfiguration("unmask").get(name, otherwise);
}

/** Sets for this workspace where one is open, else for the user; the model is the machine's. */
function set(name: string, value: unknown): Thenable<void> {
  const { Workspace, Global } = ConfigurationTarget;
  const target = workspace.workspaceFolders && name !== "model" ? Workspace : Global;
  return workspace.getConfiguration("unmask").update(name, value, target);
}
