import assert from "node:assert/strict";
import { modelPaths } from "../../../src/core/present/profile-language/model-paths.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { knownModels } from "../../../src/extension/profiles/known-models.ts";
import { anEntry } from "../../support/samples.ts";

suite("the models that a file of profiles is offered", () => {
  test("are all that are installed, those of the last page among them", async () => {
    const names = Array.from({ length: 1001 }, (_, at) => `m${at}`);
    const ask = createAsk(async (verb, args) => {
      const { cursor, limit, installed } = args as { cursor?: string; limit: number; installed?: boolean };
      assert.deepEqual([verb, installed], ["models.list", true]);
      const from = Number(cursor ?? 0);
      const entries = names.slice(from, from + limit).map((name) => anEntry({ name, path: `/models/${name}.gguf` }));
      const next = from + limit < names.length ? { cursor: String(from + limit) } : {};
      return { entries, total: names.length, ...next };
    });
    const { entries, root } = await knownModels(ask, "/models", new AbortController().signal);
    const [first] = modelPaths(entries, root, { from: 6, typed: "m1000", profile: "a" }, "conf");
    assert.equal(first?.insert, "m1000.gguf");
  });
});
