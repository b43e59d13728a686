/**
 * The messages of a room or a conversation as an immutable value: new ones at the end, older ones in front. Pure.
 *
 * @module
 */
import type { PrivateMessage, RoomMessage } from "../events/events.ts";

/** Most messages of one timeline, besides those of its last page. */
export const MAX_TIMELINE_ENTRIES = 1_000;
/** Most characters of one timeline, besides those of its last page. */
export const MAX_TIMELINE_CHARACTERS = 262_144;
/** A message changes one page, and shares the others with the timeline before. */
const PAGE_ENTRIES = 32;
const PAGE_CHARACTERS = 16_384;

/** A message in a {@linkcode MessageTimeline}. */
export type TimelineEntry = RoomMessage | PrivateMessage;

/** Some consecutive messages. */
export interface TimelinePage {
  /** Oldest first; never empty. */
  readonly entries: readonly TimelineEntry[];
  /** Number of characters of their texts. */
  readonly characters: number;
}

/** The messages of a room or of a conversation. */
export interface MessageTimeline {
  /** Oldest first. */
  readonly pages: readonly TimelinePage[];
  /** Number of messages. */
  readonly size: number;
  /** Number of characters of their texts. */
  readonly characters: number;
  /** Whether there are no earlier messages. */
  readonly isComplete: boolean;
}

/** A timeline without messages. */
export const EMPTY_TIMELINE: MessageTimeline = {
  ...{ pages: [], size: 0, characters: 0, isComplete: false },
};

/** The messages, oldest first. */
export function timelineEntries({ pages }: MessageTimeline): readonly TimelineEntry[] {
  return pages.flatMap(({ entries }) => entries);
}

/**
 * Adds a message: a live one at the end, one from history by its time. A message that exists
 * already changes nothing. Beyond the limits the oldest page is dropped.
 */
export function addToTimeline(timeline: MessageTimeline, entry: TimelineEntry): MessageTimeline {
  if (!entry.replayed) return trimmed(appended(timeline, entry));
  const entries = timelineEntries(timeline);
  if (entries.some(({ id }) => id === entry.id)) return timeline;
  const at = entries.findLastIndex(({ time }) => time <= entry.time) + 1;
  if (at === entries.length) return trimmed(appended(timeline, entry)); // as usual: a history comes oldest first
  const empty = { ...EMPTY_TIMELINE, isComplete: timeline.isComplete };
  return trimmed(entries.toSpliced(at, 0, entry).reduce(appended, empty));
}

/** Marks a timeline as complete. */
export function completedTimeline(timeline: MessageTimeline): MessageTimeline {
  return timeline.isComplete ? timeline : { ...timeline, isComplete: true };
}

function appended(timeline: MessageTimeline, entry: TimelineEntry): MessageTimeline {
  const { pages, size, characters, isComplete } = timeline;
  const more = entry.text.length;
  const last = pages.at(-1);
  const isFull = last === undefined || last.entries.length >= PAGE_ENTRIES ||
    last.characters + more > PAGE_CHARACTERS;
  const page = isFull
    ? { entries: [entry], characters: more }
    : { entries: [...last.entries, entry], characters: last.characters + more };
  return {
    pages: isFull ? [...pages, page] : pages.with(-1, page),
    size: size + 1,
    characters: characters + more,
    isComplete,
  };
}

function trimmed(timeline: MessageTimeline): MessageTimeline {
  const [first] = timeline.pages;
  if (first === undefined || timeline.pages.length === 1) return timeline;
  const size = timeline.size - first.entries.length;
  const characters = timeline.characters - first.characters;
  if (size < MAX_TIMELINE_ENTRIES && characters < MAX_TIMELINE_CHARACTERS) return timeline;
  return trimmed({ pages: timeline.pages.slice(1), size, characters, isComplete: false });
}
