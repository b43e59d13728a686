/** Chooses the face of a client: a terminal where there is one, else lines of text or JSON. @module */
import { paletteFor } from "./colors.ts";
import type { Face } from "./face.ts";
import { formatJsonEvent } from "./json_face.ts";
import { LineFace } from "./line_face.ts";
import { formatPlain } from "./plain_face.ts";
import { openScreen } from "./screen.ts";
import { holdsSecret } from "./secret_line.ts";
import { TerminalFace } from "./terminal_face.ts";
import { writeOut } from "./write_out.ts";

/** What a face is chosen by. */
export interface OpenFaceOptions {
  readonly json: boolean;
  /** Where a terminal keeps what was typed. */
  readonly historyFile: string;
  /** Whether a line is a password, which is kept nowhere. */
  readonly isSecret: (line: string) => boolean;
}

/** Opens the face of this process. */
export function openFace({ json, historyFile, isSecret }: OpenFaceOptions): Face {
  if (!json && Deno.stdin.isTerminal() && Deno.stdout.isTerminal()) {
    return new TerminalFace({
      screen: openScreen({
        stdin: Deno.stdin,
        stdout: Deno.stdout,
        historyFile,
        keepInHistory: (line) => !holdsSecret(line) && !isSecret(line),
      }),
      palette: paletteFor(Deno.env.get("NO_COLOR")),
    });
  }
  return new LineFace({
    input: Deno.stdin.readable,
    write: writeOut,
    format: json ? formatJsonEvent : formatPlain,
  });
}
