/**
 * A session at the PTCHAT door, as seen by the parts that run its lines.
 *
 * @module
 */
import {
  type PtchatInput,
  type PtchatLife,
  type PtchatLifeStep,
  roomNameOf,
} from "../../../ptchat/session_life.ts";
import type { Actor } from "../../acts/actor.ts";
import type { ServerContext } from "../../acts/context.ts";
import { findOwnRoom } from "../../acts/rooms.ts";
import type { Room } from "../../hub/types.ts";
import type { PtchatTransport } from "../transport.ts";
import type { PtchatOutput } from "./output.ts";

/** A session that acts. */
export interface PtchatActor extends Actor {
  readonly context: ServerContext;
  readonly transport: Pick<PtchatTransport, "signedIn">;
  readonly output: PtchatOutput;
  readonly life: PtchatLife;
  /** Applies an input to the session's state. */
  apply(input: PtchatInput): void;
  /** Stores the result of a step, and carries out its act. */
  enact(step: PtchatLifeStep): void | Promise<void>;
}

/** The room that the actor is in, and still a member of. */
export function currentRoom(actor: PtchatActor): Room | undefined {
  const name = roomNameOf(actor.life);
  if (name === undefined) return undefined;
  const found = findOwnRoom(actor.context, actor, name);
  return found.state === "found" ? found.room : undefined;
}
