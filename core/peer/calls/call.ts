/**
 * What both sides of a call share: proving our key on a new connection, and verifying the other side's.
 *
 * @module
 */
import { sha256Digest } from "../../ground/bytes.ts";
import { runWithin } from "../../ground/clock.ts";
import { messageOf } from "../../ground/message_of.ts";
import type { Identity } from "../../identity/identity.ts";
import { tryClose } from "../../net/try_close.ts";
import type { Candidate } from "../links/address.ts";
import type { PeerCertificate } from "../links/certificate.ts";
import type { DialContext, Dialed } from "../links/dial.ts";
import { answerHello, isProved, makeHello, sayHello } from "../links/hello.ts";
import { LinkReader } from "../links/json_lines.ts";
import type { PeerLink, Purpose } from "../links/link.ts";
import type { LinkRegistry } from "../links/link_registry.ts";
import {
  GREETING_MS,
  type LinkTraffic,
  type PeerListener,
  remoteOf,
  type UnverifiedCaller,
} from "../links/peer_listener.ts";
import type { RelayDialer } from "../links/relay.ts";
import { closeOn } from "../links/sockets.ts";
import type { Note } from "./note.ts";
import type { Notices } from "./notice.ts";
import { ownCandidates } from "./own_candidates.ts";
import type { Tickets } from "./tickets.ts";
import { type Trust, untrusted } from "./trust.ts";

/** The other side and the purpose of a call. */
export interface CallParty {
  /** The other side's account. */
  readonly account: string;
  /** The purpose of the link. */
  readonly purpose: Purpose;
  /** The other side's certificate, from its note. */
  readonly certificate: PeerCertificate;
  /** Whether this side called. */
  readonly caller: boolean;
}

/** The call that a ticket admits to. A call has at most one link: `claim` decides which connection becomes it. */
export interface Invitation extends CallParty {
  /** Claims the call for one connection; returns false if another was first. */
  claim(): boolean;
  /** The claimed connection has failed. */
  release(): void;
  /** The claimed connection has become a link. */
  welcome(link: PeerLink): void;
}

/** Sends notes to the clients of other accounts. */
export interface NoteCarrier {
  /** Sends a note; rejects with the carrier's error. */
  send(account: string, note: Note): Promise<void>;
}

/** The shared parts of all calls of one service. */
export interface CallContext extends DialContext {
  /** Who this client is. */
  readonly identity: Identity;
  /** Listens for other clients. */
  readonly listener: PeerListener;
  /** Further addresses of this machine. */
  readonly extraHosts: readonly string[];
  /** The issued tickets. */
  readonly tickets: Tickets<Invitation>;
  /** Verifies keys. */
  readonly trust: Trust;
  /** The relay, if any. */
  readonly relay: RelayDialer | undefined;
  /** Sends notes to other clients. */
  readonly notes: NoteCarrier;
  /** Makes the links for users; the service closes them when it closes. */
  readonly links: Pick<LinkRegistry, "own">;
  /** Reports events that the user should know about. */
  readonly notices: Pick<Notices, "report">;
}

/** Makes the note that invites the other side to dial this one. Opens the listener. */
export async function inviteNote(
  context: CallContext,
  { id, ticket, traffic }: {
    readonly id: string;
    readonly ticket: string;
    readonly traffic: LinkTraffic;
  },
): Promise<Note> {
  const certificate = context.identity.certDer.toBase64();
  const candidates = await candidatesOf(context, traffic);
  return { v: 1, type: "invite", id, certificate, candidates, ticket };
}

/** The traffic of a link of that purpose: the caller of a file link sends the file. */
export function linkTrafficOf(
  { purpose, caller }: Pick<CallParty, "purpose" | "caller">,
): LinkTraffic {
  return purpose === "file" && !caller ? "bulk" : "prompt";
}

/** Our candidates; none if the listener cannot be opened, so that this side has to dial. */
async function candidatesOf(
  { listener, extraHosts, notices }: CallContext,
  traffic: LinkTraffic,
): Promise<Candidate[]> {
  try {
    const { host, port } = await listener.listen(traffic);
    return ownCandidates({ listenHost: host, port, extraHosts });
  } catch (error) {
    notices.report({ kind: "cannot-listen", reason: messageOf(error) });
    return [];
  }
}

/**
 * Proves our key on a dialed connection and turns it into a link. Closes the connection on failure.
 *
 * @throws {PeerError} `refused` or `untrusted`.
 * @throws {ProtocolError} When the other side's answer is invalid.
 */
export async function introduce(
  context: CallContext,
  { conn, remote, minor }: Dialed,
  options: CallParty & {
    readonly ticket: string;
    readonly via: PeerLink["via"];
    readonly signal: AbortSignal;
  },
): Promise<PeerLink> {
  const { identity, clock } = context;
  const { account, purpose, certificate, caller, ticket, via, signal } = options;
  const hello = makeHello(identity.keyPem, {
    ticket,
    listenerSha256: certificate.sha256,
    dialerSha256: sha256Digest(identity.certDer),
  });
  try {
    const reader = new LinkReader(conn);
    const trust = await runWithin({ ms: GREETING_MS, clock, signal }, async (signal) => {
      using _ = closeOn(signal, conn);
      await sayHello(conn, reader, hello);
      return await context.trust.admit(account, certificate.pin);
    });
    if (trust === "changed") throw untrusted(account, certificate.pin);
    const firstSeen = trust === "new";
    const { pin } = certificate;
    const facts = { account, purpose, pin, firstSeen, caller, via, remote, minor };
    return context.links.own({ ...facts, conn, reader });
  } catch (error) {
    tryClose(conn);
    signal.throwIfAborted();
    throw error;
  }
}

/**
 * Decides whether an unverified caller is admitted: it needs a valid ticket and the key the ticket was issued for. If so,
 * its connection becomes the link of the ticket's call.
 */
export async function admitCaller(
  context: CallContext,
  guest: UnverifiedCaller,
  via: PeerLink["via"],
): Promise<boolean> {
  const { conn, reader, hello, minor } = guest;
  const refuse = async (reason: Parameters<typeof answerHello>[1]) => {
    await answerHello(conn, reason);
    return false;
  };
  const invitation = context.tickets.take(hello.ticket);
  if (invitation === undefined) return await refuse("ticket");
  const { account, purpose, caller, certificate } = invitation;
  if (!isProved(hello, certificate, sha256Digest(context.identity.certDer))) {
    return await refuse("proof");
  }
  const trust = await context.trust.admit(account, certificate.pin);
  if (trust === "changed") return await refuse("untrusted");
  if (!invitation.claim()) return await refuse("taken");
  try {
    await answerHello(conn);
  } catch (error) {
    invitation.release();
    throw error;
  }
  const { pin } = certificate;
  const firstSeen = trust === "new";
  const remote = via === "relay" ? "relay" : remoteOf(guest);
  const facts = { account, purpose, pin, firstSeen, caller, via, remote, minor };
  invitation.welcome(context.links.own({ ...facts, conn, reader }));
  return true;
}
