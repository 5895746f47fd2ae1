// Offers to install the server, and shows how that goes.

import {
  type CancellationToken,
  type ExtensionContext,
  type LogOutputChannel,
  type Progress,
  ProgressLocation,
  Uri,
  window,
} from "vscode";
import { Environment, shippedWheel } from "./environment.ts";
import { manifestOf } from "./manifest.ts";
import { step } from "./pip.ts";
import { get, installSource } from "./settings.ts";

const OFFERED = "offered"; // the version whose server was offered

/** The environment of this version of the extension. */
export class Installer {
  readonly environment: Environment;
  private readonly context: ExtensionContext;
  private readonly log: LogOutputChannel;
  private readonly onStep: (message: string) => void;
  private readonly version: string;
  private running: Promise<boolean> | undefined;

  constructor(context: ExtensionContext, log: LogOutputChannel, onStep: (message: string) => void) {
    this.context = context;
    this.log = log;
    this.onStep = onStep;
    this.version = manifestOf(context).version;
    const folder = Uri.joinPath(context.globalStorageUri, "environments", this.version);
    this.environment = new Environment(folder.fsPath);
  }

  /** Asks whether to install, once for each version; says whether a person wants it. */
  async offer(): Promise<boolean> {
    if (this.context.globalState.get(OFFERED) === this.version) {
      return false;
    }
    await this.context.globalState.update(OFFERED, this.version);
    const answer = await window.showInformationMessage(
      "Unmask completes code on this machine and needs its server, a Python program that is not " +
        "installed here. Install it into an environment of its own?",
      "Install",
      "Not Now",
    );
    return answer === "Install";
  }

  /** Installs while a notification shows each step, and says whether it is done. Once at a time. */
  install(): Promise<boolean> {
    this.running ??= this.installShown().finally(() => (this.running = undefined));
    return this.running;
  }

  private async installShown(): Promise<boolean> {
    try {
      await window.withProgress(
        {
          location: ProgressLocation.Notification,
          title: "Installing the server of Unmask",
          cancellable: true,
        },
        (progress, token) => this.installNow(progress, token),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") {
        return false; // by the person who sees it
      }
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(message);
      void this.offerLog(message);
      return false;
    }
  }

  private async installNow(
    progress: Progress<{ message: string }>,
    token: CancellationToken,
  ): Promise<void> {
    const chosen = installSource();
    const source = chosen ? [chosen] : await shippedWheel(this.context.asAbsolutePath("wheel"));
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const show = (message: string): void => {
      progress.report({ message });
      this.onStep(message);
    };
    show("making a Python environment");
    const tell = (line: string): void => {
      this.log.info(line);
      const words = step(line);
      if (words) {
        show(words);
      }
    };
    await this.environment.install(get("python", ""), source, tell, controller.signal);
    await this.environment.removeOthers();
  }

  private async offerLog(message: string): Promise<void> {
    if (await window.showErrorMessage(`Unmask: ${message}`, "Show Log")) {
      this.log.show();
    }
  }
}
