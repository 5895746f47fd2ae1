// Finds the `unmask` command: the one that is set, else on the PATH, else in our own environment.
// Knows nothing of VS Code.

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

const NAMES = process.platform === "win32" ? ["unmask.exe", "unmask.cmd"] : ["unmask"];

/** The first command that can be run: `chosen` alone if there is one, else on `path`, else `own`. */
export async function findCommand(
  chosen: string,
  path: string,
  own: string,
): Promise<string | undefined> {
  const folders = path.split(delimiter).filter(Boolean);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  for (const candidate of chosen ? [chosen] : [...onPath, own]) {
    if (await isExecutable(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

/** What to say where no command was found. */
export function absence(chosen: string): string {
  return chosen
    ? `unmask.command says ${chosen}, which is no program here`
    : "the server is not installed, or not found";
}

/** Whether a file is there and may be run. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
