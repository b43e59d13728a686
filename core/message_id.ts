/**
 * Ids of messages (`msgid`): unique, and with the time in them, so that a message is found by its id without an index of
 * ids.
 *
 * https://ircv3.net/specs/extensions/message-ids
 *
 * @module
 */

const RADIX = 36;
const FORM = /^([0-9a-z]{1,9})-[0-9a-z]+-[0-9a-z]+$/;

/**
 * Makes ids that no other maker makes: `TIME-MAKER-COUNT`, each in digits and small letters.
 *
 * @returns A function from a message's time (milliseconds since 1970) to its id.
 */
export function messageIds(): (time: number) => string {
  const maker = crypto.getRandomValues(new Uint8Array(4)).toHex();
  let count = 0;
  return (time) => `${time.toString(RADIX)}-${maker}-${(count++).toString(RADIX)}`;
}

/**
 * The time of the message that has this id, in milliseconds since 1970.
 *
 * @returns `undefined` for what is no id of ours.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { messageIds, timeOfId } from "./message_id.ts";
 * const id = messageIds()(1_234);
 * assert.equal(timeOfId(id), 1_234);
 * assert.equal(timeOfId("elsewhere"), undefined);
 * ```
 */
export function timeOfId(id: string): number | undefined {
  const time = FORM.exec(id)?.[1];
  return time === undefined ? undefined : parseInt(time, RADIX);
}
