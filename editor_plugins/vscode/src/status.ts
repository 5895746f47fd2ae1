// The item in the status bar: how the server is, in an icon and a word; its tooltip has the reason
// and the one thing to do about it.

import {
  commands,
  type Disposable,
  EventEmitter,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
} from "vscode";
import type { Command } from "vscode-languageclient/node";

/** What the server tells with `didChangeStatus`; `notInstalled` and `installing` are ours. */
export interface Status {
  state: keyof typeof LOOKS;
  message: string;
  model?: string;
  percent?: number;
  action?: Command;
}

/** Icon and words of each state; after a warning the item is coloured. */
const LOOKS = {
  notInstalled: { icon: "cloud-download", words: "not installed", warns: false },
  installing: { icon: "loading~spin", words: "installing", warns: false },
  needsDownload: { icon: "cloud-download", words: "no model yet", warns: false },
  loading: { icon: "loading~spin", words: "loading", warns: false },
  reading: { icon: "book", words: "reading", warns: false },
  ready: { icon: "sparkle", words: "ready", warns: false },
  busy: { icon: "sync~spin", words: "at work", warns: false },
  timedOut: { icon: "watch", words: "no answer in time", warns: false },
  slow: { icon: "watch", words: "slow here", warns: true },
  private: { icon: "lock", words: "private file", warns: false },
  off: { icon: "circle-slash", words: "off", warns: false },
  problem: { icon: "warning", words: "problem", warns: true },
};
// A step of the walkthrough that was ticked once stays so: only what is sure counts.
const HAS_MODEL: Status["state"][] = ["reading", "ready", "busy", "timedOut", "slow"];
const HAS_SERVER: Status["state"][] = [...HAS_MODEL, "needsDownload", "private", "off"];
const ACT = "unmask.act";

/** Shows a status; a click opens the menu. */
export class StatusBar implements Disposable {
  private readonly item: StatusBarItem;
  private readonly changed = new EventEmitter<Status>();
  status: Status = { state: "loading", message: "looking for the server" };
  readonly onDidChange = this.changed.event;

  constructor() {
    this.item = window.createStatusBarItem("unmask.status", StatusBarAlignment.Right, 100);
    this.item.name = "Unmask";
    this.item.command = "unmask.menu";
    this.show(this.status);
    this.item.show();
  }

  show(status: Status): void {
    this.status = status;
    const { state, percent } = status;
    const { icon, words, warns } = LOOKS[state];
    const share = state === "loading" && percent !== undefined ? ` ${Math.round(percent)} %` : "";
    this.item.text = `$(${icon}) Unmask${share}`;
    this.item.tooltip = tooltip(status, words);
    this.item.accessibilityInformation = { label: `Unmask: ${words}${share}. ${status.message}` };
    this.item.backgroundColor = warns
      ? new ThemeColor("statusBarItem.warningBackground")
      : undefined;
    tellContext("state", state);
    tellContext("isOn", state !== "off");
    tellContext("hasServer", HAS_SERVER.includes(state));
    tellContext("hasModel", HAS_MODEL.includes(state));
    this.changed.fire(status);
  }

  dispose(): void {
    this.item.dispose();
    this.changed.dispose();
  }
}

/** One line for a person: the reason, or the state if there is none. */
export function headline({ state, message }: Status): string {
  return message || LOOKS[state].words;
}

function tooltip({ model, message, action }: Status, words: string): MarkdownString {
  const text = new MarkdownString("", true);
  text.isTrusted = { enabledCommands: [ACT] };
  text.appendMarkdown("**Unmask**: ").appendText(model ? `${words}, model ${model}` : words);
  if (message) {
    text.appendMarkdown("\n\n").appendText(message);
  }
  if (action) {
    text.appendMarkdown(`\n\n[${action.title}](command:${ACT})`);
  }
  return text;
}

function tellContext(name: string, value: unknown): void {
  void commands.executeCommand("setContext", `unmask.${name}`, value);
}
