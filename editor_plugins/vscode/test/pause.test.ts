import assert from "node:assert/strict";
import { test } from "node:test";
import { Pause } from "../src/pause.ts";

test("what is asked for again and again is done once, after the last time", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let done = 0;
  const pause = new Pause(500, () => done++);
  for (let i = 0; i < 5; i++) {
    pause.begin();
    t.mock.timers.tick(499);
  }
  assert.equal(done, 0);
  t.mock.timers.tick(1);
  assert.equal(done, 1);
  pause.begin();
  t.mock.timers.tick(500);
  assert.equal(done, 2);
});

test("what is disposed of is not done", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const pause = new Pause(500, () => assert.fail());
  pause.begin();
  pause.dispose();
  t.mock.timers.tick(1000);
});
