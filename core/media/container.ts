/** Which container a stream is written to. @module */
import type { ContainerWriter, StreamConfig } from "./frame.ts";
import { OggOpusWriter } from "./ogg_opus.ts";
import { WebmWriter } from "./webm_writer.ts";

/** Ogg for sound alone, WebM where there is a picture. */
export function containerFor(config: StreamConfig): ContainerWriter {
  return config.audio && !config.video ? new OggOpusWriter(config.audio) : new WebmWriter(config);
}

/** The extension that goes with {@linkcode containerFor}, with its dot. */
export function extensionFor(config: StreamConfig): ".ogg" | ".webm" {
  return config.video ? ".webm" : ".ogg";
}
