/**
 * Typed reads of database columns: another type than the schema's means that the file is damaged.
 *
 * @module
 */
import type { SQLOutputValue } from "node:sqlite";
import { StoreError } from "../store_error.ts";

/** A row of the database. */
export type Columns = Readonly<Record<string, SQLOutputValue>>;

/**
 * A column that holds text.
 *
 * @throws {StoreError} "corrupt"
 */
export function readText(row: Columns, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : damaged(column, value);
}

/**
 * A column that holds text or nothing.
 *
 * @throws {StoreError} "corrupt"
 */
export function readOptionalText(row: Columns, column: string): string | undefined {
  return row[column] === null ? undefined : readText(row, column);
}

/**
 * A column that holds a number.
 *
 * @throws {StoreError} "corrupt"
 */
export function readNumber(row: Columns, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : damaged(column, value);
}

/**
 * A column that holds a number or nothing.
 *
 * @throws {StoreError} "corrupt"
 */
export function readOptionalNumber(row: Columns, column: string): number | undefined {
  return row[column] === null ? undefined : readNumber(row, column);
}

/**
 * A column that holds bytes.
 *
 * @throws {StoreError} "corrupt"
 */
export function readBytes(row: Columns, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : damaged(column, value);
}

/** The message does not contain the value, which may be a secret. */
export function damaged(column: string, value: unknown): never {
  throw new StoreError("corrupt", `Cannot read column "${column}": found ${typeof value}`);
}
