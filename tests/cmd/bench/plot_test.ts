import assert from "node:assert/strict";
import { plotLatency } from "../../../cmd/bench/plot.ts";

const second = (number: number, max: number) => ({
  second: number,
  deliveries: 10,
  p50: max / 4,
  p90: max / 3,
  p99: max / 2,
  max,
});

Deno.test("plotLatency() draws four lines inside its frame and leaves out empty seconds", () => {
  const seconds = [second(0, 10), { ...second(1, 0), deliveries: 0 }, second(2, 37)];
  const svg = plotLatency({ title: "a <b> & c", seconds });
  const lines = [...svg.matchAll(/points="([^"]*)"/g)].map(([, points = ""]) => points.split(" "));
  assert.equal(lines.length, 4);
  for (const points of lines) {
    assert.equal(points.length, 2);
    for (const point of points) {
      const [x = NaN, y = NaN] = point.split(",").map(Number);
      assert.ok(x >= 0 && x <= 800 && y >= 0 && y <= 400, point);
    }
  }
  assert.match(svg, /a &#60;b&#62; &#38; c/);
});

Deno.test("plotLatency() draws nothing, too", () => {
  assert.match(plotLatency({ title: "", seconds: [] }), /^<svg/);
});
