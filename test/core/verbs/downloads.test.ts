import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../../src/core/core.ts";
import { openDeck } from "../../../src/core/open-deck.ts";
import type { Download, DownloadPreview, QueueStatus } from "../../../src/core/protocol/downloads.ts";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { type HubServer, startHubServer } from "../../support/hub-server.ts";
import { faultOf, sampleBytes } from "../downloads/support.ts";

const weights = sampleBytes(60_000, 7);

interface Listed {
  readonly downloads: readonly Download[];
  readonly queue: QueueStatus;
}

suite("the verbs of downloads", () => {
  let folder = "";
  let hub: HubServer;
  let deck: Deck;

  const open = async (): Promise<Deck> =>
    openDeck({
      storage: path.join(folder, "data"),
      settings: {
        "huggingface.endpoint": hub.url,
        "downloads.bandwidthLimit": 50_000_000,
        locations: { main: { path: path.join(folder, "models"), layout: "owner-repo" } },
      },
    });
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "modeldeck-verbs-"));
    const repository = path.join(folder, "hub/owner/model");
    await mkdir(repository, { recursive: true });
    await writeFile(path.join(repository, "tiny-Q4_K_M.gguf"), weights);
    hub = await startHubServer({ folder: path.join(folder, "hub") });
    deck = await open();
  });
  teardown(async () => {
    await deck.close();
    await hub.close();
    await rm(folder, { recursive: true });
  });
  const ask = async <T>(verb: string, args: object = {}): Promise<T> => (await deck.run(verb, args)) as T;
  const untilState = (id: string, state: Download["state"]): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = async (): Promise<void> => {
        const { downloads } = await ask<Listed>("downloads.list");
        if (downloads.find((one) => one.id === id)?.state !== state) return;
        subscription.dispose();
        resolve();
      };
      const subscription = deck.onEvent(({ kind }: DeckEvent) => void (kind === "downloads" && look().catch(reject)));
      look().catch(reject);
    });

  test("a person previews, adds with a link, sees the queue, and takes it from the list", async () => {
    const out = path.join(folder, "program");
    const args = { model: "owner/model", linkOut: out, includeOptional: false, reuse: "auto" };
    const preview = await ask<DownloadPreview>("downloads.preview", { ...args, prove: true });
    assert.deepEqual(
      preview.sets.map(({ variant, bytesToFetch }) => [variant, bytesToFetch]),
      [["Q4_K_M", weights.length]],
    );
    const { ids } = await ask<{ ids: string[] }>("downloads.add", args);
    const [id = ""] = ids;
    await untilState(id, "done");
    assert.ok((await readFile(path.join(out, "tiny-Q4_K_M.gguf"))).equals(weights));
    // Its bytes are known, so that another link costs none.
    const again = { ...args, linkOut: path.join(folder, "another") };
    const [linked] = (await ask<DownloadPreview>("downloads.preview", again)).sets;
    assert.deepEqual(
      [linked?.bytesToFetch, linked?.entry, linked?.files.map(({ state }) => state)],
      [0, undefined, ["here"]],
    );
    const { queue } = await ask<Listed>("downloads.list");
    assert.deepEqual(queue.counts, {
      queued: 0,
      running: 0,
      paused: 0,
      verifying: 0,
      done: 1,
      failed: 0,
      cancelled: 0,
    });
    assert.deepEqual(await ask("downloads.status"), {
      ...queue,
      free: (await ask<QueueStatus>("downloads.status")).free,
    });
    assert.deepEqual(await ask("downloads.remove", { ids }), { ids });
    assert.deepEqual((await ask<Listed>("downloads.list")).downloads, []);
  });

  test("what failed is tried again by its id, or with all", async () => {
    hub.fail({ kind: "status", status: 404, headers: { "x-error-code": "EntryNotFound" } }, { door: "resolve" });
    const { ids } = await ask<{ ids: string[] }>("downloads.add", { model: "owner/model" });
    const [id = ""] = ids;
    await untilState(id, "failed");
    assert.deepEqual(await ask("downloads.retry", { all: true }), { ids });
    await untilState(id, "done");
    assert.deepEqual(await ask("downloads.retry", { ids }), { ids: [] });
  });

  test("a limit is set, told with the queue, and holds for whoever owns next", async () => {
    assert.equal((await ask<QueueStatus>("downloads.status")).limit, 50_000_000);
    assert.deepEqual(await ask("downloads.limit", { bytesPerSecond: 1_000_000 }), { bytesPerSecond: 1_000_000 });
    await deck.close();
    deck = await open();
    assert.equal((await ask<Listed>("downloads.list")).queue.limit, 1_000_000);
    assert.deepEqual(await ask("downloads.limit", { bytesPerSecond: null }), { bytesPerSecond: null });
    assert.equal((await ask<Listed>("downloads.list")).queue.limit, null);
  });

  for (const [verb, args, field] of [
    ["downloads.limit", { bytesPerSecond: 0 }, "bytesPerSecond"],
    ["downloads.limit", {}, "bytesPerSecond"],
    ["downloads.add", { model: "owner/model", sha256: "abc" }, "sha256"],
    ["downloads.add", { model: "owner/model", sha256: "0".repeat(64) }, "sha256"],
    ["downloads.add", { model: "owner/model", linkOut: "relative" }, "linkOut"],
    ["downloads.add", { model: "owner/model", reuse: "steal" }, "reuse"],
    ["downloads.preview", { model: " " }, "model"],
    ["downloads.retry", { ids: [] }, "ids"],
  ] as const)
    test(`${verb} refuses ${JSON.stringify(args)}`, async () => {
      const fault = await faultOf(deck.run(verb, args));
      assert.ok(fault.code === "badArguments", fault.code);
      assert.ok(fault.path === field || fault.path === "", fault.path);
    });
});
