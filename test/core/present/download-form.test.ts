import assert from "node:assert/strict";
import { type PlaceFacts, formArguments, formPage, freshDraft } from "../../../src/core/present/download-form.ts";
import { formPreview, noPreview } from "../../../src/core/present/form-preview.ts";
import { formPageWords } from "../../../src/core/present/form-words.ts";
import { areFormWords, isFormPage, parseFormIntent } from "../../../src/core/protocol/form-page.ts";
import { aPreview, anAnalysis } from "../../support/download-samples.ts";

const places: readonly PlaceFacts[] = [{ name: "main", path: "/models", layout: "owner-repo", freeBytes: 1e12 }];
const draft = freshDraft(anAnalysis(), places);
const state = {
  edition: 1,
  draft,
  preview: formPreview(aPreview(), false),
  problems: [],
  adding: false,
  status: { kind: "none", text: "" },
} as const;

suite("the form of a download", () => {
  test("chooses the one there is by itself, and nothing among several", () => {
    assert.deepEqual(draft.picked, []);
    const { choices } = anAnalysis();
    assert.deepEqual(freshDraft(anAnalysis({ choices: choices.slice(0, 1) }), places).picked, ["0"]);
    assert.deepEqual(freshDraft(anAnalysis(), places, choices.slice(1, 2)).picked.length, 0);
    const analysis = anAnalysis();
    assert.deepEqual(freshDraft(analysis, places, analysis.choices.slice(1, 2)).picked, ["1"]);
  });

  test("asks for no more than was said, so that the command is short", () => {
    assert.equal(formArguments(anAnalysis(), draft), undefined);
    const all = {
      ...draft,
      picked: ["0", "2"],
      optional: true,
      supportRepo: " acme/base ",
      location: "",
      folder: "/elsewhere",
      subfolder: "deep",
      linkOut: ["/links"],
      reuse: "hard",
      force: true,
    } as const;
    assert.deepEqual(formArguments(anAnalysis(), all), {
      model: "acme/tiny",
      revision: "main",
      files: ["tiny-Q4_K_M.gguf", "tiny.ckpt"],
      includeOptional: true,
      supportRepo: "acme/base",
      folder: "/elsewhere",
      subfolder: "deep",
      linkOut: ["/links"],
      reuse: "hard",
      force: true,
    });
    const pulled = anAnalysis({ provider: "ollama", repository: "ollama:tiny", revision: "1b" });
    assert.deepEqual(formArguments(pulled, { ...draft, picked: ["0"] }), { model: "ollama:tiny", revision: "1b" });
  });

  test("names the one file that was asked for of a version that has more", () => {
    const choices = anAnalysis().choices.slice(0, 1);
    const named = (provider: "civitai" | "huggingface"): readonly string[] | undefined =>
      formArguments(anAnalysis({ provider, choices }), { ...draft, picked: ["0"] })?.files;
    assert.deepEqual(named("civitai"), ["tiny-Q4_K_M.gguf"]);
    assert.equal(named("huggingface"), undefined);
  });

  test("its messages pass the guards of both sides, and others do not", () => {
    assert.ok(isFormPage(formPage(anAnalysis(), places, state)));
    const marked = formPage(anAnalysis(), places, { ...state, marks: new Map([["0", "linkable"]]) });
    assert.ok(isFormPage(marked));
    assert.match(marked.choices[0]?.note ?? "", /its bytes are on this machine$/);
    assert.ok(areFormWords(formPageWords()));
    assert.deepEqual(parseFormIntent({ kind: "form", deed: "prove", draft }), { kind: "form", deed: "prove", draft });
    assert.equal(parseFormIntent({ kind: "form", deed: "rm", draft }), undefined);
    assert.equal(parseFormIntent({ kind: "formDraft", draft: { ...draft, reuse: "steal" } }), undefined);
  });

  test("says what joins, what is here as a whole, and what does not fit on the disk", () => {
    const preview = aPreview();
    const [first] = preview.sets;
    assert.ok(first);
    const sets = [
      { ...first, entry: "tiny" },
      { ...first, joins: "d1" },
    ];
    const words = formPreview({ ...preview, sets }, false).sets.map(({ note }) => note);
    const { lines } = formPreview(preview, false, ["/links", "/more"]);
    assert.deepEqual(lines.slice(1, 4), [
      "It goes to /models/acme/tiny.",
      "Each finished file gets a link in /links.",
      "Each finished file gets a link in /more.",
    ]);
    assert.deepEqual(words, ["All of it is here already, as tiny.", "It joins a download that is in the queue."]);
    assert.match(formPreview({ ...preview, freeBytes: 6e9 }, false).warning, /^There is too little room: 1\.0 GB/);
    assert.equal(formPreview(preview, false).warning, "");
    assert.deepEqual(formPreview({ ...preview, freeBytes: 0 }, true).warning, "");
    assert.deepEqual(noPreview.sets, []);
  });
});
