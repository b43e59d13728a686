/** What somebody can do who speaks the protocol, but does not keep to it. @module */
import assert from "node:assert/strict";
import { sha256Digest } from "../../../core/ground/bytes.ts";
import type { Identity } from "../../../core/identity/identity.ts";
import { PEER_NAME } from "../../../core/identity/identity.ts";
import { formatNote, newId, type Note } from "../../../core/peer/calls/note.ts";
import { readPeerCertificate } from "../../../core/peer/links/certificate.ts";
import { makeHello, PEER_ALPN } from "../../../core/peer/links/hello.ts";
import { LinkReader, writeJson } from "../../../core/peer/links/json_lines.ts";
import type { Purpose } from "../../../core/peer/mod.ts";
import { type TestClient, Wire } from "./support.ts";

/** What a callee answers who can be reached. */
export type Invite = Extract<Note, { type: "invite" }>;

/** Asks `to` as `account` would, by notes alone, and gives the answer. */
export async function ask(
  wire: Wire,
  account: string,
  identity: Identity,
  to: TestClient,
  purpose: Purpose = "text",
): Promise<Note> {
  const id = newId();
  const certificate = identity.certDer.toBase64();
  const answered = Promise.withResolvers<Note>();
  const { meddle } = wire;
  wire.meddle = (note, from, receiver) => {
    if (note.id === id && from === to.account) answered.resolve(note);
    return meddle(note, from, receiver);
  };
  await wire.carry(
    account,
    to.account,
    formatNote({ v: 1, type: "ask", id, purpose, certificate }),
  );
  const answer = await answered.promise;
  wire.meddle = meddle;
  return answer;
}

/** As {@linkcode ask}, when the answer must be an invitation. */
export async function invited(...asked: Parameters<typeof ask>) {
  const note = await ask(...asked);
  assert.ok(note.type === "invite");
  return note;
}

/** A connection to the inviting client, before anything is sent on it. */
export async function dial(
  invite: Invite,
  alpnProtocols: readonly string[] = PEER_ALPN,
): Promise<Deno.TlsConn> {
  const [candidate] = invite.candidates;
  assert.ok(candidate);
  const tcp = await Deno.connect({ hostname: candidate.host, port: candidate.port });
  const certificate = readPeerCertificate(invite.certificate);
  const conn = await Deno.startTls(tcp, {
    hostname: PEER_NAME,
    caCerts: [certificate.pem],
    alpnProtocols: [...alpnProtocols],
  });
  await conn.handshake();
  return conn;
}

/** Says hello on a connection; `dialer` is who the ticket is bound to. */
export async function sayHelloOn(
  conn: Deno.TlsConn,
  invite: Invite,
  signer: Identity,
  dialer = signer,
): Promise<void> {
  await writeJson(
    conn,
    makeHello(signer.keyPem, {
      ticket: invite.ticket,
      listenerSha256: readPeerCertificate(invite.certificate).sha256,
      dialerSha256: sha256Digest(dialer.certDer),
    }),
  );
}

/** Says a hello on a new connection and gives the answer's line. */
export async function hello(
  invite: Invite,
  signer: Identity,
  dialer = signer,
): Promise<string | null> {
  using conn = await dial(invite);
  await sayHelloOn(conn, invite, signer, dialer);
  return await new LinkReader(conn).readLine();
}

/** The reply of a refusing listener. */
export const refused = (reason: string) => `{"answer":"refused","reason":"${reason}"}`;

/** The two still reach each other. */
export async function works(amy: TestClient, bob: TestClient): Promise<void> {
  await using _out = await amy.service.open(bob.account, "text");
  await using _into = await bob.nextLink();
}

/** How many bytes come until the end. */
export async function readToEnd(conn: Deno.Conn): Promise<number> {
  const buffer = new Uint8Array(4_096);
  let total = 0;
  try {
    while (true) {
      const count = await conn.read(buffer);
      if (count === null) return total;
      total += count;
    }
  } catch {
    return total; // a reset is an end, too
  }
}
