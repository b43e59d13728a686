/**
 * Ogg pages: cutting bytes into pages, pages into packets, and writing pages (RFC 3533).
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import { MediaError } from "./errors.ts";

/** Fixed part of a page's header, in bytes (RFC 3533, section 6). */
const HEADER_BYTES = 27;
/** A page has at most this many lacing values. */
const MAX_SEGMENTS = 255;
/** Longest page there can be: header, lacing values, 255 segments of 255 bytes. */
export const MAX_PAGE_BYTES: number = HEADER_BYTES + MAX_SEGMENTS + MAX_SEGMENTS * 255;
/** A packet over several pages is refused beyond this: no file we read has larger ones. */
export const MAX_PACKET_BYTES = 1024 * 1024;

const CONTINUED = 1;
const FIRST = 2;
const LAST = 4;

/** One page, its checksum already checked. */
export interface OggPage {
  /** Whether its first packet began on an earlier page. */
  readonly continued: boolean;
  /** Whether it begins a logical stream. */
  readonly first: boolean;
  /** Whether it ends a logical stream. */
  readonly last: boolean;
  /** Position after the last packet completed here; -1 when none is. */
  readonly granule: bigint;
  /** Which logical stream it belongs to. */
  readonly serial: number;
  /** Counts up by one for each page of the stream. */
  readonly sequence: number;
  /** Lengths of the segments of `body`; a value under 255 ends a packet. */
  readonly lacing: Uint8Array;
  /** The segments, one after the other. */
  readonly body: Uint8Array;
}

/**
 * Cuts bytes into pages. Bytes that belong to no page, and pages whose checksum is wrong, are
 * skipped and counted; nothing is thrown, and never more than one page's bytes are kept.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatOggPage, OggPageReader } from "./ogg.ts";
 * const page = formatOggPage({ serial: 7, sequence: 0, granule: 960n, packets: [new Uint8Array(3)] });
 * const reader = new OggPageReader();
 * assert.equal(reader.push(page.subarray(0, 10)).length, 0);
 * assert.equal(reader.push(page.subarray(10))[0]?.granule, 960n);
 * ```
 */
export class OggPageReader {
  #rest: Uint8Array = new Uint8Array(0);
  #skippedBytes = 0;

  /** How many bytes belonged to no page. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  /** Takes the next bytes and gives the pages that are complete. */
  push(bytes: Uint8Array): OggPage[] {
    const data = this.#rest.length === 0 ? bytes : concatBytes([this.#rest, bytes]);
    const pages: OggPage[] = [];
    let at = 0;
    while (true) {
      const start = findCapture(data, at);
      this.#skippedBytes += start - at;
      at = start;
      const end = pageEnd(data, at);
      if (end === undefined || end > data.length) break;
      const page = end < 0 ? undefined : parsePage(data.slice(at, end));
      if (page === undefined) {
        this.#skippedBytes++;
        at++;
      } else {
        pages.push(page);
        at = end;
      }
    }
    this.#rest = data.slice(at);
    return pages;
  }
}

/** A packet, and the position its page gives if it is the last one completed there. */
export interface OggPacket {
  /** Without its lacing. */
  readonly data: Uint8Array;
  /** Only the last packet completed on a page has one. */
  readonly granule: bigint | undefined;
}

/** Puts the packets of one logical stream together, from its pages in order. */
export class OggPacketReader {
  #parts: Uint8Array[] = [];
  #partBytes = 0;

