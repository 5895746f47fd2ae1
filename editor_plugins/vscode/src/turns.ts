// Work that must not overlap: a piece begins when the one before it has ended, however it ended.
// Knows nothing of VS Code.

/** A queue of pieces of work. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Does `work` when its turn has come, and gives what it gives. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
