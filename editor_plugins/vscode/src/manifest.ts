// What package.json says, as far as the code asks it.

import type { ExtensionContext } from "vscode";

interface Schema {
  enum?: string[];
}

interface Manifest {
  version: string;
  contributes: { configuration: [{ properties: Record<string, Schema> }] };
}

/** The manifest of this extension. */
export function manifestOf(context: ExtensionContext): Manifest {
  return context.extension.packageJSON as Manifest;
}

/** Each setting that is the server's by its name there; the block is made from its own. */
export function servedSettings(context: ExtensionContext): Map<string, Schema> {
  const [served] = manifestOf(context).contributes.configuration;
  const rows = Object.entries(served.properties);
  return new Map(rows.map(([name, schema]) => [name.replace("unmask.", ""), schema]));
}
