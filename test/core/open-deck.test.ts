import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../src/core/core.ts";
import { openDeckInThread } from "../../src/core/adapters/deck-thread.ts";
import { openDeck as openDeckHere } from "../../src/core/open-deck.ts";
import type { Download } from "../../src/core/protocol/downloads.ts";
import type { HubAnalysis } from "../../src/core/protocol/hub.ts";
import type { EntryDetails, EntryPage, ModelStats } from "../../src/core/protocol/models.ts";
import type { DeckEvent } from "../../src/core/protocol/snapshot.ts";
import { isFault } from "../../src/core/util/faults.ts";
import { startHubServer } from "../support/hub-server.ts";

/** The deck as scripts and tests see it: real registry, real workers, real HTTP. */
const doors = { "the deck": openDeckHere, "the deck in a thread": openDeckInThread };
for (const [name, openDeck] of Object.entries(doors))
  suite(name, () => {
    let folder = "";
    let hub: Awaited<ReturnType<typeof startHubServer>>;
    const decks: Deck[] = [];
    const weights = randomBytes(300_000);
    const token = "hf_SecretSecretSecret42";

    setup(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "deck-"));
      const repository = path.join(folder, "hub", "demo", "tiny-GGUF");
      await mkdir(repository, { recursive: true });
      await writeFile(path.join(repository, "tiny-Q4_K_M.gguf"), weights);
      await writeFile(path.join(repository, "tiny-Q8_0.gguf"), randomBytes(500_000));
      await writeFile(path.join(repository, "README.md"), "---\nlicense: mit\n---\n# Tiny\n");
      hub = await startHubServer({ folder: path.join(folder, "hub"), accounts: { [token]: { name: "ada" } } });
    });
    teardown(async () => {
      for (const deck of decks.splice(0)) await deck.close();
      await hub.close();
      await rm(folder, { recursive: true });
    });

    const open = async (): Promise<Deck> => {
      const deck = await openDeck({
        storage: path.join(folder, "data"),
        settings: {
          "huggingface.endpoint": hub.url,
          locations: { main: { path: path.join(folder, "models"), layout: "owner-repo" } },
          "serving.engine": "process",
        },
      });
      decks.push(deck);
      return deck;
    };
    const close = async (deck: Deck): Promise<void> => {
      decks.splice(decks.indexOf(deck), 1);
      await deck.close();
    };
    const ask = async <T>(deck: Deck, verb: string, args: unknown = {}): Promise<T> =>
      (await deck.run(verb, args)) as T;
    const heard = (deck: Deck, wanted: (event: DeckEvent) => boolean | Promise<boolean>): Promise<void> =>
      new Promise((resolve, reject) => {
        const subscription = deck.onEvent((event) => {
          const look = async (): Promise<void> => {
            if (!(await wanted(event))) return;
            subscription.dispose();
            resolve();
          };
          look().catch(reject);
        });
      });
    const ended = async (deck: Deck, id: string): Promise<Download> => {
      const find = async (): Promise<Download | undefined> =>
        (await ask<{ downloads: Download[] }>(deck, "downloads.list")).downloads.find(
          (download) => download.id === id && ["done", "failed", "cancelled"].includes(download.state),
        );
      const waiting = heard(deck, async () => (await find()) !== undefined);
      const already = await find();
      if (already) return already;
      await waiting;
      const found = await find();
      assert.ok(found);
      return found;
    };

    test("a model is looked at, downloaded, proven, and in the list, also after a restart", async () => {
      const deck = await open();
      const analysis = await ask<HubAnalysis>(deck, "hub.analyze", { model: "demo/tiny-GGUF" });
      assert.deepEqual(
        analysis.choices.map((choice) => choice.quantization?.toLowerCase()),
        ["q4_k_m", "q8_0"],
      );
      assert.equal(analysis.licence, "mit");

      const told = heard(deck, (event) => event.kind === "models");
      const { ids } = await ask<{ ids: string[] }>(deck, "downloads.add", {
        model: "demo/tiny-GGUF",
        quantizations: ["q4_k_m"],
      });
      assert.equal(ids.length, 1);
      const download = await ended(deck, ids[0] ?? "");
      assert.equal(download.state, "done", JSON.stringify(download.reason));
      await told;

      const file = path.join(folder, "models", "demo", "tiny-GGUF", "tiny-Q4_K_M.gguf");
      assert.deepEqual(await readFile(file), weights);
      assert.deepEqual(await readdir(path.dirname(file)), ["tiny-Q4_K_M.gguf"]);

      await close(deck);
      const again = await open();
      const { entries, total } = await ask<EntryPage>(again, "models.list");
      assert.equal(total, 1);
      assert.equal(entries[0]?.name, "tiny-gguf-llama.cpp-q4_k_m");
      assert.equal(entries[0]?.state, "installed");
      assert.equal(entries[0]?.proof, "sha256");
      const shown = await ask<EntryDetails>(again, "models.show", { name: entries[0]?.name });
      assert.equal(shown.files[0]?.sha256, createHash("sha256").update(weights).digest("hex"));
      const stats = await ask<ModelStats>(again, "models.stats");
      assert.deepEqual([stats.count, stats.bytes], [1, weights.length]);
      const analyzed = await ask<HubAnalysis>(again, "hub.analyze", { model: "demo/tiny-GGUF" });
      assert.equal(analyzed.choices[0]?.alreadyHere, entries[0]?.name);
    });

    test("the token is sent to the hub alone, and reaches no log line and no file of the data folder (P7)", async () => {
      const lines: string[] = [];
      const deck = await openDeck({
        storage: path.join(folder, "data"),
        settings: { "huggingface.endpoint": hub.url },
        secrets: { get: async () => token, set: async () => {}, delete: async () => {} },
        log: (_level, line) => lines.push(line),
      });
      decks.push(deck);
      const { ids } = await ask<{ ids: string[] }>(deck, "downloads.add", {
        model: "demo/tiny-GGUF",
        files: ["tiny-Q4_K_M.gguf"],
      });
      assert.equal((await ended(deck, ids[0] ?? "")).state, "done");
      await assert.rejects(deck.run("hub.analyze", { model: "no/such" }));
      await close(deck);
      const told = hub.requests.filter((request) => request.headers["authorization"] !== undefined);
      assert.ok(told.length > 0);
      assert.deepEqual([...new Set(told.map((request) => request.headers["authorization"]))], [`Bearer ${token}`]);
      assert.equal(
        told.some((request) => request.door === "cdn" || request.url.includes(token)),
        false,
      );
      assert.equal(lines.join("\n").includes(token), false);
      for (const item of await readdir(path.join(folder, "data"), { recursive: true, withFileTypes: true })) {
        if (!item.isFile()) continue;
        const content = await readFile(path.join(item.parentPath, item.name));
        assert.equal(content.includes(token), false, item.name);
      }
    });

    test("a repository that is not there is a sentence with its name, and nothing is left behind", async () => {
      const deck = await open();
      await assert.rejects(deck.run("downloads.add", { model: "demo/none" }), (error) => {
        assert.ok(isFault(error));
        assert.ok(error.code === "notFound" || error.code === "unauthorized", error.code);
        assert.match(error.message, /demo\/none|token/);
        return true;
      });
      assert.deepEqual((await ask<{ downloads: Download[] }>(deck, "downloads.list")).downloads, []);
    });

    test("a second deck of the folder follows the first, and has it once that has closed", async () => {
      const [first, second] = [await open(), await open()];
      const { ids } = await ask<{ ids: string[] }>(second, "downloads.add", {
        model: "demo/tiny-GGUF",
        quantizations: ["q4_k_m"],
      });
      assert.equal((await ended(first, ids[0] ?? "")).state, "done");
      await close(first);
      assert.equal((await ask<EntryPage>(second, "models.list")).total, 1);
    });
  });
