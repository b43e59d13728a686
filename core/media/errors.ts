/**
 * The one error of core/media that a caller is meant to catch.
 *
 * @module
 */

/**
 * What went wrong with sound or picture:
 * - `missing`: ffmpeg or ffplay is not installed.
 * - `not-executable`: it is there, but may not be run, or the system cannot run it, or it fails at once.
 * - `not-allowed`: this program was started without the permission to run it.
 * - `bad-source`: the words that name the source make no sense.
 * - `no-device`: there is no microphone or camera that ffmpeg could find.
 * - `refused-source`: ffmpeg cannot open or decode the source; its own words are in the message.
 * - `died`: ffmpeg or ffplay ended in the middle; its own words are in the message.
 * - `bad-container`: bytes that should be Ogg or WebM are not.
 * - `cannot-save`: the file for what arrives cannot be written.
 */
export type MediaFault =
  | "missing"
  | "not-executable"
  | "not-allowed"
  | "bad-source"
  | "no-device"
  | "refused-source"
  | "died"
  | "bad-container"
  | "cannot-save";

/** Sound or picture could not be read, encoded, played or saved. Chat and link are not concerned. */
export class MediaError extends Error {
  /** Tells it from other errors. */
  override readonly name = "MediaError";
  /** `fault` is for programs, `message` for people. */
  constructor(readonly fault: MediaFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
