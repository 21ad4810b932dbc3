import assert from "node:assert/strict";
import { readReadmeApart } from "../../../src/core/adapters/readme-thread.ts";
import type { Block } from "../../../src/core/protocol/readme.ts";
import { areBlocks } from "../../../src/core/protocol/readme.ts";
import { readReadme } from "../../../src/core/readme/read-readme.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const base = {
  links: "https://hub.test/o/r/blob/main/README.md",
  pictures: "https://hub.test/o/r/resolve/main/README.md",
};
const read = (markdown: string, of: typeof base | null = base): readonly Block[] => {
  const { blocks } = readReadme({ markdown, base: of, picture: "Picture" });
  assert.ok(areBlocks(blocks), "the page would not take it");
  return blocks;
};
const say = (words: string) => ({ kind: "text", text: words });
const link = (address: string, words: string) => ({ kind: "link", address, parts: [say(words)] });

suite("a README as data", () => {
  test("has its headings, lists, tables and code; the head of facts is left out", () => {
    assert.deepEqual(
      read("---\nlicense: mit\n---\n# Tiny\n\n3. a\n   - b\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n```js\nx()\n```\n"),
      [
        { kind: "heading", level: 1, parts: [say("Tiny")] },
        {
          kind: "list",
          start: 3,
          items: [
            [
              { kind: "paragraph", parts: [say("a")] },
              { kind: "list", start: null, items: [[{ kind: "paragraph", parts: [say("b")] }]] },
            ],
          ],
        },
        {
          kind: "table",
          rows: [
            [[say("a")], [say("b")]],
            [[say("1")], [{ kind: "code", text: "2" }]],
          ],
        },
        { kind: "code", text: "x()" },
      ],
    );
  });

  test("leads to its page on the hub where an address is relative, and nowhere without one", () => {
    const text = "[docs](docs/a.md) [below](#use) ![fox](fox.png)";
    assert.deepEqual(read(text), [
      {
        kind: "paragraph",
        parts: [
          link("https://hub.test/o/r/blob/main/docs/a.md", "docs"),
          say(" "),
          link("https://hub.test/o/r/blob/main/README.md#use", "below"),
          say(" "),
          link("https://hub.test/o/r/resolve/main/fox.png", "[fox]"),
        ],
      },
    ]);
    assert.deepEqual(read(text, null), [{ kind: "paragraph", parts: [say("docs below [fox]")] }]);
  });

  test("links written out are links; names of files are none", () => {
    assert.deepEqual(read("see https://x.test/a and README.md"), [
      { kind: "paragraph", parts: [say("see "), link("https://x.test/a", "https://x.test/a"), say(" and README.md")] },
    ]);
  });

  test("of HTML the words stay, with links and pictures as links; scripts go", () => {
    const html =
      '<div align="center">\n<img src="a.png" alt="logo">\n<a href="https://x.test">home</a>\n<script>steal()</script>\n</div>';
    assert.deepEqual(read(html), [
      {
        kind: "paragraph",
        parts: [link("https://hub.test/o/r/resolve/main/a.png", "[logo]"), say(" "), link("https://x.test/", "home")],
      },
    ]);
    assert.deepEqual(read("a <b onclick=x()>b</b><br>c"), [
      { kind: "paragraph", parts: [say("a b"), { kind: "break" }, say("c")] },
    ]);
  });

  test("a picture in a link is the link's words", () => {
    assert.deepEqual(read("[![badge](i.svg)](https://x.test)"), [
      { kind: "paragraph", parts: [link("https://x.test/", "[badge]")] },
    ]);
  });

  test("leads only to web pages", () => {
    const text = JSON.stringify(
      read(
        '[a](javascript:alert(1)) <a href="javascript:alert(1)">b</a> [c](vscode://x/y) [d](command:x) [e](file:///etc) ' +
          '<img src="data:image/png;base64,AA"> [f](data:text/html,x) <a href=" java\tscript:alert(1)">g</a>',
      ),
    );
    assert.doesNotMatch(text, /"link"/);
  });

  test("what is too long is cut, and says so", () => {
    const long = readReadme({ markdown: "word ".repeat(200_000), base: null, picture: "" });
    assert.equal(long.cut, true);
    assert.ok(JSON.stringify(long.blocks).length < 500_000);
    const rows = readReadme({ markdown: `|a|b|\n|-|-|\n${"|1|2|\n".repeat(40_000)}`, base: null, picture: "" });
    assert.equal(rows.cut, true);
    assert.equal(readReadme({ markdown: "short", base: null, picture: "" }).cut, false);
  });

  test("is read in a thread of its own, which is given up when it takes too long", async () => {
    const wish = { markdown: "# Tiny", base: null, picture: "Picture" };
    const { signal } = new AbortController();
    const { blocks } = await readReadmeApart(wish, 60_000, signal);
    assert.deepEqual(blocks, [{ kind: "heading", level: 1, parts: [say("Tiny")] }]);
    // No machine reads so much while a timer of none is late.
    const long = { ...wish, markdown: "# Tiny\n\n".repeat(100_000) };
    await assert.rejects(readReadmeApart(long, 0, signal), (error) => isFault(error, "formatInvalid"));
    const gone = AbortSignal.abort(new Error("closed"));
    await assert.rejects(readReadmeApart(wish, 60_000, gone), /closed/);
  });
});
