// What pip says, as a person wants to read it. Knows nothing of VS Code.

/** A step that is worth showing, in words; nothing for all other lines. */
export function step(line: string): string | undefined {
  const download = /^\s*Downloading (?:\S*\/)?([^\s/]+?)-\d\S*(?: \((.+)\))?/.exec(line);
  if (download) {
    return `downloading ${download[1] ?? ""}${download[2] ? ` (${download[2]})` : ""}`;
  }
  const collected = /^Collecting ([\w.-]+)/.exec(line);
  if (collected) {
    return `looking for ${collected[1] ?? ""}`;
  }
  const installing = /^Installing collected packages: (.+)/.exec(line);
  if (installing) {
    const count = installing[1]?.split(",").length ?? 0;
    const packages = count === 1 ? "a package" : `${count} packages; this takes a minute or two`;
    return `unpacking ${packages}`;
  }
  return line.startsWith("Successfully installed") ? "done" : undefined;
}
