import assert from "node:assert/strict";
import { test } from "node:test";
import { replaced } from "../src/edits.ts";

test("nothing replaced leaves the text as it is", () => {
  assert.equal(replaced("a\r\nb", []), "a\r\nb");
});

test("replacements speak of the text before any of them, in whatever order they come", () => {
  const first = { start: 0, end: 1, text: "one" };
  const second = { start: 2, end: 2, text: "two " };
  assert.equal(replaced("a b", [first, second]), "one two b");
  assert.equal(replaced("a b", [second, first]), "one two b");
});
