// A Python environment of the extension's own, with the server in it: made when the user says so.
// Knows nothing of VS Code: what happens is told line by line.

import { type ChildProcess, spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { isExecutable } from "./command.ts";

const IS_WINDOWS = process.platform === "win32";
const SCRIPTS = IS_WINDOWS ? "Scripts" : "bin";
const PYTHONS = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
const IS_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))";

type Tell = (line: string) => void;

/** A virtual environment in `folder`; nothing is there before `install` has run. */
export class Environment {
  readonly folder: string;
  readonly command: string;

  constructor(folder: string) {
    this.folder = folder;
    this.command = join(folder, SCRIPTS, IS_WINDOWS ? "unmask.exe" : "unmask");
  }

  /**
   * Makes the environment anew and installs `source`: whatever pip can install.
   * Leaves nothing behind if that fails or `signal` ends it.
   */
  async install(python: string, source: string[], tell: Tell, signal: AbortSignal): Promise<void> {
    const inside = join(this.folder, SCRIPTS, "python");
    await this.remove();
    try {
      const chosen = await findPython(python);
      await run(chosen, ["-m", "venv", this.folder], tell, signal);
      const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
      await run(inside, ["-m", "pip", "install", ...quiet, ...source], tell, signal);
      if (!(await isExecutable(this.command))) {
        throw new Error(`${source.join(" ")} was installed, but brought no command unmask`);
      }
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  /** Removes the environments of other versions, which lie beside this one. */
  async removeOthers(): Promise<void> {
    const beside = dirname(this.folder);
    const names = await readdir(beside);
    const others = names.map((name) => join(beside, name)).filter((path) => path !== this.folder);
    await Promise.all(others.map((path) => rm(path, { recursive: true, force: true })));
  }

  private async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What pip is told to install by default: the wheel in `folder`, with the versions it is tested with. */
export async function shippedWheel(folder: string): Promise<string[]> {
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
  if (!wheel) {
    throw new Error(`no wheel in ${folder}; set unmask.installFrom to what pip shall install`);
  }
  return ["-c", join(folder, "constraints.txt"), join(folder, wheel)];
}

async function findPython(chosen: string): Promise<string> {
  for (const candidate of chosen ? [chosen] : PYTHONS) {
    try {
      await run(candidate, ["-c", IS_NEW_ENOUGH]);
      return candidate;
    } catch {
      // Absent or too old: the next one may do.
    }
  }
  throw new Error(
    `no Python 3.11 or newer: looked for ${chosen || PYTHONS.join(", ")}; set unmask.python`,
  );
}

async function run(
  command: string,
  options: string[],
  tell?: Tell,
  signal?: AbortSignal,
): Promise<void> {
  const child = spawn(command, options, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      said.push(line);
      tell?.(line);
    });
  }
  const code = await exitOf(child);
  if (code !== 0) {
    throw new Error(said.at(-1) ?? `${command} ${options.join(" ")} ended with ${String(code)}`);
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
}
