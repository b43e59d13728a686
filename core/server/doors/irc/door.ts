/**
 * The IRC door: detects IRC connections, and converts between bytes and lines.
 *
 * @module
 */
import { MAX_IRC_LINE_BYTES } from "../../../irc/message.ts";
import { type LineCutter, LineStream } from "../../../net/line_stream.ts";
import { LineSplitter } from "../../../net/lines.ts";
import type { ServerContext } from "../../acts/context.ts";
import { closingLine, type Door, type DoorClaim, type StreamArrival } from "../door.ts";
import { claimWord, openingWord } from "../opening_word.ts";
import { IRC_COMMANDS } from "./commands/mod.ts";
import { EventFormatters } from "./session/event_formatter.ts";
import { IrcSession } from "./session/session.ts";

const IRC_VERBS = ["CAP", "NICK", "USER", "PASS", "PING", "AUTHENTICATE", "QUIT"];
/** How programs begin; people do not begin in capitals. */
const PROGRAM_LINE = /^(CAP|NICK|USER|PASS) \S/;
const PROGRAM_LINE_BYTES = 6;

/** The IRC door of a server. */
export function ircDoor(context: ServerContext): Door {
  const formatters = new EventFormatters();
  return {
    name: "irc",
    alpn: ["irc"],
    claims: claimIrc,
    claimsLate: (first) =>
      PROGRAM_LINE.test(String.fromCharCode(...first.subarray(0, PROGRAM_LINE_BYTES))),
    open: (arrival) => openIrc(arrival, { context, formatters }),
    refuse: closingLine,
  };
}

function claimIrc(first: Uint8Array): DoorClaim {
  const opening = openingWord(first);
  const { word, end, isPartial } = opening;
  if (word.startsWith("@")) return "yes";
  if (!word.startsWith(":")) return claimWord(opening, IRC_VERBS);
  if (end !== "") return "no"; // a smiley
  return isPartial ? "more" : "yes";
}

function openIrc(
  { connection, slot, onClosed }: StreamArrival,
  { context, formatters }: {
    readonly context: ServerContext;
    readonly formatters: EventFormatters;
  },
): { readonly session: IrcSession; readonly events: LineStream } {
  const { throttle, turn } = context;
  const cutter: LineCutter = new LineSplitter(MAX_IRC_LINE_BYTES - 2, {
    line: (text) => session.input.line(text),
    fault: (fault, line) => session.input.fault(fault, line),
    isFull: () => events.isCrowded,
  });
  const events: LineStream = new LineStream({
    connection,
    cutter,
    budget: throttle.byteBudget(),
    due: (outbox) => turn.add(outbox),
    ended: (reason) => session.input.ended(reason),
  });
  const session = new IrcSession({
    ...{ context, connection: events, slot, formatters, onClosed },
    commands: IRC_COMMANDS,
  });
  return { session, events };
}
