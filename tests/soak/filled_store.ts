/** A database with a long history. @module */
import { messageIds } from "../../core/ground/message_id.ts";
import { openStore } from "../../core/store/sqlite/sqlite_store.ts";

const DAY_MS = 86_400_000;
const ROOMS = 200;

/** Fills a new database with messages of 60 days ago, and a few of today. */
export function fillStore(path: string, rows: number): void {
  using store = openStore(path);
  const newId = messageIds();
  for (let n = 0; n < rows; n++) {
    const time = Date.now() - (n < rows - 100 ? 60 * DAY_MS : 0);
    store.history.append({
      ...{ id: newId(time), room: `#room${n * 7_919 % ROOMS}`, life: 1, time, from: "amy" },
      ...{ mask: "amy@chat", account: "amy", kind: "message", tags: undefined },
      text: `message ${n}, which is of a usual length: about eighty characters, more or less`,
    });
    if (n % 1_000 !== 0) continue;
    store.history.commit();
    store.upkeep.tidy();
  }
}
