/**
 * The IRCv3 capabilities that the server offers, as bits of a number.
 *
 * Negotiation: https://ircv3.net/specs/extensions/capability-negotiation
 *
 * @module
 */

/** Longest text of one `draft/multiline` batch, in bytes. */
export const MULTILINE_MAX_BYTES = 16_384;
/** Most lines of one `draft/multiline` batch. */
export const MULTILINE_MAX_LINES = 200;

/** A set of capabilities: the sum of their bits. */
export type CapSet = number;

/** One bit for each capability. */
export const CAP = {
  MESSAGE_TAGS: 1 << 0,
  SERVER_TIME: 1 << 1,
  ACCOUNT_TAG: 1 << 2,
  BATCH: 1 << 3,
  LABELED_RESPONSE: 1 << 4,
  ECHO_MESSAGE: 1 << 5,
  SASL: 1 << 6,
  ACCOUNT_REGISTRATION: 1 << 7,
  ACCOUNT_NOTIFY: 1 << 8,
  EXTENDED_JOIN: 1 << 9,
  AWAY_NOTIFY: 1 << 10,
  MULTI_PREFIX: 1 << 11,
  USERHOST_IN_NAMES: 1 << 12,
  SETNAME: 1 << 13,
  CHATHISTORY: 1 << 14,
  MULTILINE: 1 << 15,
  STANDARD_REPLIES: 1 << 16,
  CAP_NOTIFY: 1 << 17,
} as const;

/** A capability as listed by `CAP LS`. */
export interface CapInfo {
  readonly name: string;
  readonly bit: number;
  /** Shown after `=` to clients that send `CAP LS 302`. */
  readonly value?: string;
}

/** All capabilities offered. */
export const CAPS: readonly CapInfo[] = [
  { name: "account-notify", bit: CAP.ACCOUNT_NOTIFY },
  { name: "account-tag", bit: CAP.ACCOUNT_TAG },
  { name: "away-notify", bit: CAP.AWAY_NOTIFY },
  { name: "batch", bit: CAP.BATCH },
  { name: "cap-notify", bit: CAP.CAP_NOTIFY },
  {
    name: "draft/account-registration",
    bit: CAP.ACCOUNT_REGISTRATION,
    value: "before-connect,custom-account-name",
  },
  { name: "draft/chathistory", bit: CAP.CHATHISTORY },
  {
    name: "draft/multiline",
    bit: CAP.MULTILINE,
    value: `max-bytes=${MULTILINE_MAX_BYTES},max-lines=${MULTILINE_MAX_LINES}`,
  },
  { name: "echo-message", bit: CAP.ECHO_MESSAGE },
  { name: "extended-join", bit: CAP.EXTENDED_JOIN },
  { name: "labeled-response", bit: CAP.LABELED_RESPONSE },
  { name: "message-tags", bit: CAP.MESSAGE_TAGS },
  { name: "multi-prefix", bit: CAP.MULTI_PREFIX },
  { name: "sasl", bit: CAP.SASL, value: "PLAIN,SCRAM-SHA-256" },
  { name: "server-time", bit: CAP.SERVER_TIME },
  { name: "setname", bit: CAP.SETNAME },
  { name: "standard-replies", bit: CAP.STANDARD_REPLIES },
  { name: "userhost-in-names", bit: CAP.USERHOST_IN_NAMES },
];

const BY_NAME = new Map(CAPS.map((cap) => [cap.name, cap]));

/** The capability with that name, if it is offered. */
export function findCap(name: string): CapInfo | undefined {
  return BY_NAME.get(name);
}

/** The names of the capabilities in a set, for `CAP LIST`. */
export function capNames(set: CapSet): string[] {
  return CAPS.filter((cap) => (set & cap.bit) !== 0).map((cap) => cap.name);
}
