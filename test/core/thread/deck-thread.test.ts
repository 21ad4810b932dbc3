import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { openDeckInThread } from "../../../src/core/adapters/deck-thread.ts";
import type { DeckOptions, OpenDeck } from "../../../src/core/open-deck.ts";
import type { Secrets } from "../../../src/core/ports/secrets.ts";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { type HubServer, startHubServer } from "../../support/hub-server.ts";

/** What open-deck.test.ts says of every deck holds here too; this is what a thread adds. */
suite("the deck in a thread of its own", function () {
  this.timeout(180_000);
  let folder = "";
  let hub: HubServer;
  let opened: OpenDeck | undefined;
  let seen = 0;
  const token = "hf_SecretSecretSecret42";

  setup(async () => {
    seen = 0;
    folder = await mkdtemp(path.join(tmpdir(), "thread-"));
    await mkdir(path.join(folder, "hub", "demo", "tiny"), { recursive: true });
    await writeFile(path.join(folder, "hub", "demo", "tiny", "tiny-Q4_K_M.gguf"), "weights");
    hub = await startHubServer({ folder: path.join(folder, "hub"), accounts: { [token]: { name: "ada" } } });
  });
  teardown(async () => {
    await opened?.close();
    await hub.close();
    await rm(folder, { recursive: true });
  });
  const open = async (options: Partial<DeckOptions> = {}): Promise<OpenDeck> => {
    opened = await openDeckInThread({
      storage: path.join(folder, "data"),
      settings: { "huggingface.endpoint": hub.url },
      ...options,
    });
    return opened;
  };
  /** Since the last look. */
  const tokensSeen = (): readonly unknown[] => {
    const fresh = hub.requests.slice(seen);
    seen = hub.requests.length;
    return [...new Set(fresh.map(({ headers }) => headers["authorization"]))];
  };

  test("asks this side for secrets, learns of those that change, and takes a store that cannot be read as empty", async () => {
    let held: string | Error | undefined;
    const changed = createEmitter<string>();
    const secrets: Secrets = {
      get: () => (held instanceof Error ? Promise.reject(held) : Promise.resolve(held)),
      set: async (_name, value) => void (held = value),
      delete: async () => void (held = undefined),
    };
    const deck = await open({ secrets, onSecretChanged: changed.event });
    await deck.run("hub.analyze", { model: "demo/tiny" });
    assert.deepEqual(tokensSeen(), [undefined]);
    held = token;
    changed.fire("huggingface");
    await deck.run("hub.search", { provider: "huggingface", text: "tiny" });
    assert.deepEqual(tokensSeen(), [`Bearer ${token}`]);
    held = new Error("the keyring is locked");
    await deck.run("hub.search", { provider: "huggingface", text: "tin" });
    assert.equal(tokensSeen().length, 1);
  });

  test("settings that are proxies cross, as an editor's are", async () => {
    const deck = await open({ settings: new Proxy({ "huggingface.endpoint": hub.url }, {}) });
    const analysis = await deck.run("hub.analyze", { model: "demo/tiny" });
    assert.equal(JSON.stringify(analysis).includes("tiny-Q4_K_M.gguf"), true);
  });

  test("every question goes through the window's proxy: nothing that is patched on this side reaches a thread", async () => {
    const asked: string[] = [];
    const proxy = http.createServer((request, response) => {
      const { host, pathname, search } = new URL(request.url ?? "");
      asked.push(host);
      const { method, headers } = request;
      const onwards = http.request(new URL(pathname + search, hub.url), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onwards);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    try {
      const deck = await open({
        settings: { "huggingface.endpoint": "http://hub.invalid", "civitai.endpoint": "http://pictures.invalid" },
        network: () => ({ proxy: `http://127.0.0.1:${port}`, noProxy: [], strictSsl: true, systemCertificates: false }),
      });
      const analysis = await deck.run("hub.analyze", { model: "demo/tiny" });
      assert.equal(JSON.stringify(analysis).includes("tiny-Q4_K_M.gguf"), true);
      await deck.run("hub.search", { provider: "civitai", text: "tiny" }).catch(() => undefined);
      assert.deepEqual([...new Set(asked)].toSorted(), ["hub.invalid", "pictures.invalid"]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test("a proxy that is set while the thread of downloads runs carries the next file", async () => {
    const passedBy: string[] = [];
    const proxies = ["first", "second"].map((name) =>
      http.createServer((request, response) => {
        const { pathname, search } = new URL(request.url ?? "");
        if (pathname.endsWith(".gguf")) passedBy.push(name);
        const onwards = http.request(new URL(pathname + search, hub.url), { headers: request.headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        });
        request.pipe(onwards);
      }),
    );
    const addresses: string[] = [];
    for (const proxy of proxies) {
      proxy.listen(0, "127.0.0.1");
      await once(proxy, "listening");
      addresses.push(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    }
    try {
      let [proxy = ""] = addresses;
      const changed = createEmitter<void>();
      const deck = await open({
        settings: { "huggingface.endpoint": "http://hub.invalid", "downloads.allowPrivateHosts": true },
        network: () => ({ proxy, noProxy: [], strictSsl: true, systemCertificates: false }),
        onNetworkChanged: changed.event,
      });
      const arrived = async (count: number): Promise<void> => {
        const all = Promise.withResolvers<void>();
        const look = async (): Promise<void> => {
          const list = JSON.stringify(await deck.run("downloads.list", {}));
          if (list.includes('"state":"failed"')) all.reject(new Error(list));
          if (list.includes(`"done":${count},`)) all.resolve();
        };
        const heard = deck.onEvent(() => void look().catch(all.reject));
        await look();
        await all.promise;
        heard.dispose();
      };
      await deck.run("downloads.add", { model: "demo/tiny", folder: path.join(folder, "out") });
      await arrived(1);
      proxy = addresses[1] ?? "";
      changed.fire();
      await deck.run("downloads.add", { model: "demo/tiny", folder: path.join(folder, "other"), force: true });
      await arrived(2);
      assert.deepEqual([...new Set(passedBy)], ["first", "second"]);
    } finally {
      for (const one of proxies) {
        one.closeAllConnections();
        one.close();
      }
    }
  });

  test("its lines come to this side's log", async () => {
    const lines: string[] = [];
    await open({ log: (level, line) => lines.push(`${level} ${line}`) });
    assert.equal(
      lines.some((line) => line.startsWith("info The registry of ")),
      true,
      lines.join("\n"),
    );
  });

  test("tells its events, and whether it owns the folder", async () => {
    const deck = await open();
    assert.equal(deck.owns(), true);
    const told = new Promise<DeckEvent>((resolve) => void deck.onEvent(resolve));
    await deck.run("downloads.add", { model: "demo/tiny", files: ["tiny-Q4_K_M.gguf"] });
    assert.equal(typeof (await told).kind, "string");
    const second = await openDeckInThread({ storage: path.join(folder, "data") });
    assert.equal(second.owns(), false);
    await second.close();
  });

  test("that could not be opened leaves no thread behind, and says why in words", async () => {
    await writeFile(path.join(folder, "file"), "");
    await assert.rejects(openDeckInThread({ storage: path.join(folder, "file", "data") }), (error: Error) => {
      assert.equal("code" in error, true, String(error));
      assert.equal(error.message.startsWith("{"), false);
      return true;
    });
  });

  test("closes once for all who ask, and what is asked then is given up", async () => {
    const deck = await open();
    await Promise.all([deck.close(), deck.close()]);
    await assert.rejects(deck.run("models.list", {}), { name: "AbortError" });
  });
});
