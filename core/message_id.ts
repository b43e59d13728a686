/**
 * Ids of messages (`msgid`): unique, and with a stamp in them, so that a message is found by its id without an index of
 * ids. The stamp is the message's place in the history: its time, but where the clock was set back, the latest stamp
 * there was, so that what is said later never stands before what was said earlier.
 *
 * https://ircv3.net/specs/extensions/message-ids
 *
 * @module
 */

const RADIX = 36;
const FORM = /^([0-9a-z]{1,9})-[0-9a-z]+-[0-9a-z]+$/;

/**
 * Makes ids that no other maker makes: `STAMP-MAKER-COUNT`, each in digits and small letters.
 *
 * @param lastStamp The latest stamp of all messages there are.
 * @returns A function from a message's time (milliseconds since 1970) to its id.
 */
export function messageIds(lastStamp = 0): (time: number) => string {
  const maker = crypto.getRandomValues(new Uint8Array(4)).toHex();
  let stamp = lastStamp;
  let count = 0;
  return (time) => {
    stamp = Math.max(stamp, time);
    return `${stamp.toString(RADIX)}-${maker}-${(count++).toString(RADIX)}`;
  };
}

/**
 * The stamp in an id.
 *
 * @returns `undefined` for what is no id of ours.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { messageIds, stampOfId } from "./message_id.ts";
 * const id = messageIds()(1_234);
 * assert.equal(stampOfId(id), 1_234);
 * assert.equal(stampOfId("elsewhere"), undefined);
 * ```
 */
export function stampOfId(id: string): number | undefined {
  const stamp = FORM.exec(id)?.[1];
  return stamp === undefined ? undefined : parseInt(stamp, RADIX);
}
