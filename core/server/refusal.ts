/**
 * Telling somebody that they can't come in, in one line, whatever they speak.
 *
 * @module
 */
import type { Connection } from "../net/connection.ts";
import { chooseDoor, type DoorTable, lastDoor } from "./doors/detect.ts";
import type { Door } from "./doors/door.ts";

const encoder = new TextEncoder();

/** Options for {@linkcode refuse}. */
export interface RefuseOptions {
  readonly doors: DoorTable;
  /** In words for a person, lower case. */
  readonly reason: string;
  /** How long to wait for the first bytes, which tell how the reason is understood. */
  readonly silenceMs: number;
}

/** Says why, as the door would that the connection asks for, and hangs up. */
export function refuse(
  connection: Connection,
  { doors, reason, silenceMs }: RefuseOptions,
): void {
  let told = false;
  const tell = (door: Door) => {
    if (told) return;
    told = true;
    clearTimeout(timer);
    connection.write(encoder.encode(door.refuse(reason)), () => {});
    connection.end();
  };
  const timer = setTimeout(() => tell(lastDoor(doors)), silenceMs);
  connection.open({
    data: (bytes) => tell(chooseDoor(doors, bytes, connection.alpn) ?? lastDoor(doors)),
    closed: () => clearTimeout(timer),
  });
}
