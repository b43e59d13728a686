import assert from "node:assert/strict";
import fc from "fast-check";
import { PlainScreen } from "../../../../cmd/terminal/screen/plain.ts";
import { TerminalScreen } from "../../../../cmd/terminal/screen/terminal.ts";
import type { Screen, ScreenOptions } from "../../../../cmd/terminal/screen/types.ts";

const PASTE_MARKS_OFF = "\x1b[?2004l";

/** A terminal in memory: what is typed on it, what is written to it, and its mode. */
class FakeTerminal {
  written = "";
  isRaw = false;
  readonly #input = Promise.withResolvers<
    ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  >();
  readonly #decoder = new TextDecoder();
  readonly options: ScreenOptions;

  constructor() {
    const write = (bytes: Uint8Array): number => {
      this.written += this.#decoder.decode(bytes, { stream: true });
      return bytes.length;
    };
    this.options = {
      stdin: {
        readable: new ReadableStream({ start: (input) => this.#input.resolve(input) }),
        setRaw: (isRaw) => this.isRaw = isRaw,
      },
      stdout: { write: (bytes) => Promise.resolve(write(bytes)), writeSync: write },
    };
  }

  async type(text: string): Promise<void> {
    (await this.#input.promise).enqueue(new TextEncoder().encode(text));
  }

  async hangUp(): Promise<void> {
    (await this.#input.promise).close();
  }
}

const SCREENS: readonly (readonly [string, (options: ScreenOptions) => Screen, enter: string])[] = [
  ["TerminalScreen", (options) => new TerminalScreen(options), "\r"],
  ["PlainScreen", (options) => new PlainScreen(options), "\n"],
];

for (const [name, open, enter] of SCREENS) {
  Deno.test(`${name} gives lines and answers in the order in which they were typed`, async () => {
    const terminal = new FakeTerminal();
    await using screen = open(terminal.options);
    await terminal.type(`amy${enter}`);
    assert.equal(await screen.ask({ prompt: "Name: ", isSecret: false }), "amy");
    const secret = screen.ask({ prompt: "Password: ", isSecret: true });
    await terminal.type(`hunter2${enter}`);
    assert.equal(await secret, "hunter2");
    const lines = screen.lines();
    await terminal.type(`hello${enter}`);
    assert.deepEqual((await lines.next()).value, { text: "hello", isText: false });
    assert(!terminal.written.includes("hunter2"));
    await terminal.hangUp();
    assert.equal((await lines.next()).done, true);
    assert.equal(screen.outcome, "end-of-input");
  });

  Deno.test(`${name} answers who still asks when it is closed, and gives the terminal back`, async () => {
    const terminal = new FakeTerminal();
    const screen = open(terminal.options);
    const answers = [1, 2].map((n) => screen.ask({ prompt: `Secret ${n}: `, isSecret: true }));
    screen.print("the last line");
    await screen[Symbol.asyncDispose]();
    await screen[Symbol.asyncDispose]();
    assert.deepEqual(await Promise.all(answers), [undefined, undefined]);
    assert.match(terminal.written, /the last line/);
    assert.equal(terminal.isRaw, false);
    assert.equal(await screen.ask({ prompt: "Late: ", isSecret: false }), undefined);
  });

  Deno.test(`${name} ends as it began, whatever is typed`, async () => {
    const typed = fc.array(
      fc.constantFrom(
        "a",
        "é",
        "\r",
        "\n",
        "\t",
        "\x03",
        "\x04",
        "\x0c",
        "\x7f",
        "\x1b[A",
        "\x1b[D",
        "/x ",
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(typed, fc.boolean(), async (keys, isSecret) => {
        const terminal = new FakeTerminal();
        {
          await using screen = open(terminal.options);
          const answer = screen.ask({ prompt: "? ", isSecret });
          for (const key of keys) await terminal.type(key);
          await terminal.hangUp();
          await answer;
          for await (const { text } of screen.lines()) assert.notEqual(text, "");
        }
        assert.equal(terminal.isRaw, false);
        if (name === "TerminalScreen") assert(terminal.written.endsWith(PASTE_MARKS_OFF));
      }),
      { numRuns: 30 },
    );
  });
}
