import assert from "node:assert/strict";
import { cardFacts, firstProse, splitCard } from "../../../src/core/metadata/model-card.ts";
import { parseFrontMatter } from "../../../src/core/metadata/parse-front-matter.ts";
import { plainText } from "../../../src/core/metadata/plain-text.ts";
import { type TestHub, hubWith, never } from "../downloads/support.ts";
import { type MetadataWorld, createMetadataWorld } from "./world.ts";

const CARD = `---
license: other
license_name: tiny-licence
base_model: [owner/base]
language: [en, de]
pipeline_tag: text-generation
tags: [small, test]
---
# Tiny

[![badge](https://x/y.svg)](https://x)

- a list of things that is long enough to be taken for prose

**Tiny** is a model that [somebody](https://x) made so that tests have one to *read* about.

More words.
`;

suite("model cards", () => {
  let world: MetadataWorld;
  let hub: TestHub;
  setup(async () => {
    hub = await hubWith({ "README.md": CARD, "tiny.gguf": "weights", "owner/bare//x.gguf": "x" });
    world = await createMetadataWorld({ hub: hub.hub.url });
  });
  teardown(async () => {
    await world.close();
    await hub.close();
  });
  const source = (reference: string) => ({
    source: { provider: "huggingface" as const, reference, revision: hub.hub.commit(reference) },
  });

  test("a card of the hub tells what the model is, and is asked for once", async () => {
    await world.add("tiny", "tiny.gguf", "weights", source("owner/model"));
    const [found] = await world.metadata.fetch(["tiny"], never);
    assert.deepEqual([found?.from, found?.page], ["huggingface", `${hub.hub.url}/owner/model`]);
    const entry = await world.show("tiny");
    assert.equal(entry.description, "Tiny is a model that somebody made so that tests have one to read about.");
    assert.deepEqual(entry.metadata["tags"], ["small", "test"]);
    assert.deepEqual(Object.fromEntries(entry.facts.map(({ name, value }) => [name, value])), {
      licence: "tiny-licence",
      baseModel: "owner/base",
      language: "en, de",
      task: "text-generation",
    });
    assert.equal((await world.metadata.card("tiny", never))?.markdown, CARD);
    assert.equal(hub.hub.requests.filter(({ url }) => url.includes("README.md")).length, 1);
  });

  test("the README that was fetched with the model is read, not the hub's", async () => {
    await world.add("tiny", "owner/model/README.md", "# Mine\n\nThe one that came with the files, for a good while.");
    await world.add("tiny", "owner/model/tiny.gguf", "weights", source("owner/model"));
    const card = await world.metadata.card("tiny", never);
    assert.match(card?.from ?? "", /owner\/model\/README\.md$/);
    assert.equal(hub.hub.requests.length, 0);
  });

  test("a repository without a card, and one that is not there", async () => {
    await world.add("bare", "x.gguf", "x", source("owner/bare"));
    assert.equal(await world.metadata.card("bare", never), undefined);
    assert.equal(await world.metadata.card("bare", never), undefined);
    assert.equal(hub.hub.requests.length, 1);
    const [found] = await world.metadata.fetch(["bare"], never);
    assert.deepEqual([found?.from, found?.reason?.code], [undefined, "notFound"]);
  });

  test("front matter that is none, and one with bombs in it, says nothing", () => {
    assert.equal(splitCard("no head").head, undefined);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f", "g"].map((one, at) => `${one}: &${one} [${`*${"abcdef"[at]},`.repeat(9)}]`).join("\n")}`;
    assert.deepEqual(cardFacts(parseFrontMatter(bomb), ""), { tags: [] });
    assert.deepEqual(cardFacts(parseFrontMatter("{[}"), "short"), { tags: [] });
    assert.deepEqual(cardFacts(parseFrontMatter("license: 7\nlanguage: {a: b}\ntags: x"), ""), { tags: ["x"] });
  });

  test("a card that was made to keep its reader busy is read like any other", () => {
    const much = (text: string): string => text.repeat(Math.ceil(190_000 / text.length));
    for (const text of ["![", "![](", "a[", "<!--", "<script>", "<style", "```\n~~~ x\n", "*`_ab"])
      assert.equal(typeof firstProse(`${much(text)}\n\n${"word ".repeat(20)}`), "string", text);
    assert.equal(firstProse(much("![")), undefined);
    assert.equal(firstProse(much("<!--")), undefined);
    for (const text of ["{", "? ", "[{", "{a: "])
      assert.deepEqual(cardFacts(parseFrontMatter(text.repeat(10_000)), ""), { tags: [] }, text);
    assert.deepEqual(cardFacts(parseFrontMatter(`license: mit\n${"? ".repeat(200)}x`), "").licence, "mit");
  });

  test("front matter is read through its anchors", () => {
    const { licence, tags } = cardFacts(parseFrontMatter("x: &l mit\nlicense: *l\ny: &t [a, *l]\ntags: *t\n"), "");
    assert.deepEqual([licence, tags], ["mit", ["a", "mit"]]);
  });

  test("HTML becomes its words", () => {
    assert.equal(
      plainText("<h1>A&nbsp;b</h1><style>p{}</style><ul><li>c &lt;d&gt;</li></ul>&#128512;"),
      "A b\nc <d>\n😀",
    );
    assert.equal(
      firstProse("## Title\n\n| a | b |\n\n```\ncode that is long enough to be taken for prose or so\n```"),
      undefined,
    );
  });
});
