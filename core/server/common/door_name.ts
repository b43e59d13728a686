/** The names of the doors. @module */

/** The names of all doors; "foreign" is for protocols that are not supported. */
export const DOOR_NAMES = ["irc", "http", "relay", "ptchat", "foreign"] as const;
/** One of {@linkcode DOOR_NAMES}. */
export type DoorName = typeof DOOR_NAMES[number];
