/**
 * Converts messages to rows of the database and back.
 *
 * @module
 */
import type { SQLInputValue } from "node:sqlite";
import * as v from "valibot";
import { foldName } from "../../ground/names.ts";
import { type PlacedRow, stampOf } from "../history_place.ts";
import type { HistoryRow } from "../history_store.ts";
import type { Columns } from "./columns.ts";
import { damaged, readNumber, readOptionalNumber, readOptionalText, readText } from "./columns.ts";

const KINDS = ["message", "notice", "tags"] as const;
const TagRecord = v.record(v.string(), v.string());

/** The columns in the order of {@linkcode valuesOf}. */
export const COLUMNS = "id, room, life, time, shown, nick, mask, account, kind, text, tags";

/** The values of {@linkcode COLUMNS}. */
export function valuesOf(row: HistoryRow): SQLInputValue[] {
  const stamp = stampOf(row);
  return [
    row.id,
    foldName(row.room),
    row.life,
    stamp,
    row.time === stamp ? null : row.time,
    row.from,
    row.mask,
    row.account ?? null,
    KINDS.indexOf(row.kind),
    row.text,
    row.tags === undefined ? null : JSON.stringify(row.tags),
  ];
}

/** Reads `seq` and {@linkcode COLUMNS}. */
export function toPlaced(row: Columns): PlacedRow {
  const stamp = readNumber(row, "time");
  return {
    stamp,
    seq: readNumber(row, "seq"),
    row: {
      id: readText(row, "id"),
      room: readText(row, "room"),
      life: readNumber(row, "life"),
      time: readOptionalNumber(row, "shown") ?? stamp,
      from: readText(row, "nick"),
      mask: readText(row, "mask"),
      account: readOptionalText(row, "account"),
      kind: KINDS[readNumber(row, "kind")] ?? damaged("kind", row["kind"]),
      text: readText(row, "text"),
      tags: readTags(row),
    },
  };
}

function readTags(row: Columns): HistoryRow["tags"] {
  const json = readOptionalText(row, "tags");
  if (json === undefined) return undefined;
  try {
    return v.parse(TagRecord, JSON.parse(json));
  } catch {
    return damaged("tags", json);
  }
}
