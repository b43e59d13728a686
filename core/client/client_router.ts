/**
 * Routes events of the connection and of direct links to the parts of a client.
 *
 * @module
 */
import type { PeerLink } from "../peer/mod.ts";
import type { PendingWork } from "./common/pending_work.ts";
import type { EventSink } from "./common/ports.ts";
import type { ServerConnectionState } from "./events/connection_state.ts";
import type { ClientError } from "./events/errors.ts";
import type { ClientEvent, LinkEvent } from "./events/events.ts";
import type { DirectText, LinkReceiver } from "./people/direct_links.ts";
import type { LinkHolder } from "./people/link_holder.ts";
import type { CredentialMemory } from "./people/own_account.ts";
import type { PrivateMessages } from "./people/private_messages.ts";
import type { Inbox, InboxFact } from "./rooms/inbox.ts";
import type { RoomSpeech } from "./rooms/room_speech.ts";
import type { JoinedRooms } from "./rooms/rooms.ts";
import type { Unit } from "./session/batches.ts";
import type { ConnectionListener } from "./session/reconnecting.ts";
import type { ServerSession } from "./session/session.ts";
import type { FileTransfers } from "./transfers/files/mod.ts";
import type { MediaStreams } from "./transfers/streams/mod.ts";

/** The parts that receive events. */
export interface RoutedParts {
  readonly events: EventSink;
  readonly memory: CredentialMemory;
  readonly joined: JoinedRooms;
  readonly inbox: Inbox;
  readonly speech: RoomSpeech;
  readonly messages: PrivateMessages;
  readonly links: LinkHolder;
  readonly files: FileTransfers;
  readonly streams: MediaStreams;
  readonly pending: PendingWork;
}

/** Routes each event to its part, and reports the rest. */
export class ClientRouter implements ConnectionListener, LinkReceiver {
  readonly #parts: RoutedParts;

  /** Nothing has happened yet. */
  constructor(parts: RoutedParts) {
    this.#parts = parts;
  }

  connection(state: ServerConnectionState): void {
    const { events, joined, speech } = this.#parts;
    events.emit({ event: "connection", state });
    if (state.at === "waiting") {
      joined.clear();
      events.emit({ event: "reconnecting", inMs: state.delayMs, reason: state.reason });
    }
    if (state.at !== "closed") return;
    speech.end(state.reason);
    events.emit({ event: "closed", reason: state.reason });
  }

  unit(session: ServerSession, unit: Unit, answers: boolean): void {
    for (const fact of this.#parts.inbox.read(session, unit, answers)) this.#handle(fact);
  }

  roundTrip(ms: number): void {
    this.#parts.events.emit({ event: "round-trip", ms });
  }

  opened(session: ServerSession, signInError: ClientError | undefined): void {
    const { events, memory, pending, speech } = this.#parts;
    if (signInError) {
      memory.credentials = undefined;
      events.emit({ event: "sign-in-lost", problem: signInError.problem });
    }
    pending.add(speech.returned(session));
  }

  failed({ problem }: ClientError): void {
    this.#parts.events.emit({ event: "failed", problem });
  }

  received(account: string, message: DirectText): void {
    this.#parts.messages.receivedDirectly(account, message);
  }

  linked(link: PeerLink): void {
    const { files, streams } = this.#parts;
    (link.purpose === "file" ? files : streams).receive(link);
  }

  noticed(event: LinkEvent): void {
    this.#parts.events.emit(event);
  }

  #handle(fact: InboxFact): void {
    const { links, messages } = this.#parts;
    switch (fact.kind) {
      case "event":
        return this.#report(fact.event);
      case "client-changed":
        return messages.forget(fact.nick);
      case "peer-note":
        return links.links?.receive(fact.account, fact.note);
      case "acknowledged":
        return messages.acknowledged(fact.account, fact.id);
      case "private":
        return messages.throughServer(fact.spoken);
    }
  }

  #report(event: ClientEvent): void {
    const { events, links, pending, speech } = this.#parts;
    if (event.event === "message") speech.heard(event);
    events.emit(event);
    switch (event.event) {
      case "signed-in":
        return links.signedIn(event.user, this);
      case "signed-out":
        return links.signedOut();
      case "joined":
        return event.own ? pending.add(speech.entered(event.room)) : undefined;
      case "left":
        return event.own ? speech.left(event.room) : undefined;
    }
  }
}
