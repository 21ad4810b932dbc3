import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { Runtime } from "../../../src/core/ports/runtime.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type ServingWorld, openServingWorld, until } from "../../core/serving/deck.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const { signal } = new AbortController();

/** What a real llama-server answers over HTTP. */
export async function chat(url: string): Promise<string> {
  const request = http.request(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    agent: false,
  });
  request.end(JSON.stringify({ messages: [{ role: "user", content: "Hi" }], max_tokens: 64 }));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let text = "";
  for await (const part of response.setEncoding("utf8")) text += String(part);
  const { choices } = JSON.parse(text) as { choices: [{ message: { content: string } }] };
  return choices[0].message.content;
}

/** The main job with a real server, the same in both worlds. @param settings skips the suite where it cannot run here */
export function servesReally(
  name: string,
  settings: (context: Mocha.Context) => Promise<{
    readonly engine: "docker" | "process";
    readonly values: Record<string, unknown>;
    readonly dockerHost?: string;
  }>,
): void {
  suite(`a real llama-server: ${name}`, function () {
    this.timeout(180_000);
    let world: ServingWorld;
    let given: Awaited<ReturnType<typeof settings>> | undefined;

    suiteSetup(async function () {
      this.timeout(300_000);
      given = await settings(this);
    });
    setup(async () => {
      world = await openServingWorld(
        (storage) => ({
          containers: createDockerRuntime({ storage, dockerHost: () => given?.dockerHost }),
          processes: createProcessRuntime({ storage }),
        }),
        { "serving.engine": given?.engine, ...given?.values },
      );
      const file = (model: string): string => path.join(world.folder, `${model}.gguf`);
      writeTinyGguf({ file: file("a"), reply: "I am the first one." });
      writeTinyGguf({ file: file("b"), reply: "And this is the second." });
      writeTinyGguf({ file: file("bad"), break: "truncate" });
      writeTinyGguf({ file: file("magic"), break: "magic" });
      writeTinyGguf({ file: file("arch"), break: "arch" });
      writeTinyGguf({ file: file("slow"), sizeMb: 600, fill: "zero" });
      await world.conf(
        [
          "[a]\nNAME=The first\nMODEL=a.gguf\nCTX_SIZE=1024",
          "[b]\nNAME=The second\nMODEL=b.gguf\nCTX_SIZE=512",
          "[bad]\nMODEL=bad.gguf",
          "[magic]\nMODEL=magic.gguf",
          "[arch]\nMODEL=arch.gguf",
          "[flag]\nMODEL=a.gguf\nEXTRA_ARGS=--no-such-flag",
          "[wide]\nMODEL=a.gguf\nCTX_SIZE=8192",
          "[slow]\nNAME=Slow\nMODEL=slow.gguf\nCTX_SIZE=256\nEXTRA_ARGS=--load-mode none",
        ].join("\n"),
      );
    });
    teardown(async () => {
      await world.dispose();
    });
    const now = () => world.serving.status().servers[0];
    /** As another program of this data folder sees it. */
    const runtime = (): Runtime => {
      const storage = path.join(world.folder, "storage");
      return given?.engine === "docker"
        ? createDockerRuntime({ storage, dockerHost: () => given?.dockerHost })
        : createProcessRuntime({ storage });
    };

    test("its weights, mapped from their file, are nothing that comes free with it", async () => {
      const { bytes: size } = writeTinyGguf({ file: path.join(world.folder, "big.gguf"), sizeMb: 400, fill: "zero" });
      await world.conf("[big]\nMODEL=big.gguf\nCTX_SIZE=512\n");
      const { outcome } = await world.serving.switchTo({ profile: "big" }, signal);
      assert.equal(outcome, "ready");
      const { containers, processes } = world.runtimes;
      const [server] = [...(await containers.list(signal)), ...(await processes.list(signal))];
      const released = (await server?.releases?.(signal)) ?? 0;
      assert.ok(released > 0 && released < size / 2, `${released} of ${size}`);
    });

    test("switches from A to B and back to nothing, with the answers of each", async () => {
      const first = await world.serving.switchTo({ profile: "a" }, signal);
      assert.equal(first.outcome, "ready", JSON.stringify(first));
      assert.equal(first.readBack?.context, 1024);
      assert.equal(path.basename(first.readBack?.modelPath ?? ""), "a.gguf");
      assert.equal(await chat(first.url ?? ""), "I am the first one.");
      const second = await world.serving.switchTo({ profile: "b", overrides: { context: 768 } }, signal);
      assert.equal(second.outcome, "ready", JSON.stringify(second));
      assert.equal(second.readBack?.context, 768);
      assert.deepEqual(second.warnings, []);
      assert.equal(await chat(second.url ?? ""), "And this is the second.");
      const { lines } = world.serving.logs({});
      assert.ok(lines.indexOf("--- Switching to The first ---") < lines.indexOf("--- Switching to The second ---"));
      assert.ok(lines.some((line) => line.includes("model loaded")));
      await world.serving.stop(undefined, signal);
      assert.equal(now()?.state, "off");
      await assert.rejects(chat(second.url ?? ""));
      assert.deepEqual(world.complaints, []);
    });

    test("goes back to the one before, with the reason, where the new one does not come up", async () => {
      await world.serving.switchTo({ profile: "a" }, signal);
      for (const [profile, code, words] of [
        ["bad", "formatInvalid", /corrupted or incomplete/],
        ["magic", "formatInvalid", /invalid magic/],
        ["arch", "serverExited", /unknown model architecture: 'nosucharch'/],
        ["flag", "flagUnknown", /--no-such-flag/],
      ] as const) {
        const result = await world.serving.switchTo({ profile }, signal);
        assert.deepEqual(
          [result.outcome, result.running, result.reason?.code],
          ["rolledBack", "a", code],
          JSON.stringify(result),
        );
        assert.match(result.reason?.message ?? "", words);
        assert.ok((result.logTail?.length ?? 0) > 0);
      }
      assert.equal(await chat(now()?.url ?? ""), "I am the first one.");
    });

    test("a context beyond the model's own is a difference", async () => {
      const result = await world.serving.switchTo({ profile: "wide" }, signal);
      assert.equal(result.outcome, "ready");
      assert.equal(result.readBack?.context, 4096);
      assert.deepEqual(now()?.differences, [{ what: "context", asked: 8192, got: 4096 }]);
    });

    test("a taken port and a name that is not there are told while the old one goes on", async () => {
      await world.serving.switchTo({ profile: "a" }, signal);
      const other = net.createServer().listen(0, "127.0.0.1");
      await once(other, "listening");
      const address = other.address();
      const before = world.values["serving.port"];
      world.values["serving.port"] = typeof address === "object" && address !== null ? address.port : 0;
      await assert.rejects(
        world.serving.switchTo({ profile: "b" }, signal),
        (error) => isFault(error, "portInUse") && (error.fault.holder ?? "").includes(String(process.pid)),
      );
      other.close();
      world.values["serving.port"] = before;
      await assert.rejects(world.serving.switchTo({ profile: "nobody" }, signal), (error) =>
        isFault(error, "notFound"),
      );
      world.values["backends.llama.cpp.image"] = "local/modeldeck-nothing:here";
      world.values["backends.llama.cpp.binary"] = "no-such-llama-server";
      await assert.rejects(
        world.serving.switchTo({ profile: "b" }, signal),
        (error) => isFault(error, "imageMissing") || isFault(error, "notFound"),
      );
      assert.equal(await chat(now()?.url ?? ""), "I am the first one.");
    });

    test("a later start of the program adopts it, and goes on with it", async () => {
      const { url = "" } = await world.serving.switchTo({ profile: "a" }, signal);
      await world.serving.close();
      const again = world.reopen();
      await again.recover();
      await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
      assert.equal(now()?.title, "The first");
      assert.equal(now()?.readBack?.context, 1024);
      assert.equal(await chat(url), "I am the first one.");
      assert.ok(again.logs({}).lines.some((line) => line.includes("model loaded")));
      assert.equal((await again.switchTo({ profile: "b" }, signal)).outcome, "ready");
      await again.stop(undefined, signal);
    });

    test("cancelled while it loads, the one before is back and answers", async () => {
      await world.serving.switchTo({ profile: "a" }, signal);
      const cancelled = new AbortController();
      const switching = world.serving.switchTo({ profile: "slow" }, cancelled.signal);
      await until(world.serving, ({ servers }) => servers[0]?.profile === "slow" && servers[0].state === "loading");
      cancelled.abort();
      const result = await switching;
      assert.deepEqual([result.outcome, result.running], ["cancelled", "a"], JSON.stringify(result));
      assert.equal(await chat(now()?.url ?? ""), "I am the first one.");
    });

    test("one with a time to live stays while it is asked, and goes when nobody asked for so long", async () => {
      const ttl = 3000;
      const yaml = path.join(world.folder, "modeldeck.yaml");
      await writeFile(
        yaml,
        `profiles:\n  brief:\n    model: ${path.join(world.folder, "a.gguf")}\n    ttl: ${ttl / 1000}\n`,
      );
      world.values["profiles.files"] = [yaml];
      const { outcome, url = "" } = await world.serving.switchTo({ profile: "brief" }, signal);
      assert.equal(outcome, "ready");
      const began = Date.now();
      let asked = began;
      while (Date.now() - began < 2 * ttl) {
        asked = Date.now();
        assert.equal(await chat(url), "I am the first one.");
        assert.equal(now()?.state, "ready", "it went while it was asked");
      }
      await until(world.serving, ({ servers }) => servers[0]?.idleUntil !== undefined || servers[0]?.state !== "ready");
      const told = Date.parse(now()?.idleUntil ?? "");
      assert.ok(told > began, "it is told until when it stays");
      await until(world.serving, ({ servers }) => servers[0]?.state === "off");
      assert.ok(Date.now() - asked >= ttl, "it went before its time");
      await assert.rejects(chat(url));
      assert.deepEqual(await runtime().list(signal), []);
      assert.deepEqual(world.complaints, []);
      const again = await world.serving.switchTo({ profile: "brief", onBusy: "queue" }, signal);
      assert.equal(again.outcome, "ready");
    });

    test("one that is killed while it serves has failed, and is not said to be ready", async () => {
      await world.serving.switchTo({ profile: "a" }, signal);
      const [server] = await runtime().list(signal);
      await server?.stop(millis(0), signal);
      await until(world.serving, ({ servers }) => servers[0]?.state === "failed");
      assert.ok(now()?.reason?.message);
    });
  });
}
