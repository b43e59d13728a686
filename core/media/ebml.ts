/**
 * EBML, the binary XML under WebM: reading and writing element headers (RFC 8794, sections 4 to 7).
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import { MediaError } from "./errors.ts";

/** The size of an element that ends where the next of its level begins (RFC 8794, section 6.2). */
export const UNKNOWN_SIZE: number = -1;

/** Where an element's content is. */
export interface ElementHeader {
  /** The element's identifier. */
  readonly id: number;
  /** Bytes of content, or {@linkcode UNKNOWN_SIZE}. */
  readonly size: number;
  /** Bytes of the header itself. */
  readonly headerBytes: number;
}

/**
 * Reads the header of the element at `at`.
 *
 * @returns `undefined` when more bytes are needed.
 * @throws {MediaError} `bad-container` when it is invalid.
 */
export function readElementHeader(data: Uint8Array, at: number): ElementHeader | undefined {
  const idBytes = vintBytes(data[at], 4);
  if (idBytes === undefined || at + idBytes >= data.length) return undefined;
  const sizeBytes = vintBytes(data[at + idBytes], 8);
  if (sizeBytes === undefined || at + idBytes + sizeBytes > data.length) return undefined;
  let id = 0;
  for (let i = 0; i < idBytes; i++) id = id * 256 + data[at + i]!;
  const marker = 0x80 >> (sizeBytes - 1);
  let size = data[at + idBytes]! & (marker - 1);
  let allOnes = size === marker - 1;
  for (let i = 1; i < sizeBytes; i++) {
    const byte = data[at + idBytes + i]!;
    allOnes &&= byte === 0xff;
    size = size * 256 + byte;
  }
  return { id, size: allOnes ? UNKNOWN_SIZE : size, headerBytes: idBytes + sizeBytes };
}

/** Reads an unsigned integer of at most 6 bytes, so that it is exact. */
export function readUint(content: Uint8Array): number {
  if (content.length > 6 && content.subarray(0, content.length - 6).some((byte) => byte !== 0)) {
    throw new MediaError("bad-container", "A WebM number is too large");
  }
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

/** Writes an element with its content. */
export function element(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const size = content.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([formatId(id), formatSize(size), ...content]);
}

/** Writes the header of an element whose size is not known. */
export function openElement(id: number): Uint8Array {
  return concatBytes([formatId(id), new Uint8Array([0x01, 255, 255, 255, 255, 255, 255, 255])]);
}

/** Writes an element that holds an unsigned integer, in as many bytes as it needs or `bytes`. */
export function uintElement(id: number, value: number, bytes = 0): Uint8Array {
  const content: number[] = [];
  for (let left = value; left > 0 || content.length < Math.max(1, bytes);) {
    content.unshift(left % 256);
    left = Math.floor(left / 256);
  }
  return element(id, Uint8Array.from(content));
}

/** Writes an element that holds a 64-bit float. */
export function floatElement(id: number, value: number): Uint8Array {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setFloat64(0, value);
  return element(id, content);
}

/** Writes an element that holds text. */
export function textElement(id: number, text: string): Uint8Array {
  return element(id, new TextEncoder().encode(text));
}

/** Writes an element's identifier, which carries its own length. */
export function formatId(id: number): Uint8Array {
  const bytes: number[] = [];
  for (let left = id; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Uint8Array.from(bytes);
}

function formatSize(size: number): Uint8Array {
  let length = 1;
  while (size >= 2 ** (7 * length) - 1) length++;
  const bytes = new Uint8Array(length);
  for (let i = length - 1, left = size; i >= 0; i--) {
    bytes[i] = left % 256;
    left = Math.floor(left / 256);
  }
  bytes[0]! |= 0x80 >> (length - 1);
  return bytes;
}

/** Length of a variable-size integer by its first byte (RFC 8794, section 4). */
function vintBytes(first: number | undefined, most: number): number | undefined {
  if (first === undefined) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > most) throw new MediaError("bad-container", "Cannot find a WebM element");
  return length;
}
