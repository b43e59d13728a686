/** What the stream tests share: links, sounds, and ears. @module */
import type { MediaFrame } from "../../../../core/media/frame.ts";
import { LinkReader } from "../../../../core/peer/links/json_lines.ts";
import type { StreamLink } from "../../../../core/peer/streams/mod.ts";

import { Changes } from "../../../helpers/changes.ts";

export { ffmpeg, likeness, pitchOf, samplesOf } from "../../../helpers/sound.ts";

type TcpLink = StreamLink & { readonly conn: Deno.TcpConn };

/** Two ends of one real TCP connection. */
export async function linkPair(): Promise<{ ours: TcpLink; theirs: TcpLink } & Disposable> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [a, b] = await Promise.all([
    listener.accept(),
    Deno.connect({ hostname: "127.0.0.1", port }),
  ]);
  return {
    ours: { conn: a, reader: new LinkReader(a) },
    theirs: { conn: b, reader: new LinkReader(b) },
    [Symbol.dispose]() {
      for (const conn of [a, b]) {
        try {
          conn.close();
        } catch {
          // The stream closed it.
        }
      }
    },
  };
}

/** Hears a stream: its `onFrame` is for `accept()`. */
export class Ear {
  readonly frames: MediaFrame[] = [];
  readonly #changes = new Changes();

  /** Takes a frame. */
  readonly onFrame = (frame: MediaFrame): void => {
    this.frames.push(frame);
    this.#changes.tell();
  };

  /** Waits until something is so that comes with a frame. */
  until(isTrue: () => boolean, what: string): Promise<void> {
    return this.#changes.until(isTrue, what);
  }
}

/** Whether a process is there and is not a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
