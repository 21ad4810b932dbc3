import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../../src/core/core.ts";
import { openDeck } from "../../../src/core/open-deck.ts";
import { mergeEvents } from "../../../src/core/owner/merge-events.ts";
import type { Plan } from "../../../src/core/protocol/maintenance.ts";
import type { EntryPage } from "../../../src/core/protocol/models.ts";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { tinyModel } from "../../support/stores/model-files.ts";

suite("a deck whose folders change under it", function () {
  this.timeout(180_000);
  let root: string;
  let repository: string;
  let deck: Deck;
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-watching-"));
    repository = path.join(root, "models/owner/tiny");
    await mkdir(repository, { recursive: true });
    await writeFile(path.join(repository, "tiny.gguf"), tinyModel("tiny"));
    deck = await openDeck({
      storage: path.join(root, "data"),
      settings: {
        locations: { main: { path: path.join(root, "models") } },
        "serving.engine": "process",
        "ollama.url": "http://127.0.0.1:9",
      },
    });
    const plan = (await deck.run("maintenance.plan", { operation: "scan", options: {} })) as Plan;
    await deck.run("maintenance.apply", { planId: plan.planId, confirm: true });
  });
  teardown(async () => {
    await deck.close();
    await rm(root, { recursive: true });
  });

  const heard = (kind: DeckEvent["kind"]): Promise<DeckEvent> =>
    new Promise((resolve) => {
      const subscription = deck.onEvent((event) => {
        if (event.kind !== kind) return;
        subscription.dispose();
        resolve(event);
      });
    });
  const shown = async () =>
    ((await deck.run("models.list")) as EntryPage).entries.map(({ name, state }) => [name, state] as const);

  test("tells that a shown model's file went, and of new ones where to scan, without being asked", async () => {
    const [[name, state] = []] = await shown();
    assert.equal(state, "installed");
    const gone = heard("models");
    // Whether its folder is watched already or only in a moment.
    await rm(path.join(repository, "tiny.gguf"));
    assert.deepEqual(await gone, { kind: "models", names: [name] });
    assert.deepEqual(await shown(), [[name, "missing"]]);
    const fresh = heard("newFiles");
    await writeFile(path.join(repository, "other.gguf"), "GGUF");
    assert.deepEqual(await fresh, { kind: "newFiles", folder: repository, files: 1 });
  });

  test("what followers are told of new files is not told as one", () => {
    const events: DeckEvent[] = ["a", "b"].map((folder) => ({ kind: "newFiles", folder, files: 1 }));
    const merged = mergeEvents([...events, { kind: "history" }, { kind: "history" }]);
    assert.deepEqual(merged, [...events, { kind: "history" }]);
  });
});
