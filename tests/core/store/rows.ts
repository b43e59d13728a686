/** Rows for the store's tests. @module */
import type { Verifier } from "../../../core/identity/verifier.ts";
import type { Ban, HistoryRow, RoomRow, Store } from "../../../core/store/store.ts";

/** A message's short name, and what else differs from others. */
type MessageInit = Partial<Omit<HistoryRow, "id">> & { readonly name: string };

/** A message in #lobby. */
export function message({ name, time = 1_000, ...init }: MessageInit): HistoryRow {
  return {
    id: idOf(name, time),
    room: "#lobby",
    life: 1,
    time,
    from: "amy",
    mask: "amy@host.example",
    account: "amy",
    kind: "message",
    text: `text of ${name}`,
    tags: undefined,
    ...init,
  };
}

/** The id of the message of that name and time; `stampOfId()` reads it. */
export function idOf(name: string, time = 1_000): string {
  return `${time.toString(36)}-test-${name}`;
}

/** The names of messages. */
export function namesOf(rows: readonly HistoryRow[]): string[] {
  return rows.map(({ id }) => id.slice(id.lastIndexOf("-") + 1));
}

/** A verifier that differs from others by its mark. */
export function verifier(mark = 1): Verifier {
  return {
    iterations: 4096,
    salt: new Uint8Array(16).fill(mark),
    storedKey: new Uint8Array(32).fill(mark),
    serverKey: new Uint8Array(32).fill(mark + 1),
  };
}

/** A room without a topic. */
export function room(init: Partial<RoomRow> & { readonly name: string }): RoomRow {
  return {
    topic: undefined,
    topicBy: undefined,
    topicAt: undefined,
    founder: undefined,
    modes: "",
    createdAt: 1_000,
    life: 1,
    ...init,
  };
}

/** A ban without an end. */
export function ban(init: Pick<Ban, "kind" | "mask"> & Partial<Ban>): Ban {
  return { reason: "spam", by: "amy", at: 1_000, until: undefined, ...init };
}

/** Deletes all that was said before. @returns how many messages. */
export async function pruneAll(store: Pick<Store, "upkeep">, before: number): Promise<number> {
  for (let forgotten = 0;;) {
    const step = await store.upkeep.prune({ before, now: Infinity }, 3);
    forgotten += step.forgotten;
    if (step.isDone) return forgotten;
  }
}
