/**
 * Types of the media code: one encoded frame, and what a decoder must know beforehand.
 *
 * @module
 */

/** One Opus packet or one VP8 picture. */
export interface MediaFrame {
  /** Sound or picture. */
  readonly track: "audio" | "video";
  /** Whether decoding can begin here. Every Opus packet is one. */
  readonly key: boolean;
  /** Position in the source, in microseconds, from 0; whole numbers. */
  readonly timestampUs: number;
  /** As the encoder made it. */
  readonly data: Uint8Array;
}

/** What an Opus decoder must know (RFC 7845, section 5.1). */
export interface AudioConfig {
  /** Always Opus. */
  readonly codec: "opus";
  /** 1 or 2. */
  readonly channels: number;
  /** Samples at 48 kHz to discard at the start. */
  readonly preSkip: number;
}

/** What a VP8 decoder must know. */
export interface VideoConfig {
  /** Always VP8. */
  readonly codec: "vp8";
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** The tracks of a stream; at least one is there. */
export interface StreamConfig {
  /** Sound, if any. */
  readonly audio?: AudioConfig;
  /** Picture, if any. */
  readonly video?: VideoConfig;
}

/** Cuts the bytes of a container into frames. */
export interface ContainerReader {
  /** Known as soon as the container's header has been read, and before the first frame. */
  readonly config: StreamConfig | undefined;
  /**
   * Takes the next bytes, however they are split.
   *
   * @throws {MediaError} `bad-container`. The reader cannot be used afterwards.
   */
  push(bytes: Uint8Array): MediaFrame[];
}

/** Puts frames into a container. */
export interface ContainerWriter {
  /** The first bytes of the file. */
  head(): Uint8Array;
  /** The bytes of one more frame; none when the frame cannot be used (a picture before the first key). */
  frame(frame: MediaFrame): Uint8Array;
  /** The last bytes, and what to overwrite at the start of a seekable file. */
  end(): { readonly tail: Uint8Array; readonly patches: readonly Patch[] };
}

/** Bytes that are only known at the end. */
export interface Patch {
  /** Where, from the start of the file. */
  readonly at: number;
  /** What to write there. */
  readonly bytes: Uint8Array;
}
