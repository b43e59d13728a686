/**
 * The PTCHAT door, for people at line-based tools: the default door. It sends the greeting, and passes lines to a
 * session.
 *
 * @module
 */
import { LineStream } from "../../../net/line_stream.ts";
import { formatGreeting } from "../../../ptchat/format.ts";
import type { ServerContext } from "../../acts/context.ts";
import { closingLine, type Door, type DoorEvents, type StreamArrival } from "../door.ts";
import { PtchatLineCutter } from "./line_cutter.ts";
import { LATER } from "./output.ts";
import { PtchatSession } from "./session.ts";

/** The PTCHAT door of a server. */
export function ptchatDoor(context: ServerContext): Door {
  return {
    name: "ptchat",
    alpn: [],
    claims: (first) => first.length === 0 ? "more" : "yes",
    claimsLate: () => false,
    open: (arrival) => openPtchat(context, arrival),
    openDatagrams(arrival) {
      const session = new PtchatSession({ context, ...arrival });
      greet(session);
      return session;
    },
    refuse: closingLine,
  };
}

function openPtchat(
  context: ServerContext,
  { connection, slot, onClosed }: StreamArrival,
): { readonly session: PtchatSession; readonly events: DoorEvents } {
  const { throttle, turn } = context;
  let isGreeted = false;
  const greetOnce = () => {
    if (!isGreeted) greet(session);
    isGreeted = true;
  };
  const greeting = setTimeout(greetOnce, 0);
  const cutter = new PtchatLineCutter({
    line(line, isUnterminated) {
      greetOnce();
      session.take(line, { isUnterminated });
    },
    nothing: greetOnce,
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
    context,
    slot,
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
      session.apply({ kind: "dismiss" });
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

/** Sends the greeting, with how to sign in. */
function greet({ context, transport, output }: PtchatSession): void {
  const { name, guests, motd } = context;
  const { encrypted } = transport;
  output.send(formatGreeting({ server: name, guests, encrypted, motd }), LATER);
}
