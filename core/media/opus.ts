/**
 * Opus packets and their headers: how long a packet lasts, what stands in for a lost one, and the
 * two header packets of Ogg Opus (RFC 6716, RFC 7845).
 *
 * @module
 */
import { MediaError } from "./errors.ts";
import type { AudioConfig } from "./frame.ts";

/** Opus counts its samples at this rate, whatever was encoded (RFC 7845, section 4). */
export const OPUS_SAMPLE_RATE = 48_000;
/** Longest packet, in samples: 120 ms (RFC 6716, section 3.2.5). */
const MAX_PACKET_SAMPLES = 5_760;

/**
 * How long a packet lasts, in samples at 48 kHz (RFC 6716, section 3.1).
 *
 * @returns 0 when it is not an Opus packet.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { opusPacketSamples } from "./opus.ts";
 * assert.equal(opusPacketSamples(new Uint8Array([0xf8, 1, 2])), 960); // CELT, fullband, 20 ms
 * ```
 */
export function opusPacketSamples(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const samples = frameSamples(toc >> 3) * frameCount(toc & 3, packet[1]);
  return samples > MAX_PACKET_SAMPLES ? 0 : samples;
}

/**
 * A packet that makes a decoder conceal a loss: the mode of `packet`, one frame, no data
 * (RFC 7845, section 4.1).
 */
export function concealmentPacket(packet: Uint8Array): Uint8Array {
  return new Uint8Array([(packet[0] ?? 0xf8) & 0xfc]);
}

/**
 * Reads the identification header (RFC 7845, section 5.1).
 *
 * @throws {MediaError} `bad-container` when it is invalid, or has more than two channels.
 */
export function parseOpusHead(packet: Uint8Array): AudioConfig {
  const version = packet[8];
  const channels = packet[9];
  const known = packet.length >= 19 && startsWith(packet, "OpusHead") && version! < 16 &&
    packet[18] === 0 && (channels === 1 || channels === 2);
  if (!known) throw new MediaError("bad-container", "Cannot read OpusHead");
  return { codec: "opus", channels, preSkip: packet[10]! | packet[11]! << 8 };
}

/** Writes the identification header. */
export function formatOpusHead({ channels, preSkip }: AudioConfig): Uint8Array {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(new TextEncoder().encode("OpusHead"));
  head[8] = 1;
  head[9] = channels;
  view.setUint16(10, preSkip, true);
  view.setUint32(12, OPUS_SAMPLE_RATE, true);
  return head;
}

/** Writes the comment header, without a comment (RFC 7845, section 5.2). */
export function formatOpusTags(vendor: string): Uint8Array {
  const name = new TextEncoder().encode(vendor);
  const tags = new Uint8Array(8 + 4 + name.length + 4);
  tags.set(new TextEncoder().encode("OpusTags"));
  new DataView(tags.buffer).setUint32(8, name.length, true);
  tags.set(name, 12);
  return tags;
}

/** Samples of one frame by configuration number (RFC 6716, table 2). */
function frameSamples(config: number): number {
  if (config < 12) return [480, 960, 1_920, 2_880][config & 3]!;
  if (config < 16) return [480, 960][config & 1]!;
  return [120, 240, 480, 960][config & 3]!;
}

function frameCount(code: number, countByte: number | undefined): number {
  if (code === 0) return 1;
  if (code < 3) return 2;
  return (countByte ?? 0) & 0x3f;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}
