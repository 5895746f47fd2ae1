import { EventEmitter } from "node:events";

export interface Item {
  readonly id: string;
  price: number;
  tags?: string[];
}

type Totals = Record<string, { count: number; sum: number }>;

/** What a person is about to buy. */
export class Cart extends EventEmitter {
  private items = new Map<string, Item>();

  constructor(private readonly limit = 20) {
    super();
  }

  add(item: Item): boolean {
    if (this.items.size >= this.limit) {
      this.emit("full", item.id);
      return false;
    }
    this.items.set(item.id, { ...item, tags: item.tags ?? [] });
    return true;
  }

  totals(): Totals {
    const found: Totals = {};
    for (const { price, tags = [] } of this.items.values()) {
      for (const tag of tags) {
        const old = found[tag] ?? { count: 0, sum: 0 };
        found[tag] = { count: old.count + 1, sum: old.sum + price };
      }
    }
    return found;
  }

  async save(send: (body: string) => Promise<Response>): Promise<void> {
    try {
      const body = JSON.stringify([...this.items.values()], null, 2);
      await send(body);
    } catch (error) {
      this.emit("error", `not saved: ${error}`);
    } finally {
      this.items.clear();
    }
  }
}

export const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
