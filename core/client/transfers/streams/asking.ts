/**
 * Finds the receivers of a stream and offers it to them.
 *
 * @module
 */
import { foldName, isAccountName } from "../../../ground/names.ts";
import { cleanText } from "../../../ground/text.ts";
import type { RoomMembers } from "../../common/ports.ts";
import { ClientError } from "../../events/errors.ts";
import type { MediaLink } from "./active.ts";
import { asClientError } from "./report.ts";

/** Most members of a room that are asked concurrently. */
const ASKED_AT_ONCE = 8;

/**
 * The accounts that `to` stands for: a person, or all others in a room except guests, who have no account.
 *
 * @param self Our own account.
 * @throws {ClientError} `not-in-room`, `bad-name`, `no-such-user`.
 */
export function accountsOf(to: string, self: string, rooms: RoomMembers): readonly string[] {
  if (isAccountName(to)) return [to];
  const present = rooms.get(to)?.members.values().toArray();
  if (present === undefined) {
    throw isRoomTarget(to)
      ? new ClientError({ kind: "not-in-room", room: cleanText(to) })
      : new ClientError({ kind: "bad-peer-name", name: cleanText(to) });
  }
  const others = present.filter((name) => foldName(name) !== foldName(self) && isAccountName(name));
  if (others.length > 0) return others;
  throw new ClientError({ kind: "nobody-in-room", room: to });
}

/** Whether a stream is for all members of a room. */
export function isRoomTarget(to: string): boolean {
  return /^[#&]/.test(to);
}

/**
 * Opens a link to each account, several concurrently, and passes each to `ask` as soon as it is open.
 *
 * @returns How many could not be asked.
 * @throws {ClientError} When none could be asked.
 */
export async function askEach(
  to: string,
  accounts: readonly string[],
  { openLink, ask }: {
    openLink(account: string): Promise<MediaLink>;
    ask(link: MediaLink): void;
  },
): Promise<number> {
  const errors: unknown[] = [];
  const rest = accounts.values();
  const worker = async () => {
    for (const account of rest) {
      try {
        ask(await openLink(account));
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, worker));
  if (errors.length < accounts.length) return errors.length;
  if (!isRoomTarget(to)) throw asClientError(errors[0], to);
  throw new ClientError({ kind: "nobody-answers-in-room", room: to }, { cause: errors[0] });
}
