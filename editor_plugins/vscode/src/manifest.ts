// What package.json says, as far as the code asks it.

import type { ExtensionContext } from "vscode";

interface Schema {
  enum?: string[];
  enumDescriptions?: string[];
}

interface Manifest {
  version: string;
  contributes: { configuration: [{ properties: Record<string, Schema> }] };
}

/** A value that a setting may have, and what it means. */
export interface Kind {
  value: string;
  note: string;
}

/** The manifest of this extension. */
export function manifestOf(context: ExtensionContext): Manifest {
  return context.extension.packageJSON as Manifest;
}

/** The values that a setting of the server may have. */
export function kindsOf(context: ExtensionContext, name: string): Kind[] {
  const [served] = manifestOf(context).contributes.configuration;
  const schema = served.properties[`unmask.${name}`];
  return (schema?.enum ?? []).map((value, index) => ({
    value,
    note: schema?.enumDescriptions?.[index] ?? "",
  }));
}
