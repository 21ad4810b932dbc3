import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../../src/core/core.ts";
import { openDeck } from "../../../src/core/open-deck.ts";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import type { HubAnalysis, HubHits } from "../../../src/core/protocol/hub.ts";
import type { EntryPage } from "../../../src/core/protocol/models.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type CivitaiServer, startCivitaiServer } from "../../support/civitai-server.ts";
import { sha256Of } from "../downloads/support.ts";

const SECRET = "civitai_secret_of_some_length";
const WEIGHTS = randomBytes(400_001);

/** From a reference to the file on the disk, by the verbs alone. */
suite("sources behind the deck", () => {
  let folder = "";
  let server: CivitaiServer;
  let deck: Deck;
  let secrets: Record<string, string> = {};
  const lines: string[] = [];

  setup(async () => {
    secrets = {};
    lines.splice(0);
    folder = await mkdtemp(path.join(tmpdir(), "deck-sources-"));
    server = await startCivitaiServer([
      {
        id: 34,
        modelId: 12,
        name: "v2",
        sha256: sha256Of(WEIGHTS),
        more: {
          trainedWords: ["sks style"],
          files: [
            {
              id: 7,
              name: "fine.safetensors",
              sizeKB: 390.6,
              primary: true,
              hashes: { SHA256: sha256Of(WEIGHTS).toUpperCase() },
            },
          ],
        },
      },
    ]);
    server.models.set(12, { name: "Fine Model", type: "LORA" });
    server.contents.set(7, WEIGHTS);
    server.accounts.set(SECRET, "ada");
    deck = await openDeck({
      storage: path.join(folder, "data"),
      settings: {
        "civitai.endpoint": server.url,
        "huggingface.endpoint": "http://127.0.0.1:9",
        "ollama.url": "http://127.0.0.1:9",
        "downloads.allowPrivateHosts": true,
        locations: { main: { path: path.join(folder, "models"), layout: "owner-repo" } },
        "serving.engine": "process",
      },
      secrets: { get: async (name) => secrets[name], set: async () => {}, delete: async () => {} },
      log: (_level, line) => lines.push(line),
    });
  });
  teardown(async () => {
    await deck.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  const ask = async <T>(verb: string, args: unknown = {}): Promise<T> => (await deck.run(verb, args)) as T;
  const ended = async (id: string): Promise<Download> => {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        const subscription = deck.onEvent(() => {
          subscription.dispose();
          resolve();
        });
      });
      const { downloads } = await ask<{ downloads: Download[] }>("downloads.list");
      const found = downloads.find((one) => one.id === id);
      if (found && ["done", "failed"].includes(found.state)) return found;
      await change;
    }
  };
  const fetched = async (args: Readonly<Record<string, unknown>>): Promise<Download> => {
    const { ids } = await ask<{ ids: string[] }>("downloads.add", args);
    return ended(ids[0] ?? "");
  };
  const stored = async (name: string): Promise<Buffer> => {
    const all = await readdir(path.join(folder, "models"), { recursive: true });
    const found = all.filter((one) => one.endsWith(name));
    assert.equal(found.length, 1, all.join(", "));
    return readFile(path.join(folder, "models", found[0] ?? ""));
  };

  test("a model of Civitai is found, fetched to the byte and proven, although its record rounds its size", async () => {
    const { hits } = await ask<HubHits>("hub.search", { provider: "civitai", text: "fine" });
    assert.deepEqual(
      hits.map(({ reference }) => reference),
      ["civitai:12"],
    );
    const analysis = await ask<HubAnalysis>("hub.analyze", { model: "civitai:12" });
    assert.equal(analysis.choices[0]?.sizeBytes, WEIGHTS.length);
    const { files } = analysis.choices[0];
    const download = await fetched({ model: analysis.repository, revision: analysis.revision, files });
    assert.equal(download.state, "done", JSON.stringify(download.reason));
    assert.deepEqual(await stored("fine.safetensors"), WEIGHTS);
    const { entries } = await ask<EntryPage>("models.list");
    assert.equal(entries[0]?.proof, "sha256");
    const again = await ask<HubHits>("hub.search", { provider: "civitai" });
    assert.equal(again.hits[0]?.alreadyHere, entries[0]?.name);
  });

  test("a file behind a sign-in comes with the token, which no line and no file of the data folder holds", async () => {
    server.behindLogin.add(7);
    assert.equal((await ask<HubAnalysis>("hub.analyze", { model: "civitai:@34" })).gated, "auto");
    secrets = { civitai: `${SECRET}\n` };
    assert.deepEqual(await ask("accounts.check", { provider: "civitai" }), {
      provider: "civitai",
      state: "valid",
      name: "ada",
    });
    assert.deepEqual(await ask("accounts.status"), { accounts: { huggingface: false, civitai: true } });
    const download = await fetched({ model: `${server.url}/models/12?modelVersionId=34` });
    assert.equal(download.state, "done", JSON.stringify(download.reason));
    assert.ok(!lines.join("\n").includes(SECRET));
    const data = path.join(folder, "data");
    for (const item of await readdir(data, { recursive: true, withFileTypes: true }))
      if (item.isFile())
        assert.ok(!(await readFile(path.join(item.parentPath, item.name))).includes(SECRET), item.name);
  });

  test("a direct address is fetched, proven by the digest that the person gives", async () => {
    const address = `${server.url.replace("127.0.0.1", "localhost")}/api/download/models/34?fileId=7`;
    const download = await fetched({ model: `${address}#sha256=${sha256Of(WEIGHTS)}` });
    assert.equal(download.state, "done", JSON.stringify(download.reason));
    assert.deepEqual(await stored(path.join("34", "34")), WEIGHTS);
    const sent = server.requests.filter(({ url }) => url.startsWith("/api/download"));
    assert.ok(sent.every(({ headers }) => headers.authorization === undefined));
  });

  test("a direct address names its model by the file, without its quantization and its ending", async () => {
    const plain = createServer((_, response) => {
      response.writeHead(200, { "content-length": String(WEIGHTS.length), etag: '"one"' }).end(WEIGHTS);
    }).listen(0, "127.0.0.1");
    await once(plain, "listening");
    try {
      const { port } = plain.address() as AddressInfo;
      const download = await fetched({ model: `http://localhost:${port}/files/some-model-Q4_K_M.gguf` });
      assert.equal(download.state, "done", JSON.stringify(download.reason));
      const { entries } = await ask<EntryPage>("models.list");
      assert.deepEqual(
        entries.map(({ displayName, name }) => [displayName, name]),
        [["some model (Q4_K_M)", "some-model-llama.cpp-gguf-q4_k_m"]],
      );
    } finally {
      plain.closeAllConnections();
      plain.close();
    }
  });

  test("a digest that the bytes do not have is a failure with a reason, and no file", async () => {
    const address = `${server.url.replace("127.0.0.1", "localhost")}/api/download/models/34?fileId=7`;
    const download = await fetched({ model: `${address}#sha256=${"0".repeat(64)}` });
    assert.equal(download.state, "failed");
    assert.equal(download.reason?.code, "hashMismatch");
  });

  test("arguments that do not fit are refused before anyone is asked", async () => {
    for (const [verb, args, field] of [
      ["hub.search", {}, "provider"],
      ["hub.search", { provider: "civitai", limit: 1000 }, "limit"],
      ["hub.search", { provider: "civitai", sort: "odd" }, "sort"],
      ["hub.search", { provider: "url" }, "provider"],
      ["accounts.check", { provider: "ollama" }, "provider"],
      ["hub.analyze", { model: "12" }, "model"],
    ] as const) {
      await assert.rejects(
        deck.run(verb, args),
        (error) => isFault(error, "badArguments") && error.fault.path === field,
      );
    }
    assert.equal(server.requests.length, 0);
  });
});
