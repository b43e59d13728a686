/**
 * Doors without sessions: they answer the first bytes, and close.
 *
 * @module
 */
import type { OpenedDoor, StreamArrival } from "./door.ts";

/** An answer to first bytes. */
export interface SingleAnswer {
  readonly bytes: Uint8Array;
  /** The reason for closing, for the log. */
  readonly reason: string;
}

type AnswerState =
  | { readonly at: "waiting" }
  | { readonly at: "answered"; readonly reason: string }
  | { readonly at: "closed" };

/** Sends the answer to the first bytes of a connection, and closes it. */
export function answerOnce(
  { connection, onClosed }: Pick<StreamArrival, "connection" | "onClosed">,
  answerTo: (first: Uint8Array) => SingleAnswer,
): OpenedDoor {
  let state: AnswerState = { at: "waiting" };
  return {
    events: {
      data(first) {
        if (state.at !== "waiting") return;
        const { bytes, reason } = answerTo(first);
        state = { at: "answered", reason };
        connection.write(bytes, () => {});
        connection.end();
      },
      closed(reason) {
        if (state.at === "closed") return;
        onClosed(state.at === "answered" ? state.reason : reason);
        state = { at: "closed" };
      },
    },
  };
}
