/**
 * Every way into a server, under one face, for tests that try the same through all of them.
 *
 * @module
 */
import type { Serving } from "./serving.ts";

/** Somebody at a door. */
export interface Caller {
  /** Sends lines. */
  say(...lines: readonly string[]): void;
  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void;
  /** The next line that fits. */
  expect(pattern: RegExp): Promise<RegExpExecArray>;
  /** All lines until the server hangs up. */
  untilClosed(): Promise<readonly string[]>;
}

/** One way in: what is to be typed there, and what the answers look like. */
export interface Door {
  readonly name: string;
  /** Comes to the door, from another address than 127.0.0.1 if told. */
  call(chat: Serving, from?: string): Promise<Caller>;
  readonly lines: {
    readonly signIn: (name: string, password: string) => readonly string[];
    readonly register: (name: string, password: string) => readonly string[];
    readonly enterAsGuest: (name: string) => readonly string[];
    readonly say: (text: string) => string;
    /** Is answered whatever else is the case. */
    readonly anybody: string;
  };
  readonly answers: {
    readonly signedIn: RegExp;
    readonly entered: RegExp;
    readonly wrong: RegExp;
    readonly limited: RegExp;
    readonly banned: RegExp;
    readonly signInFirst: RegExp;
    readonly nameTaken: RegExp;
    readonly reserved: RegExp;
    readonly tooLong: RegExp;
    readonly notText: RegExp;
    readonly anybody: RegExp;
    /** Comes where lines were dropped that came too fast; where there is a connection, they just wait. */
    readonly notTaken?: RegExp;
    /** The last line, for a reason. */
    readonly closed: (reason: string) => string;
    /** The only line for who is not let in. */
    readonly refused: (reason: string) => string;
  };
}

const IRC: Pick<Door, "lines" | "answers"> = {
  lines: {
    signIn: (name, password) => [
      "CAP REQ :sasl",
      "AUTHENTICATE PLAIN",
      `AUTHENTICATE ${btoa(`\0${name}\0${password}`)}`,
    ],
    register: (name, password) => [`REGISTER ${name} * ${password}`],
    enterAsGuest: (name) => [`NICK ${name}`, `USER ${name} 0 * :${name}`],
    say: (text) => `PRIVMSG #lobby :${text}`,
    anybody: "PING still-here",
  },
  answers: {
    signedIn: / 903 /,
    entered: / 001 /,
    wrong: / 904 \S+ :SASL authentication failed: Wrong name or password$/,
    limited: / 904 \S+ :SASL authentication failed: Too many attempts: wait \d+ seconds$/,
    banned: / 904 \S+ :SASL authentication failed: You are banned \(spam\)$/,
    signInFirst: /^(:\S+ NOTICE \S+ :Sign in to talk|:\S+ 451 \S+ .*)$/,
    nameTaken: / 433 \S+ \S+ :Nickname /,
    reserved: / 432 \S+ \S+ :Nickname is reserved$/,
    tooLong: / 417 \S+ :Input line was too long$/,
    notText: / FAIL \* INVALID_UTF8 :Message is not UTF-8$/,
    anybody: / PONG \S+ :?still-here$/,
    closed: (reason) => `ERROR :Closing Link: ${reason}`,
    refused: (reason) => `ERROR :Closing Link: ${reason}`,
  },
};

const PTCHAT: Pick<Door, "lines" | "answers"> = {
  lines: {
    signIn: (name, password) => [`~:login ${name}:`, password],
    register: (name, password) => [`~:register ${name}:`, password],
    enterAsGuest: (name) => [name],
    say: (text) => text,
    anybody: "~:help:",
  },
  answers: {
    signedIn: /^\* You are signed in as /,
    entered: /^\* You are in as the guest /,
    wrong: /^\* Wrong name or password\.$/,
    limited: /^\* Too many attempts: wait \d+ seconds\.$/,
    banned: /^\* You are banned \(spam\)\.$/,
    signInFirst: /^\* Sign in first: /,
    nameTaken: / belongs to an account: sign in to it, or choose another name\.$/,
    reserved: / is reserved: choose another name\.$/,
    tooLong: /^\* Not sent: a line may have \d+ bytes\.$/,
    notText: /^\* Not sent: that was not UTF-8 text\.$/,
    anybody: /this list$/,
    closed: (reason) => `* Goodbye: ${reason}.`,
    refused: (reason) => `ERROR :Closing Link: ${reason}`,
  },
};

const UDP: Pick<Door, "lines" | "answers"> = {
  // In one datagram: the same bytes twice within a moment are one that the network doubled.
  lines: {
    ...PTCHAT.lines,
    signIn: (name, password) => [`~:login ${name} ${password}:`],
    register: (name, password) => [`~:register ${name} ${password}:`],
  },
  answers: {
    ...PTCHAT.answers,
    notTaken: /^\* Too fast: \d+ of your lines were not taken\.$/,
    refused: PTCHAT.answers.closed,
  },
};

/** Comes by TCP; `start` makes the server know the door at once. */
function byTcp(plain: boolean, start: readonly string[]): Door["call"] {
  return async (chat, from) => {
    const caller = await chat.connect({ plain, ...(from !== undefined && { from }) });
    caller.say(...start);
    return caller;
  };
}

/** Comes by UDP, and sends the code back: from then on it is as with a connection. */
async function byUdp(chat: Serving, from?: string): Promise<Caller> {
  const caller = await chat.callByUdp(from);
  const code = await caller.confirm();
  if (code === undefined) return caller;
  caller.say(`code ${code}`);
  caller.putBack((await caller.until(/^\* (This address is confirmed\.|Goodbye: .*)$/)).at(-1)!);
  return caller;
}

/** All ways in. */
export const DOORS: readonly Door[] = [
  { name: "IRC over TLS", call: byTcp(false, ["CAP LS 302"]), ...IRC },
  { name: "IRC in plain", call: byTcp(true, ["CAP LS 302"]), ...IRC },
  { name: "PTCHAT over TLS", call: byTcp(false, ["~:help:"]), ...PTCHAT },
  { name: "PTCHAT over TCP", call: byTcp(true, ["~:help:"]), ...PTCHAT },
  { name: "PTCHAT over UDP", call: byUdp, ...UDP },
];