  /**
   * Takes the next page and gives the packets it completes.
   *
   * @throws {MediaError} `bad-container` when a packet is longer than {@linkcode MAX_PACKET_BYTES}.
   */
  push(page: OggPage): OggPacket[] {
    const packets: OggPacket[] = [];
    // A packet without its continuation is lost, and so is a continuation without its start.
    let orphan = page.continued && this.#parts.length === 0;
    if (!page.continued) this.#forget();
    let at = 0;
    let start = 0;
    for (const length of page.lacing) {
      at += length;
      if (length === 255) continue;
      if (!orphan) {
        packets.push({ data: this.#finish(page.body.slice(start, at)), granule: undefined });
      }
      orphan = false;
      start = at;
    }
    const last = packets.pop();
    if (last) {
      packets.push({ data: last.data, granule: page.granule < 0n ? undefined : page.granule });
    }
    if (start < at && !orphan) this.#keep(page.body.slice(start, at));
    return packets;
  }

  #finish(end: Uint8Array): Uint8Array {
    if (this.#parts.length === 0) return end;
    this.#keep(end);
    const packet = concatBytes(this.#parts);
    this.#forget();
    return packet;
  }

  #keep(part: Uint8Array): void {
    this.#parts.push(part);
    this.#partBytes += part.length;
    if (this.#partBytes > MAX_PACKET_BYTES) {
      throw new MediaError(
        "bad-container",
        `An Ogg packet is longer than ${MAX_PACKET_BYTES} bytes`,
      );
    }
  }

  #forget(): void {
    this.#parts = [];
    this.#partBytes = 0;
  }
}

/** What {@linkcode formatOggPage} writes. */
export interface OggPageInit {
  /** Which logical stream it belongs to. */
  readonly serial: number;
  /** Counts up by one for each page of the stream. */
  readonly sequence: number;
  /** Position after the last packet. */
  readonly granule: bigint;
  /** Complete packets, together at most 255 segments. */
  readonly packets: readonly Uint8Array[];
  /** Whether it begins the stream. */
  readonly first?: boolean;
  /** Whether it ends the stream. */
  readonly last?: boolean;
}

/**
 * Writes a page of complete packets.
 *
 * @throws {RangeError} When the packets do not fit into one page.
 */
export function formatOggPage(page: OggPageInit): Uint8Array {
  const lacing: number[] = [];
  for (const { length } of page.packets) {
    for (let left = length; left >= 255; left -= 255) lacing.push(255);
    lacing.push(length % 255);
  }
  if (lacing.length > MAX_SEGMENTS) {
    throw new RangeError(`Cannot write Ogg page of ${lacing.length} segments`);
  }
  const header = new Uint8Array(HEADER_BYTES + lacing.length);
  const view = new DataView(header.buffer);
  header.set(CAPTURE);
  header[5] = (page.first ? FIRST : 0) | (page.last ? LAST : 0);
  view.setBigInt64(6, page.granule, true);
  view.setUint32(14, page.serial, true);
  view.setUint32(18, page.sequence, true);
  header[26] = lacing.length;
  header.set(lacing, HEADER_BYTES);
  const bytes = concatBytes([header, ...page.packets]);
  new DataView(bytes.buffer).setUint32(22, checksum(bytes), true);
  return bytes;
}

/** "OggS" */
const CAPTURE = new Uint8Array([0x4f, 0x67, 0x67, 0x53]);

/** Where the next page may begin, from `at`; what is before it belongs to no page. */
function findCapture(data: Uint8Array, at: number): number {
  while (true) {
    const start = data.indexOf(CAPTURE[0]!, at);
    if (start < 0) return data.length;
    const length = Math.min(CAPTURE.length, data.length - start);
    let same = 1;
    while (same < length && data[start + same] === CAPTURE[same]) same++;
    if (same === length) return start;
    at = start + 1;
  }
}

/** Where the page at `at` ends; `undefined` when that is not known yet, -1 when it is not a page. */
function pageEnd(data: Uint8Array, at: number): number | undefined {
  if (at + HEADER_BYTES > data.length) return undefined;
  if (data[at + 4] !== 0) return -1;
  const bodyAt = at + HEADER_BYTES + data[at + 26]!;
  if (bodyAt > data.length) return undefined;
  let end = bodyAt;
  for (let i = at + HEADER_BYTES; i < bodyAt; i++) end += data[i]!;
  return end;
}

function parsePage(bytes: Uint8Array): OggPage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const expected = view.getUint32(22, true);
  view.setUint32(22, 0);
  if (checksum(bytes) !== expected) return undefined;
  const flags = bytes[5]!;
  const bodyAt = HEADER_BYTES + bytes[26]!;
  return {
    continued: (flags & CONTINUED) !== 0,
    first: (flags & FIRST) !== 0,
    last: (flags & LAST) !== 0,
    granule: view.getBigInt64(6, true),
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    lacing: bytes.subarray(HEADER_BYTES, bodyAt),
    body: bytes.subarray(bodyAt),
  };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 with polynomial 0x04c11db7, not reflected, from 0 (RFC 3533, section 6). */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ bytes[i]!]!;
  }
  return crc >>> 0;
}
