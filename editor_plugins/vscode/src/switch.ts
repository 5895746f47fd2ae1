// On or off in this workspace, kept by VS Code beside the project and not in it. It takes the place
// of the setting `unmask.enabled`, until that is changed.

import { type Disposable, EventEmitter, type Memento, workspace } from "vscode";
import { get } from "./settings.ts";

const KEY = "enabled";

/** What a person has chosen for this workspace. */
export class Switch implements Disposable {
  private readonly memory: Memento;
  private readonly changed = new EventEmitter<void>();
  private readonly listener: Disposable;
  readonly onDidChange = this.changed.event;

  constructor(memory: Memento) {
    this.memory = memory;
    this.listener = workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("unmask.enabled")) {
        void this.keep(undefined);
      }
    });
  }

  get isOn(): boolean {
    return this.memory.get<boolean>(KEY) ?? get("enabled", true);
  }

  /** Whether it is off by this switch, and not by a setting. */
  get isWhyOff(): boolean {
    return this.memory.get<boolean>(KEY) === false;
  }

  toggle(): Promise<void> {
    const wanted = !this.isOn;
    return this.keep(wanted === get("enabled", true) ? undefined : wanted);
  }

  /** Settings with the choice in them. */
  over(settings: Record<string, unknown>): Record<string, unknown> {
    const chosen = this.memory.get<boolean>(KEY);
    return chosen === undefined ? settings : { ...settings, enabled: chosen };
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  private async keep(value: boolean | undefined): Promise<void> {
    if (this.memory.get<boolean>(KEY) !== value) {
      await this.memory.update(KEY, value);
      this.changed.fire();
    }
  }
}
