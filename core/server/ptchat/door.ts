/**
 * The PTCHAT door on a connection: bytes to lines, an unterminated line after a moment of quiet included.
 *
 * @module
 */
import type { Connection } from "../../net/connection.ts";
import { Outbox } from "../../net/outbox.ts";
import type { Slot } from "../../net/slots.ts";
import { LineSplitter } from "../../ptchat/line_splitter.ts";
import type { ServerContext } from "../context.ts";
import type { DoorEvents } from "../doors.ts";
import { PtchatVisitor } from "./visitor.ts";

/** What the door is given. */
export interface PtchatDoorOptions {
  readonly context: ServerContext;
  readonly connection: Connection;
  readonly slot: Slot;
  /** Told once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

const encoder = new TextEncoder();

/** The visitor, and what the connection's events go to. */
export interface PtchatDoor {
  readonly visitor: PtchatVisitor;
  readonly events: DoorEvents;
}

/** Greets, and hands lines to a visitor. */
export function ptchatDoor(
  { context, connection, slot, onClosed }: PtchatDoorOptions,
): PtchatDoor {
  const outbox = new Outbox(connection);
  const splitter = new LineSplitter();
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const visitor = new PtchatVisitor({
    context,
    slot,
    onClosed: (reason) => {
      clearTimeout(quiet);
      onClosed(reason);
    },
    transport: {
      address: connection.address,
      countedAs: connection.address,
      encrypted: connection.encrypted,
      get pendingBytes() {
        return outbox.pendingBytes;
      },
      send(text) {
        const taken = outbox.offer(encoder.encode(text));
        if (taken) context.turn.add(outbox);
        return taken;
      },
      signedIn: () => {},
      end: (last) => outbox.end(encoder.encode(last)),
      crowded: (crowded) => crowded ? connection.pause() : connection.resume(),
    },
  });
  context.directory.add(visitor);
  visitor.greet();
  const waitForQuiet = () => {
    clearTimeout(quiet);
    const { flushAtMs } = splitter;
    if (flushAtMs === undefined) return;
    quiet = setTimeout(() => {
      for (const line of splitter.flush(performance.now())) visitor.take(line);
      waitForQuiet();
    }, Math.max(0, flushAtMs - performance.now()) + 1);
  };
  const events: DoorEvents = {
    data(bytes) {
      for (const line of splitter.push(bytes, performance.now())) visitor.take(line);
      if (visitor.state.at !== "gone") waitForQuiet();
    },
    dismiss() {
      clearTimeout(quiet);
      visitor.dismiss();
    },
    closed(reason) {
      for (const line of splitter.end()) visitor.take(line);
      visitor.close(reason);
    },
  };
  return { visitor, events };
}
