import assert from "node:assert/strict";
import type { Row, Value } from "../../../src/core/ports/database.ts";
import { createFactsMemory } from "../../../src/core/registry/facts-memory.ts";

suite("what is remembered of shown entries' characteristics", () => {
  let asked: (readonly string[])[] = [];
  let context = "8192";
  let meanwhile: () => void = () => undefined;
  const memory = () =>
    createFactsMemory({
      query: async (_statement: string, parameters: readonly Value[] = []): Promise<readonly Row[]> => {
        const names: string[] = JSON.parse(String(parameters[0]));
        asked.push(names);
        const value = context;
        meanwhile();
        return names.map((entry) => ({ entry, all_facts: ["context", value, "gguf", "1.0"].join("\u001F") }));
      },
    });
  const change = (entry: string) => ({
    table: "characteristics",
    key: `${entry}|context|gguf`,
    before: { entry },
    after: { entry },
  });
  const contextOf = (found: ReadonlyMap<string, readonly { readonly value: unknown }[]>, name: string): unknown =>
    found.get(name)?.[0]?.value;
  setup(() => {
    asked = [];
    context = "8192";
    meanwhile = () => undefined;
  });

  test("only entries that were not shown yet are read", async () => {
    const facts = memory();
    await facts.of([{ name: "a" }, { name: "b" }]);
    const found = await facts.of([{ name: "b" }, { name: "c" }]);
    assert.deepEqual(asked, [["a", "b"], ["c"]]);
    assert.deepEqual([...found.keys()], ["b", "c"]);
  });

  test("what a commit touched is read again, and nothing else", async () => {
    const facts = memory();
    await facts.of([{ name: "a" }, { name: "b" }]);
    context = "32768";
    facts.changed([change("a")]);
    const found = await facts.of([{ name: "a" }, { name: "b" }]);
    assert.deepEqual([contextOf(found, "a"), contextOf(found, "b")], [32_768, 8192]);
  });

  test("what was read while a commit went through is not kept", async () => {
    const facts = memory();
    meanwhile = () => facts.changed([change("a")]);
    await facts.of([{ name: "a" }]);
    meanwhile = () => undefined;
    context = "32768";
    assert.equal(contextOf(await facts.of([{ name: "a" }]), "a"), 32_768);
  });
});
