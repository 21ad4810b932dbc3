import assert from "node:assert/strict";
import { type CardParts, cardPage } from "../../../src/core/present/card-page.ts";
import { failedReadme } from "../../../src/core/present/card-words.ts";
import { isCard, parseCardIntent } from "../../../src/core/protocol/card-page.ts";
import type { CardPage } from "../../../src/core/protocol/card-page.ts";
import { aFit, aNeed, anEntryWithDetails } from "../../support/samples.ts";

const card = (entry: Parameters<typeof anEntryWithDetails>[0], parts: Partial<CardParts> = {}): CardPage => {
  const page = cardPage(anEntryWithDetails(entry), {
    fit: [],
    context: undefined,
    asking: false,
    served: false,
    servable: false,
    picture: "",
    readme: { kind: "loading" },
    ...parts,
  });
  assert.ok(isCard(page), "the page would not take it");
  return page;
};
const context = { name: "context", value: 32_768, source: "gguf", confidence: 1 } as const;

suite("the card of a model", () => {
  test("each characteristic says who said it and how sure that is; the others stand behind it", () => {
    const vision = { name: "vision", value: true, source: "name", confidence: 0.5 } as const;
    const hub = { name: "context", value: 8192, source: "hub", confidence: 0.8 } as const;
    const config = { name: "context", value: 4096, source: "config", confidence: 0.9 } as const;
    const { characteristics, badges } = card({
      facts: [context, vision],
      characteristics: [hub, context, config, vision],
    });
    assert.deepEqual(characteristics, [
      {
        label: "Context",
        value: "32,768 tokens",
        source: "the file's header",
        confidence: "100 %",
        guess: false,
        others: [
          { value: "4,096 tokens", source: "its config.json", confidence: "90 %" },
          { value: "8,192 tokens", source: "the hub", confidence: "80 %" },
        ],
      },
      { label: "Vision", value: "yes", source: "its name", confidence: "50 %", guess: true, others: [] },
    ]);
    assert.deepEqual(badges, [
      { text: "32K", note: "" },
      { text: "vision?", note: "a guess" },
    ]);
  });

  test("files of one name are told apart by their folders, and each place is named once", () => {
    const file = { path: "/m/one/a.gguf", sizeBytes: 1000, proof: "unverified" } as const;
    const place = { of: file.path, sizeBytes: 1000, sha256: "ab", shared: false } as const;
    const { files, places } = card({
      name: "tiny",
      files: [file, { ...file, path: "/m/two/a.gguf" }, { ...file, path: "/m/two/b.gguf" }],
      places: [
        { ...place, path: "/m/two/a.gguf", entry: "tiny" },
        { ...place, path: "/else/a.gguf", entry: "other" },
        { ...place, path: "/m/two/a.gguf", entry: "tiny", shared: true },
      ],
    });
    assert.deepEqual(
      files.map(({ name }) => name),
      ["one/a.gguf", "two/a.gguf", "b.gguf"],
    );
    assert.deepEqual(places, [
      { path: "/m/two/a.gguf", size: "1.0 kB", note: "the same file" },
      { path: "/else/a.gguf", size: "1.0 kB", note: "a copy, of other" },
    ]);
  });

  test("trigger words have their own section, as the hub told them until they are fetched one by one", () => {
    const told = { name: "triggerWords", value: "dawn, soft light", source: "hub", confidence: 0.9 } as const;
    const before = card({ facts: [told], characteristics: [told] });
    assert.deepEqual([before.triggerWords, before.characteristics], [["dawn, soft light"], []]);
    const fetched = card({ facts: [told], metadata: { triggerWords: ["dawn", "soft light"] } });
    assert.deepEqual(fetched.triggerWords, ["dawn", "soft light"]);
  });

  test("offers contexts from 4,096 to what it was trained for, with the one that is asked", () => {
    const { fit } = card({ facts: [context] }, { fit: [aFit({ need: aNeed({ context: 10_000 }) })] });
    assert.deepEqual(
      fit.contexts.map(({ value }) => value),
      ["4096", "8192", "10000", "16384", "32768"],
    );
    assert.equal(fit.contexts.at(-1)?.label, "32,768 tokens, all it was trained for");
    assert.equal(fit.context, "10000");
    assert.deepEqual(fit.rows, [
      {
        device: "NVIDIA H200",
        verdict: "Fits NVIDIA H200 with 12 GB to spare",
        need: "12 GB at 10,000 tokens · estimated ± 15 %",
        warns: false,
      },
    ]);
  });

  test("a chosen context stays chosen while it is asked for, also above what it was trained for", () => {
    const { fit } = card({ facts: [context] }, { context: 65_536, asking: true });
    assert.deepEqual([fit.context, fit.asking, fit.contexts.at(-1)?.value], ["65536", true, "65536"]);
    assert.ok(fit.contexts.some(({ value }) => value === "32768"));
  });

  test("says so where nothing tells whether it fits", () => {
    const { fit } = card({});
    assert.deepEqual([fit.rows, fit.contexts], [[], []]);
    assert.match(fit.note, /tells too little/);
  });

  test("files have their digests short and whole, places whether they are the same file", () => {
    const sha256 = "ab".repeat(32);
    const file = { path: "/m/sub/a.gguf", sizeBytes: 1000, sha256, proof: "sha256" } as const;
    const place = { of: file.path, sizeBytes: 1000, sha256 };
    const page = card({
      files: [file],
      places: [
        { ...place, path: "/other/a.gguf", shared: true, entry: "two" },
        { ...place, path: "/third/a.gguf", shared: false },
      ],
    });
    assert.deepEqual(page.files, [
      {
        name: "a.gguf",
        path: file.path,
        size: "1.0 kB",
        proof: "verified by sha256",
        hashes: [{ kind: "sha256", short: "abababababab", full: sha256 }],
      },
    ]);
    assert.deepEqual(
      page.places.map(({ note }) => note),
      ["the same file, of two", "a copy"],
    );
  });

  test("offers only what can be done with it", () => {
    const offered = (...given: Parameters<typeof card>): readonly string[] =>
      card(...given).deeds.map(({ deed }) => deed);
    assert.deepEqual(offered({}), ["edit", "fetch", "preview", "reveal"]);
    assert.equal(offered({}, { servable: true })[0], "serve");
    assert.ok(!offered({}, { servable: true, served: true }).includes("serve"));
    assert.deepEqual(offered({ state: "missing" }), ["edit", "fetch", "preview"]);
    assert.deepEqual(
      offered({ metadata: { fetched: {} }, source: { provider: "huggingface", reference: "a/b" } }, { served: true }),
      ["edit", "fetch", "preview", "remove", "updates", "probe", "reveal"],
    );
  });

  test("takes trigger words for what they are, and nothing else", () => {
    assert.deepEqual(card({ metadata: { triggerWords: ["fox", 1, "", "hen"] } }).triggerWords, ["fox", "hen"]);
    assert.deepEqual(card({ metadata: { triggerWords: "fox" } }).triggerWords, []);
  });

  test("says in a line what it is", () => {
    assert.equal(card({}, { served: true }).facts, "serving · llama.cpp · gguf · Q4_K_M · 4.9 GB");
  });

  test("warns of what is missing, away or unsafe", () => {
    const unsafe = { name: "unsafe", value: true, source: "store", confidence: 1 } as const;
    assert.equal(card({}).warnings.length, 0);
    assert.match(card({ facts: [unsafe], state: "offline" }).warnings.join("\n"), /is not there now\.\nUnsafe format/);
  });

  test("says in a line why its README could not be had", () => {
    const failed = failedReadme({ code: "formatInvalid", what: "the README", reason: "it takes too long to read" });
    assert.ok(failed.kind === "none" && failed.again);
    assert.match(failed.text, /^Its README could not be read\. .*takes too long/);
  });
});

suite("what a card sends", () => {
  test("is taken only as what it is", () => {
    assert.deepEqual(parseCardIntent({ kind: "card", deed: "fetch", more: 1 }), { kind: "card", deed: "fetch" });
    assert.deepEqual(parseCardIntent({ kind: "fitAt", context: 4096 }), { kind: "fitAt", context: 4096 });
    assert.deepEqual(parseCardIntent({ kind: "visit", address: "https://x.test/a" })?.kind, "visit");
    for (const wrong of [
      { kind: "card", deed: "purge" },
      { kind: "fitAt", context: 0.5 },
      { kind: "fitAt", context: "1" },
      { kind: "copy", text: 1 },
      { kind: "visit", address: "command:x" },
      { kind: "visit", address: "file:///etc" },
      { kind: "visit", address: "javascript:https://x" },
      { kind: "other" },
    ])
      assert.equal(parseCardIntent(wrong), undefined, JSON.stringify(wrong));
  });
});
