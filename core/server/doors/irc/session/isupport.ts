/** Limits of the IRC door, and how it announces them (`RPL_ISUPPORT`). @module */
import { MAX_NICK_BYTES, MAX_ROOM_BYTES } from "../../../../ground/names.ts";
import { MAX_MONITORED } from "../../../acts/people.ts";
import { MAX_ROOMS_PER_USER } from "../../../hub/decide_rooms.ts";
import type { UserMode } from "../../../hub/events.ts";
import { MAX_BANS } from "../../../hub/room_modes.ts";

/** Longest away text. */
export const MAX_AWAY_BYTES = 200;
/** Most mode letters of one line, known or not; the rest is ignored. */
export const MAX_CHANGES = 12;
/** Most messages in one answer to CHATHISTORY. */
export const MAX_HISTORY = 1000;
/** Most targets of one message. */
export const MAX_MESSAGE_TARGETS = 4;
/** Longest real name. */
export const MAX_REALNAME_BYTES = 128;
/** Longest reason of a KICK or PART. */
export const MAX_REASON_BYTES = 255;
/** Most rooms in one JOIN, PART or NAMES. */
export const MAX_ROOM_TARGETS = 20;
/** Longest topic. */
export const MAX_TOPIC_BYTES = 390;
/** Longest user name: the part between `!` and `@`. */
export const MAX_USERNAME_BYTES = 16;
/** The modes of rooms that take no parameter. */
export const ROOM_FLAGS = "imnst";
/** The modes that users set themselves: bot, invisible. */
export const OWN_MODES: readonly UserMode[] = ["B", "i"];
/** All modes of users; `r` shows that they are signed in. */
export const USER_MODES = "Bir";

const TARGETS: readonly [command: string, most: number][] = [
  ["PRIVMSG", MAX_MESSAGE_TARGETS],
  ["NOTICE", MAX_MESSAGE_TARGETS],
  ["TAGMSG", MAX_MESSAGE_TARGETS],
  ["JOIN", MAX_ROOM_TARGETS],
  ["PART", MAX_ROOM_TARGETS],
  ["KICK", MAX_MESSAGE_TARGETS],
];

/** The tokens of `RPL_ISUPPORT`: https://modern.ircdocs.horse/#rplisupport-parameters */
export function isupport(name: string): string[] {
  return [
    `AWAYLEN=${MAX_AWAY_BYTES}`,
    "CASEMAPPING=ascii",
    "CHANLIMIT=#:" + MAX_ROOMS_PER_USER,
    `CHANMODES=b,k,l,${ROOM_FLAGS}`,
    `CHANNELLEN=${MAX_ROOM_BYTES}`,
    "CHANTYPES=#",
    `CHATHISTORY=${MAX_HISTORY}`,
    "BOT=B",
    "ELIST=CMNTU",
    `KICKLEN=${MAX_REASON_BYTES}`,
    `MAXLIST=b:${MAX_BANS}`,
    `MODES=${MAX_CHANGES}`,
    `MONITOR=${MAX_MONITORED}`,
    "MSGREFTYPES=msgid,timestamp",
    `NETWORK=${name}`,
    `NICKLEN=${MAX_NICK_BYTES}`,
    "PREFIX=(ov)@+",
    "SAFELIST",
    `TARGMAX=${TARGETS.map(([command, most]) => `${command}:${most}`)}`,
    `TOPICLEN=${MAX_TOPIC_BYTES}`,
    `USERLEN=${MAX_USERNAME_BYTES}`,
    "UTF8ONLY",
    "WHOX",
  ];
}
