/** The head of a WAV stream. @module */

/**
 * Says that 16-bit samples follow, without end: every ffplay understands that, while the options for
 * raw sound differ between versions.
 */
export function wavHeader(channels: number, sampleRate: number): Uint8Array {
  const header = new Uint8Array(44);
  const view = new DataView(header.buffer);
  const text = (at: number, word: string) => header.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, 0xffffffff, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 0xffffffff, true);
  return header;
}
