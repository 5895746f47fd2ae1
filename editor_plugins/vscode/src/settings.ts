// The user's settings: those the server is told, those that are ours, and how a choice is kept.
// Nothing is ever written into a project's files.

import { ConfigurationTarget, Uri, type WorkspaceConfiguration, window, workspace } from "vscode";
import { commands } from "vscode";

const SECTION = "unmask";
/** Names of our own settings, with those of earlier versions. */
const OWN = ["command", "installFrom", "install_from", "python"];

/**
 * What the user has set, for the window or for a document, but what is ours alone. The server has
 * the same defaults; sent along, they would stand in for a setting that still has its old name.
 */
export function served(uri?: string): Record<string, unknown> {
  const document = workspace.textDocuments.find((one) => one.uri.toString() === uri);
  const scope = document ?? (uri ? Uri.parse(uri) : undefined);
  const settings = workspace.getConfiguration(SECTION, scope);
  const isSet = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(settings.inspect(name)?.defaultValue);
  const all = Object.entries(plain(settings)).filter(([name]) => !OWN.includes(name));
  return Object.fromEntries(all.filter(isSet));
}

/** A setting as it is now. */
export function get<Value>(name: string, otherwise: Value): Value {
  return workspace.getConfiguration(SECTION).get(name, otherwise);
}

/** Where pip finds the server, if the user has said so. */
export function installSource(): string {
  return get<string>("installFrom", "") || get<string>("install_from", "");
}

/** Keeps a choice among the user's own settings; says so where the project has another. */
export async function choose(name: string, value: unknown): Promise<void> {
  const settings = workspace.getConfiguration(SECTION);
  await settings.update(name, value, ConfigurationTarget.Global);
  const seen = settings.inspect(name);
  if (seen?.workspaceValue === undefined && seen?.workspaceFolderValue === undefined) {
    return;
  }
  const open = "Open Workspace Settings";
  const said = `Unmask: this project sets ${SECTION}.${name} itself; your choice holds elsewhere.`;
  if ((await window.showInformationMessage(said, open)) === open) {
    await commands.executeCommand("workbench.action.openWorkspaceSettings", {
      query: `${SECTION}.${name}`,
    });
  }
}

/** Shows settings by name; all of them without one. */
export function openSettings(...names: string[]): Thenable<unknown> {
  const query = names.map((name) => `@id:${SECTION}.${name}`).join(" ") || `@ext:unmask.unmask`;
  return commands.executeCommand("workbench.action.openSettings", query);
}

function plain(settings: WorkspaceConfiguration): Record<string, unknown> {
  return JSON.parse(JSON.stringify(settings)) as Record<string, unknown>;
}
