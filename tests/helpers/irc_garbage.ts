/** Lines that an IRC server must survive, for property tests and attacks. @module */
import * as fc from "fast-check";

/** All that a client can ask for. */
export const ALL_CAPS =
  "account-notify account-tag away-notify batch draft/chathistory draft/multiline " +
  "echo-message extended-join labeled-response message-tags multi-prefix sasl server-time setname " +
  "standard-replies userhost-in-names";

const COMMANDS = [
  "CAP",
  "NICK",
  "USER",
  "PASS",
  "PING",
  "PONG",
  "AUTHENTICATE",
  "REGISTER",
  "NS",
  "NICKSERV",
  "JOIN",
  "PART",
  "TOPIC",
  "NAMES",
  "LIST",
  "KICK",
  "INVITE",
  "MODE",
  "PRIVMSG",
  "NOTICE",
  "TAGMSG",
  "BATCH",
  "AWAY",
  "SETNAME",
  "WHOIS",
  "WHOWAS",
  "USERHOST",
  "ISON",
  "MONITOR",
  "WHO",
  "MOTD",
  "LUSERS",
  "VERSION",
  "TIME",
  "ADMIN",
  "INFO",
  "HELP",
  "CHATHISTORY",
  "RELAY",
  "FROB",
  "001",
  "QUIT!",
];

/** Words that mean something here, and words that mean nothing anywhere. */
const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "amy",
    "bob",
    "#tea",
    "#TEA",
    "#lobby",
    "#new",
    "#a,#b",
    "amy,bob",
    "*",
    "+",
    "-",
    "+o",
    "-o",
    "+b",
    "+kl",
    "+imnst",
    "-imnst",
    "LS",
    "REQ",
    "END",
    "LATEST",
    "BEFORE",
    "TARGETS",
    "timestamp=2027-01-01T00:00:00.000Z",
    "msgid=x",
    "50",
    "+1",
    "-1",
    "draft/multiline",
    "C",
    "L",
    "S",
    "302",
    "%tacnfhiur,42",
    "0",
    "-5",
    "1e99",
    "NaN",
    "__proto__",
    "constructor",
    "LOGOUT",
    "HELP",
    "PLAIN",
    "SCRAM-SHA-256",
    "guest",
    "correct-horse-7",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "x".repeat(100),
    "☕".repeat(60),
    ":".repeat(30),
    "\x1b]0;owned\x07",
    "\u202e",
    "é".repeat(200),
  ),
).map((text) => text.replace(/[\0\r\n]/g, ""));

const tags = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.constantFrom(
    "@label=7 ",
    "@+a=b ",
    "@batch=1 ",
    "@label=;+draft/reply=x;batch=1 ",
    "@= ",
    "@;;= ",
    "@__proto__=1 ",
  ),
  word.map((text) => `@${text.replaceAll(" ", "")} `),
);

/** A line of IRC: its parts make sense, the whole seldom does. */
export const ircLine: fc.Arbitrary<string> = fc.tuple(
  tags,
  fc.constantFrom(...COMMANDS),
  fc.array(word, { maxLength: 5 }),
  fc.boolean(),
)
  .map(([tags, command, words, isTrailing]) => {
    const params = words.map((text, at) =>
      at === words.length - 1 && isTrailing ? ` :${text}` : ` ${text}`
    );
    return tags + command + params.join("");
  });
