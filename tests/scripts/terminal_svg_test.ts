import assert from "node:assert/strict";
import { terminalSvg } from "../../scripts/terminal_svg.ts";

const OPTIONS = { columns: 20, title: "chat", description: "a session" } as const;

/** Where each text stands (column and row) and what its element says besides. */
function textsOf(svg: string) {
  const body = svg.slice(svg.indexOf("<g "));
  const texts = body.matchAll(/<text x="(\d+)" y="(\d+)" textLength="(\d+)"([^>]*)>([^<]*)</g);
  return [...texts].map(([, x, y, length, looks, text]) => ({
    at: [(Number(x) - 16) / 9, (Number(y) - 67) / 20],
    cells: Number(length) / 9,
    looks: looks?.trim(),
    text,
  }));
}

Deno.test("terminalSvg() puts each run into its own cells, with its colour", () => {
  const svg = terminalSvg("\x1b[2m10:42\x1b[0m \x1b[32mamy\x1b[39m: hi\n日本 \x1b[1mok", OPTIONS);
  assert.deepEqual(textsOf(svg), [
    { at: [0, 0], cells: 5, looks: 'opacity="0.6"', text: "10:42" },
    { at: [6, 0], cells: 3, looks: 'fill="#8cc265"', text: "amy" },
    { at: [9, 0], cells: 4, looks: "", text: ": hi" },
    { at: [0, 1], cells: 4, looks: "", text: "日本" },
    { at: [5, 1], cells: 2, looks: 'font-weight="bold"', text: "ok" },
  ]);
});

Deno.test("terminalSvg() keeps the place of text behind several spaces", () => {
  assert.deepEqual(textsOf(terminalSvg("  a  b c ", OPTIONS)), [
    { at: [2, 0], cells: 1, looks: "", text: "a" },
    { at: [5, 0], cells: 3, looks: "", text: "b c" },
  ]);
});

Deno.test("terminalSvg() draws backgrounds, and exchanges colours for reverse", () => {
  const svg = terminalSvg("\x1b[41m  \x1b[0m\x1b[7mon\x1b[0m", OPTIONS);
  assert.match(svg, /<rect x="16" y="52" width="18" height="20" fill="#e06c75"\/>/);
  assert.match(svg, /<rect x="34" y="52" width="18" height="20" fill="#d6d9de"\/>/);
  assert.deepEqual(textsOf(svg), [{ at: [2, 0], cells: 2, looks: 'fill="#16181d"', text: "on" }]);
});

Deno.test("terminalSvg() draws the cursor behind the last text", () => {
  const svg = terminalSvg("one\n> 日", { ...OPTIONS, hasCursor: true });
  assert.match(svg, /<rect x="52" y="72" width="9" height="20" opacity="0.7"\/>/);
  assert.doesNotMatch(terminalSvg("one\n> 日", OPTIONS), /height="20" opacity/);
});

Deno.test("terminalSvg() is XML, whatever the text holds", async () => {
  const svg = terminalSvg(`<b>&amp; "x" ]]> \x07\x1b[31m</text>`, {
    ...OPTIONS,
    title: `<"&">`,
    description: "</desc>",
  });
  const parser = new Deno.Command("python3", {
    args: ["-c", "import sys; from xml.dom import minidom; minidom.parse(sys.stdin.buffer)"],
    stdin: "piped",
    stderr: "piped",
  }).spawn();
  const input = parser.stdin.getWriter();
  await input.write(new TextEncoder().encode(svg));
  await input.close();
  const { success, stderr } = await parser.output();
  assert.ok(success, `${new TextDecoder().decode(stderr)}\n${svg}`);
});
