/**
 * Telling somebody that they can't come in, in one line, whatever they speak.
 *
 * @module
 */
import type { Connection } from "../net/connection.ts";
import { chooseDoor } from "./doors.ts";
import { httpResponse } from "./http_door.ts";

const encoder = new TextEncoder();

/**
 * Says why (in words for a person, lower case), and hangs up.
 *
 * @param silenceMs How long to wait for the first bytes, which tell whether it is a browser.
 */
export function refuse(connection: Connection, reason: string, silenceMs: number): void {
  let told = false;
  const tell = (text: string) => {
    if (told) return;
    told = true;
    clearTimeout(timer);
    connection.write(encoder.encode(text), () => {});
    connection.end();
  };
  const line = `ERROR :Closing Link: ${reason}\r\n`;
  const timer = setTimeout(() => tell(line), silenceMs);
  connection.open({
    data(bytes) {
      const isHttp = chooseDoor(bytes, undefined) === "http";
      tell(isHttp ? httpResponse("503 Service Unavailable", `${reason}\n`) : line);
    },
    closed: () => clearTimeout(timer),
  });
}
