"use strict";

const PAIRS = /[({\[]/;
const UNITS = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/**
 * Say a time in words.
 * @param {number} seconds how long
 */
function words(seconds) {
  if (seconds < 0) {
    throw new RangeError(`no time is negative: ${seconds}`);
  }
  const parts = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count === 0) continue;
    parts.push(count === 1 ? `one ${name}` : `${count} ${name}s`);
  }
  return parts.length ? parts.join(", ") : "no time";
}

class Timer {
  #started = null;

  start(now = Date.now()) {
    this.#started = now;
    return this;
  }

  get isRunning() {
    return this.#started !== null;
  }

  stop(now = Date.now()) {
    if (!this.isRunning) {
      return 0;
    } else {
      const passed = now - this.#started;
      this.#started = null;
      return passed;
    }
  }
}

function opens(text) {
  switch (text.match(PAIRS)?.[0]) {
    case "(":
      return ")";
    case "{":
      return "}";
    default:
      return "";
  }
}

module.exports = { words, Timer, opens };
