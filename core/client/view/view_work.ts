/**
 * Files and streams that are offered or running, as a value. Pure.
 *
 * @module
 */
import type { ClientEvent } from "../events/events.ts";
import type { OfferEvent, ProgressEvent } from "../events/offer_events.ts";
import type { StreamEvent } from "../events/stream_events.ts";

/** An offer of a file or stream that has not ended. */
export interface ViewedWork {
  /** Kind of an offer. */
  readonly offer: OfferEvent;
  /** `waiting` for an answer; `interrupted`: the link was lost; `paused`: a stream that one side has paused. */
  readonly state: "waiting" | "running" | "interrupted" | "paused";
  /** Progress of a transfer. */
  readonly progress: ProgressEvent | undefined;
  /** The last event of a stream, with its measurements. */
  readonly stream: StreamEvent | undefined;
}

/** Files and streams by number, oldest first. */
export type WorkByNumber = ReadonlyMap<number, ViewedWork>;

/** Returns the files and streams after an event. */
export function stepWork(work: WorkByNumber, event: ClientEvent): WorkByNumber {
  switch (event.event) {
    case "offer": {
      const begun = { offer: event, progress: undefined, stream: undefined };
      return new Map(work).set(event.number, { ...begun, state: "waiting" });
    }
    case "progress":
      return changed(work, event.number, { state: "running", progress: event });
    case "transfer-interrupted":
      return changed(work, event.number, { state: "interrupted" });
    case "sent":
    case "received": // a recorded stream is received before it ends
      return work.get(event.number)?.offer.kind === "file" ? without(work, event.number) : work;
    case "transfer-ended":
      return without(work, event.number);
    case "stream":
      if (event.state === "ended") return without(work, event.number);
      return changed(work, event.number, {
        stream: event,
        ...(event.state === "stats" ? {} : {
          state: event.state === "paused" ? "paused" : "running",
        }),
      });
    default:
      return work;
  }
}

function changed(work: WorkByNumber, number: number, change: Partial<ViewedWork>): WorkByNumber {
  const one = work.get(number);
  return one === undefined ? work : new Map(work).set(number, { ...one, ...change });
}

function without(work: WorkByNumber, number: number): WorkByNumber {
  if (!work.has(number)) return work;
  const left = new Map(work);
  left.delete(number);
  return left;
}
