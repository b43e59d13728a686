import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtocolError } from "../../../../core/peer/links/errors.ts";
import {
  formatTextLine,
  parseTextLine,
  type TextLine,
} from "../../../../core/peer/texts/text_line.ts";

Deno.test("parseTextLine() gives back what formatTextLine() wrote, and only ProtocolErrors else", () => {
  const id = fc.stringMatching(/^[\x21-\x7e]{1,64}$/);
  const count = fc.nat();
  const line: fc.Arbitrary<TextLine> = fc.oneof(
    fc.record({
      id,
      text: fc.stringMatching(/^[a-z \n]{1,80}$/),
      kind: fc.constantFrom("message" as const, "action" as const),
    }, { noNullPrototype: true }),
    fc.record({ ack: id }, { noNullPrototype: true }),
    fc.record({ ping: count }, { noNullPrototype: true }),
    fc.record({ pong: count }, { noNullPrototype: true }),
    fc.constant({ bye: true as const }),
  );
  fc.assert(fc.property(line, (line) => {
    assert.deepEqual(parseTextLine(new TextDecoder().decode(formatTextLine(line))), line);
  }));
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    try {
      parseTextLine(text);
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
    }
  }));
});
