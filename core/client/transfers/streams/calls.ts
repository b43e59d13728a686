/**
 * Calls: two streams, one each way, that begin and end together. Both offers name the call.
 *
 * @module
 */
import { foldName } from "../../../ground/names.ts";
import type { Source } from "../../../media/sources.ts";
import type { ActiveStream } from "./active.ts";

/** What a call is answered and begun with unless another source is given: a microphone. */
export const CALL_SOURCE = "mic";

/** A call that is offered or running. */
interface Call {
  /** The other side. */
  readonly account: string;
  /** Whether we made the call. */
  readonly ours: boolean;
  /** The source of our half of the call. */
  source: Source;
  readonly streams: Set<ActiveStream>;
}

/** All calls of one client, by the id that both offers share. */
export class Calls {
  readonly #calls = new Map<string, Call>();

  /** Records a call, by us or by others. */
  begin(id: string, call: Pick<Call, "account" | "ours" | "source">): void {
    this.#calls.set(id, { ...call, streams: new Set() });
  }

  /** Whether this stream is `account`'s answer to a call of ours; if so, no other stream is. */
  isAnswer(id: string, account: string): boolean {
    const call = this.#calls.get(id);
    return call !== undefined && call.ours && call.streams.size === 1 && isSame(call, account);
  }

  /** Whether there is a call with that id. */
  has(id: string): boolean {
    return this.#calls.has(id);
  }

  /** The source with which we answer a call. */
  sourceOf(id: string): Source | undefined {
    return this.#calls.get(id)?.source;
  }

  /** The stream of an unanswered call by `account`, to be answered with `source`; `undefined` if there is none. */
  tryAnswer(account: string, source: Source): ActiveStream | undefined {
    for (const call of this.#calls.values()) {
      const [stream] = call.streams;
      if (call.ours || !isSame(call, account) || stream?.entry.state !== "waiting") continue;
      call.source = source;
      return stream;
    }
    return undefined;
  }

  /** Adds a stream to its call. When one stream of a call is ended, the other ends as well. */
  add(id: string, stream: ActiveStream): void {
    const call = this.#calls.get(id);
    if (call === undefined) return void stream.stop(); // the call has ended in the meantime
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
