/** Events as coloured lines for a person at a terminal. @module */
import { mentions, type PrivateMessage, type RoomMessage } from "../../../core/client/mod.ts";
import { displayText } from "../../../core/ground/text.ts";
import { offerText, transferredText } from "../words/offer_text.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import { streamText } from "../words/stream_text.ts";
import { clockTime, dayOf } from "../words/time_text.ts";
import type { Palette } from "./colors.ts";

/** Codes of intended ends, which are not shown as errors. */
const WANTED_ENDS: ReadonlySet<string> = new Set(["offer-declined", "transfer-cancelled"]);

/** Options for {@linkcode TerminalFormat}. */
export interface TerminalFormatOptions {
  readonly palette: Palette;
  /** Our own nickname, for mentions. */
  nick(): string;
  /** The current room: its name is left out in front of its messages. */
  room(): string | undefined;
}

/** Formats events as lines; remembers the day, to show when it changes. */
export class TerminalFormat {
  readonly #options: TerminalFormatOptions;
  #day: string | undefined;
  #lastError: string | undefined;

  constructor(options: TerminalFormatOptions) {
    this.#options = options;
  }

  /** The lines of an event, none when it is not shown. */
  lines(event: ShownEvent): string[] {
    const { palette: { dim, green, red, nick, highlight } } = this.#options;
    switch (event.event) {
      case "connected":
        return [green(`Connected to ${event.server}`), dim(`SHA-256 ${event.fingerprint}`)];
      case "signed-in":
        return [green(`Signed in as ${event.user}`)];
      case "signed-out":
        return [`${event.user} is signed out`];
      case "joined":
        return event.own
          ? [dim(`-- ${event.room} --`)]
          : [dim(`${clock()} ${this.#where(event.room)}${event.user} has come in`)];
      case "left":
        return [this.#left(event)];
      case "message":
        return this.#timed(event, this.#message(event));
      case "private":
        return this.#timed(event, this.#private(event));
      case "delivered":
        // A direct message of ours is shown once it is delivered, with a mark.
        return event.direct ? [] : [dim(`      delivered to ${event.to}`)];
      case "notice":
        return linesOf(event.text).map((line) => dim("- ") + line);
      case "renamed":
        return [dim(event.own ? `You are ${event.to} now` : `${event.from} is ${event.to} now`)];
      case "topic":
        return event.topic === "" && event.by === undefined ? [] : [
          dim(`${event.room} is about: `) + displayText(event.topic) +
          (event.by === undefined ? "" : dim(" (set by ") + nick(event.by) + dim(")")),
        ];
      case "offer":
        return [event.own ? dim(offerText(event)) : highlight(offerText(event))];
      case "sent":
      case "received":
        return transferredText(event).map((line, at) => at === 0 ? green(line) : red(line));
      case "stream":
        // A rejection is an error event already; figures have a row of their own.
        return event.state === "stats" || event.end === "rejected" ? [] : [dim(streamText(event))];
      case "error": {
        const paint = WANTED_ENDS.has(event.code) ? dim : red;
        this.#lastError = event.text;
        return linesOf(event.text).map((line) => paint(`! ${line}`));
      }
      case "closed":
        return event.reason === this.#lastError
          ? []
          : [dim(`Closed: ${displayText(event.reason)}`)];
      default:
        return [];
    }
  }

  #left({ room, user, own, reason }: Extract<ShownEvent, { event: "left" }>): string {
    const why = reason === "" ? "" : ` (${displayText(reason)})`;
    const who = own ? "You have" : `${user} has`;
    return this.#options.palette.dim(`${clock()} ${this.#where(room)}${who} left${why}`);
  }

  #message(event: RoomMessage): string[] {
    const { palette, nick } = this.#options;
    const where = palette.dim(this.#where(event.room));
    const author = palette.nick(event.from);
    const head = where + (event.action ? `* ${author} ` : `${author}: `);
    const named = !event.own && mentions(event.text, nick());
    return linesOf(event.text).map((line) => head + (named ? palette.highlight(line) : line));
  }

  #private(event: PrivateMessage): string[] {
    const { palette } = this.#options;
    const way = event.direct ? palette.green("[direct]") : palette.yellow("[via server]");
    const names = event.own
      ? `${palette.dim("to")} ${palette.nick(event.to)}`
      : `${palette.dim("from")} ${palette.nick(event.from)}`;
    const head = `${way} ${names}: ${event.action ? `* ${event.from} ` : ""}`;
    const lines = linesOf(event.text).map((line) => head + line);
    if (event.own && event.direct) lines.push(`${lines.pop() ?? head} ${palette.green("✓")}`);
    return lines;
  }

  #timed({ time, replayed }: RoomMessage | PrivateMessage, lines: string[]): string[] {
    const { dim } = this.#options.palette;
    const day = dayOf(time);
    const change = day === this.#day || (this.#day === undefined && day === dayOf(now()))
      ? []
      : [dim(`-- ${day} --`)];
    this.#day = day;
    const stamp = replayed ? dim(`${clockTime(time)} |`) : dim(clockTime(time));
    return [...change, ...lines.map((line) => `${stamp} ${line}`)];
  }

  #where(room: string): string {
    return room === this.#options.room() ? "" : `${room} `;
  }
}

/** The lines of a text, cleaned. */
function linesOf(text: string): string[] {
  return text.split("\n").map(displayText);
}

function clock(): string {
  return clockTime(now());
}

function now(): string {
  return new Date().toISOString();
}
