import assert from "node:assert/strict";
import * as fc from "fast-check";
import { prioritiesAfterMove, ranked, rolesPage, rolesPageWords } from "../../../src/core/present/role-ranking.ts";
import { settingsPage, settingsPageWords } from "../../../src/core/present/settings-page.ts";
import { statsPage, statsPageWords } from "../../../src/core/present/stats-page.ts";
import type { Entry, Tally } from "../../../src/core/protocol/models.ts";
import { parseToLibraryHost, parseToLibraryPage } from "../../../src/core/protocol/parse-library-page.ts";
import { anEntry } from "../../support/samples.ts";

const names = (entries: readonly Entry[]): readonly string[] => entries.map(({ name }) => name);
const chat = (name: string, priority?: number): Entry =>
  anEntry({ name, roles: ["chat"], rolePriority: priority === undefined ? {} : { chat: priority } });

suite("the order of a role", () => {
  test("after a move is what was wished, whatever the priorities were", () => {
    const priorities = fc.array(fc.option(fc.nat(100), { nil: undefined }), { minLength: 2, maxLength: 101 });
    fc.assert(
      fc.property(priorities, fc.nat(100), fc.nat(100), (given, from, to) => {
        const order = ranked(
          given.map((priority, at) => chat(`m${String(at).padStart(3, "0")}`, priority)),
          "chat",
        );
        const [name = "", place] = [names(order)[from % order.length], to % order.length];
        const set = prioritiesAfterMove(order, "chat", name, place);
        const after = order.map((entry) => {
          const priority = set.get(entry.name);
          return priority === undefined ? entry : { ...entry, rolePriority: { chat: priority } };
        });
        for (const priority of set.values()) assert.ok(Number.isInteger(priority) && priority >= 0 && priority <= 100);
        assert.deepEqual(
          names(ranked(after, "chat")),
          names(order)
            .filter((one) => one !== name)
            .toSpliced(place, 0, name),
        );
      }),
    );
  });

  test("changes one priority where there is room between the neighbours", () => {
    const order = [chat("a", 10), chat("b", 20), chat("c", 30)];
    assert.deepEqual([...prioritiesAfterMove(order, "chat", "c", 1)], [["c", 15]]);
    assert.deepEqual([...prioritiesAfterMove(order, "chat", "c", 0)], [["c", 4]]);
    assert.deepEqual([...prioritiesAfterMove(order, "chat", "a", 2)], [["a", 65]]);
    assert.deepEqual([...prioritiesAfterMove(order, "chat", "b", 1)], []);
    assert.deepEqual([...prioritiesAfterMove(order, "chat", "gone", 1)], []);
  });

  test("prefers the first that the core would take, and says why it passes others over", () => {
    const order = [
      { ...chat("a", 1), state: "missing" as const },
      { ...chat("b", 2), deprecated: true },
      chat("c", 3),
      { ...chat("d", 4), testing: true },
    ];
    const state = rolesPage([["chat", 4]], "chat", order, "");
    assert.deepEqual(
      state.candidates.map(({ note }) => note),
      ["missing", "deprecated", "preferred", "testing"],
    );
    assert.ok(parseToLibraryPage({ kind: "roles", words: rolesPageWords(), state }));
  });
});

suite("the statistics", () => {
  const stats = (byQuantization: Record<string, Tally>) => ({
    count: 3,
    bytes: 6000,
    byBackend: { vllm: { count: 4, bytes: 1000 }, "llama.cpp": { count: 2, bytes: 5000 } },
    byFormat: { unknown: { count: 1, bytes: 0 } },
    byQuantization,
    byLocation: {},
    byRole: {},
  });

  test("have a bar for each value, the most bytes first, measured by the greatest", () => {
    const state = statsPage(stats({}));
    assert.equal(state.summary, "3 models, 6.0 kB");
    assert.deepEqual(
      state.sections.map(({ title }) => title),
      ["Back end", "Format"],
    );
    assert.deepEqual(
      state.sections[0]?.rows.map(({ label, sizeShare, countShare }) => [label, sizeShare, countShare]),
      [
        ["llama.cpp", 1, 0.5],
        ["vllm", 0.2, 1],
      ],
    );
    assert.equal(state.sections[1]?.rows[0]?.label, "Unknown");
    assert.ok(parseToLibraryPage({ kind: "stats", words: statsPageWords(), state }));
  });

  test("sum up what is many and small", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`q${at}`, { count: 1, bytes: 100 + at }]));
    const rows = statsPage(stats(many)).sections.find(({ title }) => title === "Quantization")?.rows ?? [];
    assert.equal(rows.length, 41);
    assert.deepEqual([rows.at(-1)?.label, rows.at(-1)?.count], ["10 others", "10"]);
  });
});

suite("the settings that are in force", () => {
  test("are said with their value, where it comes from, and what is wrong with it", () => {
    const state = settingsPage([
      { key: "modelDeck.serving.port", value: 8080, origin: "default" },
      { key: "modelDeck.roles", value: ["chat"], origin: "user", problem: "takes texts" },
      { key: "modelDeck.weightsRoot", value: "", origin: "remote" },
    ]);
    assert.deepEqual(
      state.rows.map(({ value, origin }) => [value, origin]),
      [
        ["8080", "default"],
        ['["chat"]', "user settings"],
        ["–", "remote settings"],
      ],
    );
    assert.equal(state.rows[1]?.problem, "takes texts");
    assert.ok(parseToLibraryPage({ kind: "settings", words: settingsPageWords(), state }));
  });
});

suite("messages of the pages in editors", () => {
  const draft = {
    displayName: "a",
    backend: "vllm",
    roles: [{ role: "chat", priority: "" }],
    port: "",
    host: "",
    baseUrl: "",
    modelPath: "",
    extraArgs: "",
    notes: "",
    description: "",
    deprecated: false,
    locked: false,
  };

  test("are taken as they are where they fit, without what is added", () => {
    for (const message of [
      { kind: "ready" },
      { kind: "join" },
      { kind: "reset" },
      { kind: "save", draft },
      { kind: "draft", draft },
      { kind: "role", role: "chat" },
      { kind: "move", name: "a", to: 0 },
      { kind: "leave", name: "a" },
      { kind: "setting", key: "modelDeck.roles" },
    ])
      assert.deepEqual(parseToLibraryHost({ ...message, more: 1 }), message);
  });

  test("are refused where they do not fit", () => {
    for (const message of [
      undefined,
      null,
      "ready",
      {},
      { kind: "eat" },
      { kind: "save" },
      { kind: "save", draft: { ...draft, backend: "toaster" } },
      { kind: "save", draft: { ...draft, roles: [{ role: "chat" }] } },
      { kind: "draft", draft: { ...draft, locked: "no" } },
      { kind: "move", name: "a", to: -1 },
      { kind: "move", name: "a", to: 0.5 },
      { kind: "leave" },
    ])
      assert.equal(parseToLibraryHost(message), undefined, JSON.stringify(message));
    for (const message of [
      null,
      {},
      { kind: "notice" },
      { kind: "stats", words: statsPageWords(), state: { summary: "" } },
    ])
      assert.equal(parseToLibraryPage(message), undefined, JSON.stringify(message));
  });
});
