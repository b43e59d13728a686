/** The limits and habits that clients are told of. @module */
import { MAX_ROOMS_PER_USER } from "../../hub/rooms.ts";
import { MAX_NAME_BYTES, MAX_ROOM_BYTES } from "../../irc/names.ts";

/** Nicks that one session may watch. */
export const MAX_MONITORED = 100;

/** Longest real name. */
export const MAX_REALNAME_BYTES = 128;
/** The modes of users: bots, invisible, signed in. Only the last one is ever seen. */
export const USER_MODES = "Bir";

/** The tokens of `RPL_ISUPPORT`: https://modern.ircdocs.horse/#rplisupport-parameters */
export function isupport(name: string): string[] {
  return [
    "AWAYLEN=200",
    "CASEMAPPING=ascii",
    "CHANLIMIT=#:" + MAX_ROOMS_PER_USER,
    "CHANMODES=b,k,l,imnst",
    `CHANNELLEN=${MAX_ROOM_BYTES}`,
    "CHANTYPES=#",
    "CHATHISTORY=1000",
    "ELIST=U",
    "KICKLEN=255",
    "MAXLIST=b:100",
    "MODES=12",
    `MONITOR=${MAX_MONITORED}`,
    "MSGREFTYPES=msgid,timestamp",
    `NETWORK=${name}`,
    `NICKLEN=${MAX_NAME_BYTES}`,
    "PREFIX=(ov)@+",
    "SAFELIST",
    "TARGMAX=PRIVMSG:4,NOTICE:4,TAGMSG:4,JOIN:20,PART:20,KICK:1",
    "TOPICLEN=390",
    "USERLEN=16",
    "UTF8ONLY",
    "WHOX",
  ];
}
