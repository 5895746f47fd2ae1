import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Turns } from "../src/turns.ts";

test("a slow start does not end after the quick one behind it", async () => {
  const turns = new Turns();
  const ended: string[] = [];
  const start = (name: string, ms: number): Promise<void> =>
    turns.take(async () => {
      await pause(ms);
      ended.push(name);
    });
  await Promise.all([start("slow", 20), start("quick", 0)]);
  assert.deepEqual(ended, ["slow", "quick"]);
});

test("what fails does so for its own caller, and holds up no other", async () => {
  const turns = new Turns();
  const failing = turns.take(() => Promise.reject(new Error("no")));
  const next = turns.take(() => Promise.resolve("yes"));
  await assert.rejects(failing, /no/);
  assert.equal(await next, "yes");
});
