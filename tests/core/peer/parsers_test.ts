import assert from "node:assert/strict";
import fc from "fast-check";
import { PEER_NAME } from "../../../core/identity/identity.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import {
  formatNote,
  newId,
  newSecret,
  type Note,
  parseNote,
} from "../../../core/peer/calls/note.ts";
import { readPeerCertificate } from "../../../core/peer/links/certificate.ts";
import { ProtocolError } from "../../../core/peer/links/errors.ts";
import { readHello } from "../../../core/peer/links/hello.ts";
import { LinkReader } from "../../../core/peer/links/json_lines.ts";
import { inPieces } from "./in_pieces.ts";
import { makeIdentity, utf8 } from "./support.ts";

Deno.test("the parsers of notes, hellos and certificates let out ProtocolErrors alone", async () => {
  const { certDer } = await makeIdentity();
  const valid: Note[] = [
    { v: 1, type: "ask", id: newId(), purpose: "file", certificate: certDer.toBase64() },
    {
      v: 1,
      type: "invite",
      id: newId(),
      certificate: certDer.toBase64(),
      candidates: [{ host: "192.0.2.1", port: 4000 }, { host: "2001:db8::1", port: 65535 }],
      ticket: newSecret(),
    },
    { v: 1, type: "refuse", id: newId(), reason: "busy" },
    { v: 1, type: "unreachable", id: newId() },
    { v: 1, type: "relay", id: newId(), rendezvous: newSecret() },
  ];
  for (const note of valid) assert.deepEqual(parseNote(formatNote(note)), note);
  const only = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
    }
  };
  const texts = valid.map(formatNote);
  const mutated = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.string({ maxLength: 3 }))
    .map(([text, at, piece]) => {
      const index = at % text.length;
      return text.slice(0, index) + piece + text.slice(index + 1);
    });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
    only(() => parseNote(text));
  }));
  const bytes = fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 4 })).map(([at, piece]) => {
    const copy = certDer.slice();
    copy.set(piece, at % (copy.length - 4));
    return copy;
  });
  fc.assert(fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 2_000 })), (der) => {
    only(() => readPeerCertificate(der.toBase64()));
  }));
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
    const source = inPieces(utf8(text + "\n"), () => Infinity);
    await assert.rejects(readHello(new LinkReader(source)), ProtocolError);
  }));
});

Deno.test("readPeerCertificate() takes no other name, key or encoding", async () => {
  const other = await makeCertificate({ names: [PEER_NAME, "chat.example"], days: 1 });
  const base64 = other.certPem.replace(/-----[^-]+-----|\s/g, "");
  assert.throws(() => readPeerCertificate(base64), { fault: "bad-shape" });
  const { certDer } = await makeIdentity();
  assert.throws(() => readPeerCertificate(certDer.slice(0, -1).toBase64()), { fault: "bad-shape" });
});
