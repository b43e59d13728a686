/** What the store's tests put in. @module */
import type { Verifier } from "../../../core/identity/verifier.ts";
import type { Ban, HistoryRow, RoomRow } from "../../../core/store/store.ts";

/** A message in #lobby; its id is its text unless told. */
export function message(init: Partial<HistoryRow> & { readonly id: string }): HistoryRow {
  return {
    room: "#lobby",
    time: 1_000,
    from: "amy",
    mask: "amy@host.example",
    account: "amy",
    kind: "message",
    text: `text of ${init.id}`,
    tags: undefined,
    ...init,
  };
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
    ...init,
  };
}

/** A ban without an end. */
export function ban(init: Pick<Ban, "kind" | "mask"> & Partial<Ban>): Ban {
  return { reason: "spam", by: "amy", at: 1_000, until: undefined, ...init };
}
