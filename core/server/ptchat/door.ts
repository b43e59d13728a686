/**
 * The PTCHAT door on a connection: greets, and hands lines to a session.
 *
 * @module
 */
import type { Connection } from "../../net/connection.ts";
import { LineStream } from "../../net/line_stream.ts";
import type { DoorEvents } from "../doors.ts";
import { PtchatLineCutter } from "./line_cutter.ts";
import { PtchatSession, type PtchatSessionOptions } from "./session.ts";

/** Options for {@linkcode openPtchat}. */
export interface OpenPtchatOptions extends Omit<PtchatSessionOptions, "transport"> {
  readonly connection: Connection;
}

/** Begins a session on a connection of bytes. @returns it, and what the connection's events go to. */
export function openPtchat(
  { connection, onClosed, ...options }: OpenPtchatOptions,
): { readonly session: PtchatSession; readonly events: DoorEvents } {
  const { throttle, turn } = options.context;
  let isGreeted = false;
  const greet = () => {
    if (!isGreeted) session.greet();
    isGreeted = true;
  };
  const greeting = setTimeout(greet, 0);
  const cutter = new PtchatLineCutter({
    line(line, isUnterminated) {
      greet();
      session.take(line, { isUnterminated });
    },
    nothing: greet,
    endless: () => session.close("Too many bytes without a line end"),
    isFull: () => stream.isCrowded,
  });
  const stream: LineStream = new LineStream({
    connection,
    cutter,
    budget: throttle.byteBudget(),
    due: (outbox) => turn.add(outbox),
    ended: (reason) => session.leave(reason),
  });
  const stop = () => {
    clearTimeout(greeting);
    cutter.stop();
  };
  const session: PtchatSession = new PtchatSession({
    ...options,
    transport: stream,
    onClosed(reason) {
      stop();
      onClosed(reason);
    },
  });
  const events: DoorEvents = {
    data(bytes) {
      clearTimeout(greeting); // who speaks first gets the greeting and the answer in one write
      stream.data(bytes);
    },
    dismiss() {
      stop();
      session.dismiss();
    },
    ended() {
      clearTimeout(greeting);
      stream.ended();
    },
    closed(reason) {
      clearTimeout(greeting);
      stream.closed(reason);
    },
  };
  return { session, events };
}
