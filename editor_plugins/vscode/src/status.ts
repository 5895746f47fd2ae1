// The item in the status bar: what the server says of itself, in one icon and a word.

import {
  commands,
  type Disposable,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
} from "vscode";

/** What the server tells with `didChangeStatus`. */
export interface Status {
  state: "needsDownload" | "loading" | "ready" | "busy" | "off" | "problem";
  message: string;
  model?: string;
  percent?: number;
}

const ICONS: Record<Status["state"], string> = {
  needsDownload: "cloud-download",
  loading: "loading~spin",
  ready: "sparkle",
  busy: "sync~spin",
  off: "circle-slash",
  problem: "warning",
};

/** Shows a status; a click opens the menu. */
export class StatusBar implements Disposable {
  private readonly item: StatusBarItem;
  status: Status = { state: "loading", message: "starting" };

  constructor() {
    this.item = window.createStatusBarItem("unmask.status", StatusBarAlignment.Right, 100);
    this.item.name = "Unmask";
    this.item.command = "unmask.menu";
    this.show(this.status);
    this.item.show();
  }

  show(status: Status): void {
    if (isLoaded(this.status, status)) {
      void commands.executeCommand("setContext", "unmask.loaded", true);
    }
    this.status = status;
    const { state, message, model, percent } = status;
    const share = state === "loading" && percent !== undefined ? ` ${Math.round(percent)} %` : "";
    this.item.text = `$(${ICONS[state]}) Unmask${share}`;
    this.item.tooltip = new MarkdownString(`**Unmask** ${model ?? ""}\n\n${message}`);
    this.item.accessibilityInformation = { label: `Unmask: ${state}${share}. ${message}` };
    this.item.backgroundColor =
      state === "problem" ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    void commands.executeCommand("setContext", "unmask.state", state);
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** Whether a model has just been loaded; a server that starts is loading, too, but names none. */
function isLoaded(before: Status, now: Status): boolean {
  const wasLoading = before.state === "loading" && before.model !== undefined;
  return wasLoading && (now.state === "ready" || now.state === "busy");
}
