import assert from "node:assert/strict";
import {
  carriedOver,
  changedFields,
  draftOf,
  draftProblems,
  patchOf,
  withCurated,
} from "../../../src/core/present/entry-draft.ts";
import { entryForm, entryFormWords } from "../../../src/core/present/entry-form.ts";
import { parseToLibraryPage } from "../../../src/core/protocol/parse-library-page.ts";
import { backends } from "../../../src/core/protocol/models.ts";
import { anEntryWithDetails } from "../../support/samples.ts";

const entry = anEntryWithDetails({
  roles: ["chat", "code"],
  rolePriority: { chat: 10 },
  backendConfig: { port: 8000, host: "box" },
  extraArgs: ["--ctx-size", "8192"],
  notes: "mine",
});
const saved = draftOf(entry);

suite("the form of an entry", () => {
  test("shows the entry, and changes nothing by itself", () => {
    assert.equal(saved.extraArgs, "--ctx-size\n8192");
    assert.deepEqual(saved.roles, [
      { role: "chat", priority: "10" },
      { role: "code", priority: "" },
    ]);
    assert.deepEqual(patchOf(saved, saved), {});
    assert.deepEqual(draftProblems(saved), []);
  });

  test("saves only what was changed, in the form of the verb", () => {
    const draft = {
      ...saved,
      displayName: " New ",
      roles: [
        { role: "code", priority: "0" },
        { role: "ocr", priority: "" },
      ],
      port: "",
      extraArgs: "--jinja\n\n  --flash-attn\n",
      notes: "",
      locked: true,
    };
    assert.deepEqual(patchOf(saved, draft), {
      displayName: "New",
      roles: ["code", "ocr"],
      rolePriority: { code: 0 },
      backendConfig: { host: "box" },
      extraArgs: ["--jinja", "  --flash-attn"],
      notes: null,
      locked: true,
    });
  });

  test("tells each problem at its field", () => {
    const draft = {
      ...saved,
      displayName: "  ",
      roles: [{ role: "chat", priority: "101" }],
      port: "http",
      baseUrl: "localhost 8000",
    };
    assert.deepEqual(
      draftProblems(draft).map(({ field }) => field),
      ["displayName", "roles", "port", "baseUrl"],
    );
    for (const [port, fits] of [
      ["0", false],
      ["65535", true],
      ["65536", false],
      ["80.5", false],
      ["-1", false],
    ] as const)
      assert.equal(draftProblems({ ...saved, port }).length === 0, fits, port);
    for (const [priority, fits] of [
      ["0", true],
      ["100", true],
      ["1e1", false],
      ["5.5", false],
    ] as const)
      assert.equal(draftProblems({ ...saved, roles: [{ role: "chat", priority }] }).length === 0, fits, priority);
  });

  test("lays what was typed over what another changed: only fields that were not touched follow", () => {
    const typed = { ...saved, notes: "typed", port: "1" };
    const now = { ...saved, notes: "theirs", displayName: "Theirs" };
    assert.deepEqual(carriedOver(saved, typed, now), { ...saved, notes: "typed", port: "1", displayName: "Theirs" });
  });

  test("takes the curated values where they are others, and leaves what else is typed", () => {
    const curated = { notes: null, roles: ["ocr"], rolePriority: { ocr: 5 }, backendConfig: {}, backend: "vllm" };
    const draft = withCurated({ ...saved, description: "typed" }, { ...entry, curated });
    assert.deepEqual(changedFields(saved, draft), ["backend", "roles", "port", "host", "notes", "description"]);
    assert.deepEqual([draft.notes, draft.backend, draft.roles], ["", "vllm", [{ role: "ocr", priority: "5" }]]);
    assert.equal(withCurated(saved, entry), saved);
  });

  test("is a message of the page, with arguments to insert for the back ends that have them", () => {
    const state = entryForm({ ...entry, curated: { notes: "theirs", roles: [] } }, ["chat", "vision"], {
      edition: 1,
      draft: saved,
      saving: false,
      status: { kind: "none", text: "" },
    });
    assert.ok(parseToLibraryPage({ kind: "entry", words: entryFormWords(), state }));
    assert.deepEqual(state.roles, ["chat", "vision", "code"]);
    assert.deepEqual(state.differences, [
      { field: "Notes", here: "mine", curated: "theirs" },
      { field: "Roles", here: "chat, code", curated: "–" },
    ]);
    const offered = new Set(state.suggestions.map(({ backend }) => backend));
    assert.deepEqual(
      backends.filter((one) => offered.has(one)),
      ["llama.cpp", "ollama", "vllm", "lmdeploy"],
    );
    for (const { lines, label } of state.suggestions) assert.equal(lines.split("\n").join(" "), label);
  });
});
