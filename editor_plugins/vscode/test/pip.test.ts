import assert from "node:assert/strict";
import { test } from "node:test";
import { step } from "../src/pip.ts";

const SAID: [string, string | undefined][] = [
  ["Collecting torch>=2.6 (from unmask==0.1.0)", "looking for torch"],
  ["  Downloading torch-2.9.1-cp311-none-linux.whl.metadata (30 kB)", "downloading torch (30 kB)"],
  ["Downloading torch-2.9.1-cp311-linux.whl (899.8 MB)", "downloading torch (899.8 MB)"],
  [
    "Downloading https://index.example/p/tree_sitter-0.25.2-cp311.whl (631 kB)",
    "downloading tree_sitter (631 kB)",
  ],
  ["Installing collected packages: a, b, c", "unpacking 3 packages; this takes a minute or two"],
  ["Successfully installed a-1 b-2", "done"],
  ["    Found existing installation: setuptools 65.5.0", undefined],
  ["      Successfully uninstalled setuptools-65.5.0", undefined],
  ["Requirement already satisfied: pip in ./lib (24.0)", undefined],
];

test("of what pip says a person sees what is downloaded and what is done", () => {
  for (const [line, told] of SAID) {
    assert.equal(step(line), told, line);
  }
});
