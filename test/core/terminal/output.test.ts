import assert from "node:assert/strict";
import { createOutput } from "../../../src/terminal/output.ts";

suite("what the terminal command writes", () => {
  for (const isTTY of [true, false])
    test(`orders to a terminal that a stranger put into a name are no orders (${isTTY ? "terminal" : "pipe"})`, () => {
      const written: string[] = [];
      const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
      const output = createOutput(stream, stream);
      const name = "Fine\u001B]0;owned\u0007 Model\u009B2J";
      output.line(`${name}\n\tsecond line`);
      output.complain(name);
      output.redraw(`${name}\nand more`);
      const text = written.join("").replaceAll("\r\u001B[2K", "");
      assert.doesNotMatch(text, /[^\P{Cc}\n\t]/u);
      assert.ok(text.startsWith("Fine·]0;owned· Model·2J\n\tsecond line\n"));
    });
});
