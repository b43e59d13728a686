/**
 * The one error of core/media that a caller is meant to catch.
 *
 * @module
 */

/**
 * What went wrong with sound or picture:
 * - `missing`: ffmpeg or ffplay is not installed.
 * - `not-executable`: it exists, but is not executable, or the system cannot run it, or it fails at once.
 * - `not-allowed`: this program was started without the permission to run it.
 * - `bad-source`: the text that names the source cannot be parsed.
 * - `no-device`: there is no microphone or camera that ffmpeg could find.
 * - `refused-source`: ffmpeg cannot open or decode the source; its own message is included.
 * - `died`: ffmpeg or ffplay ended in the middle; its own message is included.
 * - `bad-container`: bytes that should be Ogg or WebM are not.
 * - `cannot-save`: the file for the received stream cannot be written.
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

/** Sound or picture could not be read, encoded, played or saved. Chat and link are not affected. */
export class MediaError extends Error {
  /** Distinguishes it from other errors. */
  override readonly name = "MediaError";
  /** `fault` is for programs, `message` for people. */
  constructor(readonly fault: MediaFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
