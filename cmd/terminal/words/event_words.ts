/** The sentence of every event that the client reports as facts: one table. @module */
import { type ClientEvent, codeOfProblem, type LeaveReason } from "../../../core/client/mod.ts";
import {
  leftOutText,
  namesText,
  offerPartyText,
  streamEndText,
  transferEndedText,
} from "./offer_words.ts";
import { formatPin } from "./peer_text.ts";
import { lossText, peerFailureText, problemText } from "./problem_text.ts";
import type { ErrorShown, NoticeShown, ShownEvent, WordedEvent } from "./shown_event.ts";

type Words = {
  readonly [Name in WordedEvent["event"]]: (
    event: Extract<WordedEvent, { readonly event: Name }>,
  ) => NoticeShown | ErrorShown;
};

const WORDS: Words = {
  "motd": ({ text }) => notice(text),
  "server-warning": ({ text }) => notice(text),
  "server-note": ({ text }) => notice(text),
  "announcement": ({ from, room, text }) =>
    notice(from === undefined ? text : `-${from}${room === undefined ? "" : `/${room}`}- ${text}`),
  "invited": ({ room, by }) =>
    notice(`${by} invites you to ${room ?? "a room"}: /join ${room ?? ""}`),
  "reconnecting": ({ inMs, reason }) => {
    const seconds = (inMs / 1_000).toFixed(1);
    return error(
      "disconnected",
      `Not connected: ${lossText(reason)}. Trying again in ${seconds} s`,
    );
  },
  "say-queued": ({ waiting }) =>
    notice(`Not connected: kept to be said later (${waiting} waiting)`),
  "failed": ({ problem }) => error(codeOfProblem(problem), problemText(problem)),
  "refused": ({ problem }) => error(codeOfProblem(problem), problemText(problem)),
  "sign-in-lost": ({ problem }) =>
    error(codeOfProblem(problem), `Not signed in again: ${problemText(problem)}`),
  "rejoin-failed": ({ room, problem }) =>
    error(codeOfProblem(problem), `Not back in ${room}: ${problemText(problem)}`),
  "history-failed": ({ room, problem }) =>
    error(codeOfProblem(problem), `No history of ${room}: ${problemText(problem)}`),
  "key-pinned": ({ account, pin }) =>
    notice(
      `First direct link with ${account}: key ${formatPin(pin)} is trusted from now on ` +
        `(/verify ${account} compares it)`,
    ),
  "key-changed": ({ account, pin }) =>
    error(
      "untrusted-peer",
      `THE KEY OF ${account} HAS CHANGED to ${formatPin(pin)}: no link. Either they have a new ` +
        `machine, or somebody pretends to be them. Ask them, then /trust ${account}`,
    ),
  "bad-peer-note": ({ account }) => notice(`The client of ${account} sent an invalid request`),
  "cannot-listen": ({ reason }) =>
    notice(`Others cannot open direct links to this client: ${reason}`),
  "files-left-out": ({ first, count }) => {
    const more = count > 1 ? `, and ${count - 1} more (/leftout lists them)` : "";
    return notice(`Left out: ${leftOutText(first)}${more}`);
  },
  "files-renamed": ({ from, first, count }) => {
    const more = count > 1 ? `, and ${count - 1} more` : "";
    return notice(`Renamed: ${first.offered} from ${from} is ${first.path}${more}`);
  },
  "transfer-interrupted": (event) => {
    const { failure, retryInMs } = event;
    const next = retryInMs === undefined
      ? "waiting for its sender"
      : `trying again in ${retryInMs / 1000} s`;
    return notice(`${namesText(event)}: ${peerFailureText(failure)}, ${next}`);
  },
  "transfer-ended": (event) => error(event.code, transferEndedText(event), event.id),
  "stream-failed": (event) => {
    const { code, name, ending, id } = event;
    const what = ending.end === "rejected" ? `${name} ${offerPartyText(event)}: ` : "";
    return error(code, what + streamEndText(ending), id);
  },
  "stream-trouble": ({ code, message, keptIn, id }) => {
    const how = keptIn === undefined ? "it continues" : `it continues and is kept in ${keptIn}`;
    return error(code, `${message} (${how})`, id);
  },
  "stream-kept": ({ message, folder }) => notice(`${message}. It is kept in ${folder}, not played`),
  "saving-failed": ({ message }) => notice(message),
  "partly-offered": ({ room, members, reached }) =>
    notice(`Offered to ${reached} of ${members} in ${room}`),
  "receiver-left": ({ name, room, ending }) =>
    notice(`${name} for ${room}: ${streamEndText(ending)}`),
  "call-half-open": ({ account, code, problem }) =>
    error(code, `${account} cannot hear you: ${problemText(problem)}`),
};

/** An event of the client, as a face shows it. */
export function toShown(event: ClientEvent): ShownEvent {
  switch (event.event) {
    case "left":
      return { ...event, reason: leaveText(event.reason) };
    case "closed":
      return { event: "closed", reason: lossText(event.reason) };
    case "stream": {
      const { ending, heldBy, path, ...facts } = event;
      return {
        ...facts,
        ...(heldBy === undefined ? {} : { reason: `held by ${heldBy}` }),
        ...(ending === undefined ? {} : { end: ending.end, reason: streamEndText(ending) }),
        ...(path === undefined ? {} : { path }),
      };
    }
    default:
      return isWorded(event) ? say(event) : event;
  }
}

function isWorded(event: ClientEvent): event is WordedEvent {
  return event.event in WORDS;
}

function say(event: WordedEvent): ShownEvent {
  // The table maps each event to the function for its type.
  return (WORDS[event.event] as (event: WordedEvent) => ShownEvent)(event);
}

/** The reason for leaving a room; empty without one. */
function leaveText(reason: LeaveReason): string {
  switch (reason.kind) {
    case "parted":
      return reason.text;
    case "quit":
      return reason.text || "signed out";
    case "kicked":
      return `kicked by ${reason.by}${reason.text === "" ? "" : `: ${reason.text}`}`;
  }
}

function notice(text: string): NoticeShown {
  return { event: "notice", text };
}

function error(code: string, text: string, id?: string): ErrorShown {
  return { event: "error", code, text, ...(id === undefined ? {} : { id }) };
}
