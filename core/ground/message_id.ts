/**
 * Ids of messages (`msgid`): unique, and with a stamp in them, so that a message can be found by its id without an index
 * of ids. The stamp is the message's position in the history: its time, or the latest earlier stamp if the clock was set
 * back, so that later messages never sort before earlier ones.
 *
 * https://ircv3.net/specs/extensions/message-ids
 *
 * @module
 */

const RADIX = 36;
const FORM = /^([0-9a-z]{1,9})-[0-9a-z]+-[0-9a-z]+$/;

/**
 * Generates unique ids: `STAMP-MAKER-COUNT`, each in base 36.
 *
 * @param lastStamp The latest stamp of all existing messages.
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
 * @returns `undefined` for an id of another form.
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
