/**
 * What was said in one place, as a value: new messages at its end, older pages in front. Pure.
 *
 * @module
 */
import type { PrivateMessage, RoomMessage } from "./events.ts";

/** Most messages that are kept of one place. */
export const MAX_TIMELINE_ENTRIES = 1_000;
/** Most characters of them all. */
export const MAX_TIMELINE_CHARACTERS = 262_144;

/** A message in a {@linkcode MessageTimeline}. */
export type TimelineEntry = RoomMessage | PrivateMessage;

/** The messages of a room or of a conversation. */
export interface MessageTimeline {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** The characters of their texts. */
  readonly characters: number;
  /** Whether nothing was said before the first entry. */
  readonly isComplete: boolean;
}

/** Nothing was said yet, as far as is known. */
export const EMPTY_TIMELINE: MessageTimeline = { entries: [], characters: 0, isComplete: false };

/**
 * With one more message: a live one at the end, one from history where its time belongs. A message that is there
 * already changes nothing. Of too many, the oldest are left out.
 */
export function addToTimeline(timeline: MessageTimeline, entry: TimelineEntry): MessageTimeline {
  const { entries } = timeline;
  const characters = timeline.characters + entry.text.length;
  if (!entry.replayed) {
    return trimmed({ ...timeline, entries: [...entries, entry], characters });
  }
  if (entries.some(({ id }) => id === entry.id)) return timeline;
  const at = entries.findLastIndex(({ time }) => time <= entry.time) + 1;
  return trimmed({ ...timeline, entries: entries.toSpliced(at, 0, entry), characters });
}

/** With nothing before its first message. */
export function completedTimeline(timeline: MessageTimeline): MessageTimeline {
  return timeline.isComplete ? timeline : { ...timeline, isComplete: true };
}

function trimmed(timeline: MessageTimeline): MessageTimeline {
  const { entries } = timeline;
  let { characters } = timeline;
  let first = Math.max(0, entries.length - MAX_TIMELINE_ENTRIES);
  for (const { text } of entries.slice(0, first)) characters -= text.length;
  while (characters > MAX_TIMELINE_CHARACTERS && first < entries.length - 1) {
    characters -= entries[first++]!.text.length;
  }
  return first === 0 ? timeline : { entries: entries.slice(first), characters, isComplete: false };
}
