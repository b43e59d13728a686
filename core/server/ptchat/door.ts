/**
 * The PTCHAT door on a connection: bytes to lines, an unterminated line after a moment of quiet included.
 *
 * @module
 */
import type { Connection } from "../../net/connection.ts";
import { MAX_UNENDED_BYTES } from "../../net/lines.ts";
import { ReadingPace } from "../../net/reading_pace.ts";
import { Outbox } from "../../net/outbox.ts";
import type { Slot } from "../../net/slots.ts";
import { type PtchatLine, PtchatLineSplitter } from "../../ptchat/line_splitter.ts";
import type { ServerContext } from "../context.ts";
import type { DoorEvents } from "../doors.ts";
import { PtchatSession } from "./session.ts";

/** What the door is given. */
export interface PtchatDoorOptions {
  readonly context: ServerContext;
  readonly connection: Connection;
  readonly slot: Slot;
  /** Told once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** As much is cut into lines before it is asked whether there are too many. */
const SLICE_BYTES = 1024;

const encoder = new TextEncoder();

/** The visitor, and what the connection's events go to. */
export interface PtchatDoor {
  readonly visitor: PtchatSession;
  readonly events: DoorEvents;
}

/** Greets, and hands lines to a visitor. */
export function ptchatDoor(
  { context, connection, slot, onClosed }: PtchatDoorOptions,
): PtchatDoor {
  const outbox = new Outbox(connection);
  const splitter = new PtchatLineSplitter();
  const held: Uint8Array[] = [];
  let isCrowded = false;
  const pace = new ReadingPace(connection, context.throttle.byteBudget());
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const visitor = new PtchatSession({
    context,
    slot,
    onClosed: (reason) => {
      clearTimeout(quiet);
      clearTimeout(greeting);
      pace.stop();
      onClosed(reason);
    },
    transport: {
      address: connection.address,
      isUnconfirmed: false,
      holdsBack: false,
      encrypted: connection.encrypted,
      get pendingBytes() {
        return outbox.pendingBytes;
      },
      get writes() {
        return outbox.writes;
      },
      send(text) {
        const taken = outbox.offer(encoder.encode(text));
        if (taken) context.turn.add(outbox);
        return taken;
      },
      drained: () => outbox.drained(),
      signedIn: () => {},
      end: (last) => outbox.end(encoder.encode(last)),
      crowded: (crowded) => {
        isCrowded = crowded;
        if (!crowded) feed(held.splice(0));
        pace.crowded(isCrowded);
      },
    },
  });
  context.directory.add(visitor);
  let greeting: ReturnType<typeof setTimeout> | undefined = setTimeout(() => greet(), 0);
  const greet = () => {
    if (greeting !== undefined) visitor.greet();
    greeting = undefined;
  };
  const take = (lines: Iterable<PtchatLine>, isUnterminated = false) => {
    for (const line of lines) {
      greet();
      visitor.take(line, { isUnterminated });
    }
  };
  /** Cuts no more into lines than can be taken now: the rest is kept until there is room. */
  const feed = (chunks: readonly Uint8Array[]) => {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        if (isCrowded) held.push(slice.slice());
        else take(splitter.push(slice, performance.now()));
      }
    }
  };
  const waitForQuiet = () => {
    clearTimeout(quiet);
    const { flushAtMs } = splitter;
    if (flushAtMs === undefined) return greet(); // nothing to answer: telnet's negotiation, for example
    quiet = setTimeout(() => {
      take(splitter.flush(performance.now()), !splitter.endsLines);
      waitForQuiet();
    }, Math.max(0, flushAtMs - performance.now()) + 1);
  };
  const leave = (reason: string) => {
    clearTimeout(greeting);
    for (const slice of held.splice(0)) take(splitter.push(slice, performance.now()));
    take(splitter.end());
    visitor.leave(reason);
  };
  const events: DoorEvents = {
    data(bytes) {
      clearTimeout(greeting); // whoever speaks first gets the greeting and the answer in one write
      pace.received(bytes.length);
      feed([bytes]);
      if (splitter.excessBytes > MAX_UNENDED_BYTES) {
        visitor.close("Too many bytes without a line end");
      }
      if (visitor.life.at === "open") waitForQuiet();
    },
    dismiss() {
      clearTimeout(quiet);
      clearTimeout(greeting);
      visitor.dismiss();
    },
    ended: () => leave("connection closed"),
    closed: leave,
  };
  return { visitor, events };
}
