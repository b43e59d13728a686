/**
 * A session at the PTCHAT door, as those parts see it that do what its lines ask for.
 *
 * @module
 */
import type { HubSession, Room } from "../../hub/types.ts";
import type { Slot } from "../../net/slots.ts";
import { type PtchatInput, type PtchatLife, roomNameOf } from "../../ptchat/session_life.ts";
import type { ServerContext } from "../context.ts";
import type { PtchatOutput } from "./output.ts";
import type { PtchatTransport } from "./transport.ts";

/** Who acts. */
export interface PtchatActor extends HubSession {
  readonly context: ServerContext;
  readonly transport: Pick<PtchatTransport, "address" | "isUnconfirmed" | "signedIn">;
  readonly slot: Pick<Slot, "settle" | "welcome">;
  readonly output: PtchatOutput;
  readonly life: PtchatLife;
  /** Aborted when the session is over. */
  readonly gone: AbortSignal;
  /** Something happened to the session. */
  apply(input: PtchatInput): void;
}

/** The room that the actor is in, and still a member of. */
export function currentRoom({ context, life, user }: PtchatActor): Room | undefined {
  const name = roomNameOf(life);
  if (name === undefined || !user) return undefined;
  const room = context.hub.rooms.find(name);
  return room?.members.has(user) ? room : undefined;
}
