import assert from "node:assert/strict";
import { sessionPicture } from "../../scripts/picture.ts";

Deno.test("the README's picture shows what a real session looks like", async () => {
  const svg = await sessionPicture();
  const shows = (text: string, looks = "") => {
    const line = svg.split("\n").find((line) => line.includes(`>${text}<`) && line.includes(looks));
    assert.ok(line, `${text} (${looks}) is not in\n${svg}`);
  };
  shows("carol", 'fill="#');
  shows("@amy can you send me the notes from yesterday?", 'font-weight="bold"');
  shows("[direct]", 'fill="#8cc265"');
  shows(": Of course, straight to you");
  shows("✓", 'fill="#8cc265"');
  shows("[1] carol has /home/amy/notes.md (24.0 kB) SHA-256", 'fill="#8cc265"');
  shows("#lobby &gt; On my way");
  // What differs from one session to the next is not in it.
  assert.doesNotMatch(svg, /127\.0\.0\.1|\/tmp\/|password/);
  assert.ok([...svg.matchAll(/>(\d\d:\d\d)/g)].every(([, time]) => time === "10:42"), svg);
});
