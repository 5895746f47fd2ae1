/** Does something once, when nobody has asked for it for a while. */
export class Pause {
  private readonly ms: number;
  private readonly work: () => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(ms: number, work: () => void) {
    this.ms = ms;
    this.work = work;
  }

  /** Asks for it; the while begins anew. */
  begin(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.work, this.ms);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
