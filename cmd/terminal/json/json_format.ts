/** Events as one JSON object a line, exactly as docs/events.md has them. @module */
import { formatPlain } from "../lines/plain_format.ts";
import type { ShownEvent } from "../words/shown_event.ts";

/** The line of an event; `undefined` when it is not part of the JSON output. */
export function formatJsonEvent(event: ShownEvent): string | undefined {
  // Notices for programs: they need no fields of their own.
  if (event.event === "renamed" || event.event === "topic") {
    return JSON.stringify({ event: "notice", text: formatPlain(event) });
  }
  const fields = fieldsOf(event);
  return fields === undefined ? undefined : JSON.stringify({ event: event.event, ...fields });
}

function fieldsOf(event: ShownEvent): Readonly<Record<string, unknown>> | undefined {
  switch (event.event) {
    case "connected":
      return pick(event, "server", "fingerprint");
    case "signed-in":
    case "signed-out":
      return pick(event, "user");
    case "joined":
    case "left":
      return pick(event, "room", "user");
    case "message":
      return {
        ...pick(event, "room", "from", "text", "id", "time", "own", "replayed"),
        ...actionOf(event),
      };
    case "private":
      return { ...pick(event, "from", "to", "text", "id", "time", "direct"), ...actionOf(event) };
    case "delivered":
      return pick(event, "to", "id", "direct");
    case "notice":
      return pick(event, "text");
    case "error":
      return {
        ...pick(event, "code", "text"),
        ...(event.id === undefined ? {} : { id: event.id }),
      };
    case "offer": {
      const { event: _name, bytes = null, ...fields } = event;
      return { ...fields, bytes };
    }
    case "file-skipped":
    case "file-renamed":
    case "progress":
    case "sent":
    case "received":
    case "stream": {
      const { event: _name, ...fields } = event;
      return fields;
    }
    case "closed":
      return pick(event, "reason");
    default:
      return undefined;
  }
}

/** Only an action (`/me`) has the field. */
function actionOf({ action }: { readonly action: boolean }): { action?: true } {
  return action ? { action } : {};
}

function pick<T extends object, K extends keyof T & string>(from: T, ...keys: K[]): Pick<T, K> {
  const picked: Partial<T> = {};
  for (const key of keys) picked[key] = from[key];
  return picked as Pick<T, K>; // every key has just been set
}
