/** Events as plain text, a line each, without escape codes: for pipes, logs and dumb terminals. @module */
import { displayText } from "../../../core/ground/text.ts";
import { offerText, progressText, transferredText } from "../words/offer_text.ts";
import type { ShownEvent, StreamShown } from "../words/shown_event.ts";
import { streamText } from "../words/stream_text.ts";
import { clockTime } from "../words/time_text.ts";

/** Interval of the lines with a stream's figures, after the first. */
const STATS_EVERY_S = 5;

/** The line of an event (more than one for a text of several lines); `undefined` when it is not shown. */
export function formatPlain(event: ShownEvent): string | undefined {
  switch (event.event) {
    case "connected":
      return `Connected to ${event.server} (SHA-256 ${event.fingerprint})`;
    case "signed-in":
      return `Signed in as ${event.user}`;
    case "signed-out":
      return `Signed out: ${event.user}`;
    case "joined":
      return event.own ? `You are in ${event.room}` : `${event.room} ${event.user} has come in`;
    case "left":
      return `${event.room} ${event.own ? "You have" : `${event.user} has`} left${
        why(event.reason)
      }`;
    case "message": {
      const lead = `${clockTime(event.time)} ${event.room} `;
      return lines(lead + (event.action ? `* ${event.from} ` : `<${event.from}> `), event.text);
    }
    case "private": {
      const way = event.direct ? "[direct]" : "[via server]";
      const lead = `${clockTime(event.time)} ${way} ${event.from} -> ${event.to}: `;
      return lines(event.action ? `${lead}* ` : lead, event.text);
    }
    case "delivered":
      return `${event.direct ? "[direct]" : "[via server]"} delivered to ${event.to}`;
    case "notice":
      return lines("- ", event.text);
    case "renamed":
      return event.own ? `You are ${event.to} now` : `${event.from} is ${event.to} now`;
    case "topic":
      return `${event.room} topic${event.by === undefined ? "" : ` set by ${event.by}`}: ${
        displayText(event.topic)
      }`;
    case "offer":
      return offerText(event);
    case "progress":
      return progressText(event);
    case "sent":
    case "received":
      return transferredText(event).join("\n");
    case "stream":
      return isShown(event) ? streamText(event) : undefined;
    case "error":
      return lines("! ", event.text);
    case "closed":
      return `Closed: ${displayText(event.reason)}`;
    default:
      return undefined;
  }
}

/** Figures come every second: too often for a log. Each stream gets one line at least. A rejection is an error event already. */
function isShown({ state, seconds = 0, end }: StreamShown): boolean {
  if (end === "rejected") return false;
  return state !== "stats" || seconds === 1 || seconds % STATS_EVERY_S === 0;
}

function why(reason: string): string {
  return reason === "" ? "" : ` (${displayText(reason)})`;
}

function lines(lead: string, text: string): string {
  return text.split("\n").map((line) => lead + displayText(line)).join("\n");
}
