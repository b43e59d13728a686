/** Text tables. @module */
import stringWidth from "string-width";
import { displayText } from "../../core/ground/text.ts";

/** Formats a heading and rows; columns are as wide as their widest cell. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [heading, ...rows].map((row) => row.map((cell) => displayText(cell)));
  const widths = heading.map((_, column) =>
    Math.max(...all.map((row) => stringWidth(row[column] ?? "")))
  );
  return all.map((row) =>
    row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join("  ").trimEnd()
  ).join("\n");
}
