/** Clients that exchange notes in memory and links over real sockets. @module */
import { X509Certificate } from "node:crypto";
import type { Identity } from "../../../core/identity/identity.ts";
import { PEER_NAME } from "../../../core/identity/identity.ts";
import type { PeerName, PeerTrust } from "../../../core/identity/known_peers.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { type Note, parseNote } from "../../../core/peer/calls/note.ts";
import { readPeerCertificate } from "../../../core/peer/links/certificate.ts";
import {
  type PeerLink,
  type PeerNotice,
  PeerService,
  type PeerServiceOptions,
  type Purpose,
} from "../../../core/peer/mod.ts";
import { freePort } from "../../helpers/free_port.ts";

export const utf8 = (text: string) => new TextEncoder().encode(text);

/** Makes an identity; with a key to keep, a renewed one. */
export async function makeIdentity(keyPem?: string): Promise<Identity> {
  const pair = await makeCertificate({
    names: [PEER_NAME],
    days: 30,
    ...(keyPem === undefined ? {} : { keyPem }),
  });
  const certDer = Uint8Array.from(new X509Certificate(pair.certPem).raw);
  return { ...pair, certDer, pin: readPeerCertificate(certDer.toBase64()).pin };
}

/** Pins in memory, with the manners of `KnownPeers`. */
export class MemoryPeers {
  readonly pins = new Map<string, string>();
  readonly refused = new Map<string, string>();

  check({ account }: PeerName, pin: string): Promise<PeerTrust> {
    const pinned = this.pins.get(account);
    if (pinned === pin) return Promise.resolve("known");
    if (pinned !== undefined) {
      this.refused.set(account, pin);
      return Promise.resolve("changed");
    }
    this.pins.set(account, pin);
    return Promise.resolve("new");
  }

  find({ account }: PeerName) {
    const pin = this.pins.get(account);
    const refused = this.refused.get(account);
    const known = { account, firstSeen: undefined, verified: false, refused };
    return Promise.resolve(pin === undefined ? undefined : { ...known, pin });
  }
}

/** One client: its service, and all that came to it. */
export interface TestClient extends AsyncDisposable {
  readonly account: string;
  readonly service: PeerService;
  readonly identity: Identity;
  readonly peers: MemoryPeers;
  readonly notices: PeerNotice[];
  /** The next incoming link. */
  nextLink(): Promise<PeerLink>;
  /** Incoming links nobody has asked for yet. */
  readonly links: PeerLink[];
}

/** What may stand between two clients: sees each note, and may change, drop (undefined) or hold it. */
export type Meddler = (
  note: Note,
  from: string,
  to: string,
) => Note | undefined | Promise<Note | undefined>;

/** A server that does nothing but carry notes. */
export class Wire {
  readonly notes: { readonly from: string; readonly to: string; readonly note: Note }[] = [];
  readonly #services = new Map<string, PeerService>();
  meddle: Meddler = (note) => note;

  /** Signs a client in. */
  async join(
    account: string,
    options: Partial<PeerServiceOptions> & { readonly handle?: readonly Purpose[] } = {},
  ): Promise<TestClient> {
    const identity = options.identity ?? await makeIdentity();
    const peers = new MemoryPeers();
    const service = new PeerService({
      identity,
      account,
      server: "localhost:9000",
      knownPeers: peers,
      signalling: { send: (to, note) => this.carry(account, to, note) },
      listenHost: "127.0.0.1",
      ...options,
    });
    this.#services.set(account, service);
    const links: PeerLink[] = [];
    const waiting: ((link: PeerLink) => void)[] = [];
    const notices: PeerNotice[] = [];
    service.onNotice((notice) => notices.push(notice));
    for (const purpose of options.handle ?? ["text", "file", "stream"] as const) {
      service.onLink((link) => {
        const next = waiting.shift();
        if (next) next(link);
        else links.push(link);
      }, purpose);
    }
    const nextLink = () => {
      const { promise, resolve } = Promise.withResolvers<PeerLink>();
      const link = links.shift();
      if (link) resolve(link);
      else waiting.push(resolve);
      return promise;
    };
    return {
      account,
      service,
      identity,
      peers,
      notices,
      nextLink,
      links,
      [Symbol.asyncDispose]: () => {
        this.#services.delete(account);
        return service[Symbol.asyncDispose]();
      },
    };
  }

  /** Carries a note, later, as a network does. */
  async carry(from: string, to: string, text: string): Promise<void> {
    const note = await this.meddle(parseNote(text), from, to);
    if (note === undefined) return;
    this.notes.push({ from, to, note });
    this.#services.get(to)?.receive(from, JSON.stringify(note));
  }
}

/** A TCP port where something listens and never says a word. */
export function blackHole(hostname = "127.0.0.1"): { readonly port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname, port: 0 });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const conn of listener) held.push(conn);
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of held) conn.close();
    },
  };
}

/** A port where nobody listens. */
export const deadPort = freePort;
