/** Chooses the face of a client: a terminal where there is one, else lines of text or JSON. @module */
import type { Face } from "./face/face.ts";
import { formatJsonEvent } from "./json/json_format.ts";
import { LineFace } from "./lines/line_face.ts";
import { formatPlain } from "./lines/plain_format.ts";
import { writeOut } from "./lines/write_out.ts";
import { paletteFor } from "./screen/colors.ts";
import { openScreen } from "./screen/screen.ts";
import { TerminalFace } from "./screen/terminal_face.ts";

/** Options for {@linkcode openFace}. */
export interface OpenFaceOptions {
  readonly json: boolean;
  /** The file of a terminal's input history. */
  readonly historyFile: string;
  /** Whether a line may be written to it. */
  readonly keepInHistory: (line: string) => boolean;
}

/** Opens the face of this process. */
export function openFace({ json, historyFile, keepInHistory }: OpenFaceOptions): Face {
  if (!json && Deno.stdin.isTerminal() && Deno.stdout.isTerminal()) {
    return new TerminalFace({
      screen: openScreen({
        stdin: Deno.stdin,
        stdout: Deno.stdout,
        historyFile,
        keepInHistory,
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
