import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Deck } from "../../src/core/core.ts";
import { openDeck } from "../../src/core/open-deck.ts";
import type { Download } from "../../src/core/protocol/downloads.ts";
import type { DeckEvent } from "../../src/core/protocol/snapshot.ts";
import type { EntryPage } from "../../src/core/protocol/models.ts";
import type { ProfileList } from "../../src/core/protocol/profiles.ts";
import type { ServerLogs, ServingStatus, SwitchResult } from "../../src/core/protocol/serving.ts";
import { findEngine } from "../support/engine.ts";
import { freePort } from "../support/free-port.ts";
import { startHubServer } from "../support/hub-server.ts";
import { ask } from "../support/llama-process.ts";
import { llamaImage, nativeLlamaServer } from "../support/llama.ts";
import { needs } from "../support/needs.ts";
import { writeTinyGguf } from "../support/tiny-gguf.ts";

const replies = { first: "First model speaking clearly.", second: "Second one answers here." };

/** The main job through the deck alone: what every door leads to. */
const mainJob = (runtime: "container" | "process", serving: (context: Mocha.Context) => Promise<object>): void => {
  suite(`the main job, served by a ${runtime}`, () => {
    let folder = "";
    let hub: Awaited<ReturnType<typeof startHubServer>> | undefined;
    let settings: Record<string, unknown> = {};
    let deck: Deck | undefined;

    suiteSetup(async function () {
      this.timeout(300_000);
      const chosen = await serving(this);
      folder = await mkdtemp(path.join(os.tmpdir(), "main-"));
      const repository = path.join(folder, "hub", "demo", "tiny-GGUF");
      await mkdir(repository, { recursive: true });
      writeTinyGguf({ file: path.join(repository, "tiny-Q8_0.gguf"), reply: replies.first, type: "Q8_0" });
      writeTinyGguf({ file: path.join(repository, "tiny-F16.gguf"), reply: replies.second, type: "F16" });
      hub = await startHubServer({ folder: path.join(folder, "hub") });
      const conf = path.join(folder, "models.conf");
      await writeFile(
        conf,
        [
          ["first", "First", "demo/tiny-GGUF/tiny-Q8_0.gguf", "CTX_SIZE=512"],
          ["second", "Second", "demo/tiny-GGUF/tiny-F16.gguf", "CTX_SIZE=1024"],
          ["broken", "Broken", "demo/broken.gguf", "CTX_SIZE=512"],
        ]
          .map(([id, name, model, context]) => `[${id}]\nNAME=${name}\nMODEL=${model}\n${context}\n`)
          .join("\n"),
      );
      writeTinyGguf({ file: path.join(folder, "models", "demo", "broken.gguf"), break: "truncate" });
      settings = {
        "huggingface.endpoint": hub.url,
        locations: { main: { path: path.join(folder, "models"), layout: "owner-repo" } },
        "profiles.files": [conf],
        "serving.port": await freePort(),
        ...chosen,
      };
    });
    suiteTeardown(async function () {
      this.timeout(180_000);
      await deck?.run("serving.stop", {});
      await deck?.close();
      await hub?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    const run = async <T>(verb: string, args: object = {}): Promise<T> => {
      deck ??= await openDeck({ storage: path.join(folder, "data"), settings });
      return (await deck.run(verb, args)) as T;
    };
    /** Looks at first, and after each event of that kind; one that comes during a look has it looked at again. */
    const untilSo = async (kind: DeckEvent["kind"], look: () => Promise<boolean>): Promise<void> => {
      let told = Promise.withResolvers<void>();
      const subscription = deck?.onEvent((event) => {
        if (event.kind === kind) told.resolve();
      });
      while (!(await look())) {
        await told.promise;
        told = Promise.withResolvers();
      }
      subscription?.dispose();
    };
    const server = async (): Promise<ServingStatus["servers"][number] | undefined> =>
      (await run<ServingStatus>("serving.status")).servers.find((one) => one.state !== "off");

    test("both models arrive from the hub", async () => {
      await run("downloads.add", { model: "demo/tiny-GGUF", quantizations: ["q8_0", "f16"] });
      await untilSo("downloads", async () => {
        const { downloads } = await run<{ downloads: Download[] }>("downloads.list");
        assert.equal(downloads.length, 2);
        const failed = downloads.find((one) => one.state === "failed");
        assert.equal(failed, undefined, JSON.stringify(failed?.reason));
        return downloads.every((one) => one.state === "done");
      });
      const { entries } = await run<EntryPage>("models.list");
      assert.deepEqual(new Set(entries.map((entry) => entry.quantization)), new Set(["f16", "q8_0"]));
    });

    test("the first is served, answers, and what was loaded is what was asked for", async () => {
      const result = await run<SwitchResult>("serving.switch", { profile: "first" });
      assert.equal(result.outcome, "ready", JSON.stringify(result));
      assert.equal(result.readBack?.context, 512);
      assert.deepEqual(result.warnings, []);
      assert.equal(await ask(result.url ?? "", "Who are you?"), replies.first);
      const status = await server();
      assert.deepEqual([status?.state, status?.profile, status?.runtime], ["ready", "first", runtime]);
    });

    test("a switch puts the second in its place", async () => {
      const result = await run<SwitchResult>("serving.switch", { profile: "second" });
      assert.equal(result.outcome, "ready", JSON.stringify(result));
      assert.equal(await ask(result.url ?? "", "Who are you?"), replies.second);
    });

    test("a model that the server refuses: the second is back, and the reason is told", async () => {
      const result = await run<SwitchResult>("serving.switch", { profile: "broken" });
      assert.equal(result.outcome, "rolledBack", JSON.stringify(result));
      assert.equal(result.running, "second");
      assert.match(result.reason?.message ?? "", /Broken|broken\.gguf/);
      assert.ok((result.logTail ?? []).some((line) => /corrupt|bounds/.test(line)));
      const status = await server();
      assert.equal(await ask(status?.url ?? "", "Who are you?"), replies.second);
    });

    test("profiles and logs tell what there is and what was said", async () => {
      const { profiles } = await run<ProfileList>("profiles.list");
      assert.deepEqual(
        profiles.map((profile) => profile.id),
        ["first", "second", "broken"],
      );
      const { lines } = await run<ServerLogs>("serving.logs");
      const separators = lines.filter((line) => line.startsWith("--- Switching to "));
      assert.deepEqual(separators.slice(0, 3), [
        "--- Switching to First ---",
        "--- Switching to Second ---",
        "--- Switching to Broken ---",
      ]);
      assert.ok(lines.some((line) => line.includes("listening on")));
    });

    test("a deck that is opened anew adopts the server, and says ready only after asking it (P5, P6)", async () => {
      const before = await server();
      await deck?.close();
      deck = undefined;
      await run("models.stats");
      await untilSo("serving", async () => (await server())?.state === "ready");
      const found = await server();
      assert.equal(found?.profile, "second");
      assert.equal(found.url, before?.url);
    });

    test("stop ends it, twice as well as once", async () => {
      const before = await server();
      await run("serving.stop");
      assert.equal(await server(), undefined);
      await assert.rejects(ask(before?.url ?? "", "Anyone?"));
      await run("serving.stop");
    });
  });
};

mainJob("container", async (context) => {
  const { engine } = needs(context, "engine", await findEngine());
  const { image } = needs(context, "llama", await llamaImage(engine));
  return { "serving.engine": "docker", "backends.llama.cpp.image": image };
});

mainJob("process", async (context) => {
  const { binary } = needs(context, "llama", await nativeLlamaServer());
  return { "serving.engine": "process", "backends.llama.cpp.binary": binary };
});
