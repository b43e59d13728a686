/**
 * Calls: two streams, one each way, that begin and end together. Both offers name the call.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { Source } from "../../media/sources.ts";
import type { ActiveStream } from "./active.ts";

/** What a call is answered and begun with unless another source is given: a microphone. */
export const CALL_SOURCE = "mic";

/** A call that is offered or under way. */
interface Call {
  /** With whom. */
  readonly account: string;
  /** Whether we have called. */
  readonly ours: boolean;
  /** Our half of the call when we answer. */
  source: Source;
  readonly streams: Set<ActiveStream>;
}

/** All calls of one client, by the id that both offers have. */
export class Calls {
  readonly #calls = new Map<string, Call>();

  /** Notes that we are calling, or are being called. */
  begin(id: string, call: Pick<Call, "account" | "ours" | "source">): void {
    this.#calls.set(id, { ...call, streams: new Set() });
  }

  /** Whether `account` answers a call of ours with this stream. It is the answer then, and no other is. */
  isAnswer(id: string, account: string): boolean {
    const call = this.#calls.get(id);
    return call !== undefined && call.ours && call.streams.size === 1 && isSame(call, account);
  }

  /** Whether there is a call of that id. */
  has(id: string): boolean {
    return this.#calls.has(id);
  }

  /** What we answer a call with. */
  sourceOf(id: string): Source | undefined {
    return this.#calls.get(id)?.source;
  }

  /** The stream by which `account` calls us, if we have not answered yet; it is to be answered with `source`. */
  tryAnswer(account: string, source: Source): ActiveStream | undefined {
    for (const call of this.#calls.values()) {
      const [stream] = call.streams;
      if (call.ours || !isSame(call, account) || stream?.entry.state !== "waiting") continue;
      call.source = source;
      return stream;
    }
    return undefined;
  }

  /** Adds a stream to its call. When somebody ends it, the other one ends as well. */
  add(id: string, stream: ActiveStream): void {
    const call = this.#calls.get(id);
    if (call === undefined) return void stream.stop(); // it was over in the meantime
    call.streams.add(stream);
    void stream.ended.then(({ reason }) => {
      call.streams.delete(stream);
      const isOver = reason === "stopped" || reason === "rejected" || call.streams.size === 0;
      if (!isOver) return;
      this.#calls.delete(id);
      for (const other of call.streams) void other.stop();
    });
  }
}

function isSame(call: Call, account: string): boolean {
  return foldName(call.account) === foldName(account);
}
