import assert from "node:assert/strict";
import fc from "fast-check";
import { type FilteredRoom, parseListFilter } from "../../../core/irc/list_filter.ts";

const NOW = 100 * 60_000;
const rooms: readonly FilteredRoom[] = [
  { name: "#lobby", members: 9, topicAt: undefined, createdAt: 0 },
  { name: "#green-tea", members: 4, topicAt: 95 * 60_000, createdAt: 10 * 60_000 },
  { name: "#tea", members: 0, topicAt: 20 * 60_000, createdAt: 90 * 60_000 },
];

Deno.test("parseListFilter() filters by mask, members, and the times of room and topic", () => {
  const table: [string, string[]][] = [
    ["", ["#lobby", "#green-tea", "#tea"]],
    ["*", ["#lobby", "#green-tea", "#tea"]],
    ["*tea*", ["#green-tea", "#tea"]],
    ["#TEA", ["#tea"]],
    ["#tea,#lobby", ["#lobby", "#tea"]],
    ["!*tea*", ["#lobby"]],
    ["!#tea,!#lobby", ["#green-tea"]],
    [">3", ["#lobby", "#green-tea"]],
    [">3,<9", ["#green-tea"]],
    ["<1", ["#tea"]],
    ["C<30", ["#tea"]],
    ["c>30", ["#lobby", "#green-tea"]],
    ["T<10", ["#green-tea"]],
    ["T>10", ["#tea"]],
    ["*tea*,>3,C>30", ["#green-tea"]],
    ["nothing", []],
  ];
  for (const [text, names] of table) {
    assert.deepEqual(rooms.filter(parseListFilter(text, NOW)).map(({ name }) => name), names, text);
  }
});

Deno.test("parseListFilter() takes any text, and lists with a condition no more than without", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(">1", "<5", "C>3", "T<9", "!#tea", "*e*", "!"),
  );
  fc.assert(
    fc.property(
      fc.array(word),
      fc.constantFrom(">1", "<5", "C>3", "T<9", "!#tea"),
      (words, more) => {
        const few = rooms.filter(parseListFilter([...words, more].join(","), NOW));
        const many = rooms.filter(parseListFilter(words.join(","), NOW));
        for (const room of few) assert(many.includes(room));
      },
    ),
  );
});
