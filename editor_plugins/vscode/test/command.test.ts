import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { absence, findCommand } from "../src/command.ts";

const NAME = process.platform === "win32" ? "unmask.exe" : "unmask";
let folder: string;
let command: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "unmask-"));
  command = join(folder, NAME);
  await writeFile(command, "#!/bin/sh\n");
  await chmod(command, 0o755);
});

after(() => rm(folder, { recursive: true }));

test("the command that is set is used, whatever else there is", async () => {
  assert.equal(await findCommand(command, "", "/absent"), command);
});

test("a command that is set and absent is not replaced by another", async () => {
  assert.equal(await findCommand("/absent", folder, command), undefined);
});

test("the command on the path goes before our own", async () => {
  const path = ["", "/absent", folder].join(delimiter);
  assert.equal(await findCommand("", path, "/absent"), command);
});

test("our own is used where the path has none", async () => {
  assert.equal(await findCommand("", "/absent", command), command);
});

test("where there is none, none is found", async () => {
  assert.equal(await findCommand("", "", "/absent"), undefined);
});

test("a setting that names no program is said to be the reason", () => {
  assert.match(absence("/absent"), /unmask\.command says \/absent/);
  assert.match(absence(""), /not installed/);
});
