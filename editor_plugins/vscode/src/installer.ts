// Offers to install the server, and shows how that goes.

import {
  type CancellationToken,
  type ExtensionContext,
  type LogOutputChannel,
  type Progress,
  ProgressLocation,
  Uri,
  window,
  workspace,
} from "vscode";
import { Environment, shippedWheel } from "./environment.ts";
import { manifestOf } from "./manifest.ts";

const OFFERED = "offered"; // the version whose server was offered
const LONGEST_LINE = 80;

/** The environment of this version of the extension. */
export class Installer {
  readonly environment: Environment;
  private readonly context: ExtensionContext;
  private readonly log: LogOutputChannel;
  private readonly version: string;

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    this.context = context;
    this.log = log;
    this.version = manifestOf(context).version;
    const folder = Uri.joinPath(context.globalStorageUri, "environments", this.version);
    this.environment = new Environment(folder.fsPath);
  }

  /** Asks whether to install, once for each version; afterwards the status bar and the commands offer it. */
  async offer(): Promise<boolean> {
    if (this.context.globalState.get(OFFERED) === this.version) {
      return false;
    }
    await this.context.globalState.update(OFFERED, this.version);
    const answer = await window.showInformationMessage(
      "Unmask completes code on this machine and needs its server, a Python program that is not " +
        "installed here. Install it into an environment of its own? With PyTorch that is some " +
        "gigabytes from your package index.",
      "Install",
      "Not Now",
    );
    return answer === "Install" && (await this.install());
  }

  /** Installs while a notification shows each step, and says whether it is done. */
  async install(): Promise<boolean> {
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
      const answer = await window.showErrorMessage(`Unmask: ${message}`, "Show Log");
      if (answer) {
        this.log.show();
      }
      return false;
    }
  }

  private async installNow(
    progress: Progress<{ message: string }>,
    token: CancellationToken,
  ): Promise<void> {
    const settings = workspace.getConfiguration("unmask");
    const chosen = settings.get<string>("install_from", "");
    const source = chosen ? [chosen] : await shippedWheel(this.context.asAbsolutePath("wheel"));
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const tell = (line: string): void => {
      this.log.info(line);
      progress.report({ message: line.slice(0, LONGEST_LINE) });
    };
    const python = settings.get<string>("python", "");
    await this.environment.install(python, source, tell, controller.signal);
    await this.environment.removeOthers();
  }
}
