import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import net from "node:net";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import type { RecoveringController } from "../../../src/core/serving/create-controller.ts";
import type { ServingDeps } from "../../../src/core/serving/deps.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";
import { fitting } from "./fitting.ts";

const { signal } = new AbortController();
const DAMAGED =
  "0.00.1.0 I srv  load_model: loading model\n0.00.2.0 E gguf_init_from_reader: invalid magic characters: 'NOPE', expected 'GGUF'\n0.00.3.0 E srv  llama_server: exiting due to model loading error\n";

suite("switching servers", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  let processes: FakeRuntime;
  let serving: RecoveringController;

  setup(async () => {
    containers = createFakeRuntime("container");
    processes = createFakeRuntime("process");
    world = await openServingWorld(() => ({ containers, processes }));
    serving = world.serving;
    await world.conf(
      "[a]\nNAME=Model A\nMODEL=a.gguf\nCTX_SIZE=4096\n[b]\nNAME=Model B\nMODEL=b.gguf\n[c]\nNAME=Model C\nMODEL=c.gguf\n[gone]\nMODEL=gone.gguf\n",
    );
    for (const name of ["a", "b", "c"]) await world.model(`${name}.gguf`);
  });
  teardown(() => world.dispose());

  const server = () => serving.status().servers[0];
  const states = (): string[] => {
    const seen: string[] = [];
    serving.onChange(() => {
      const { state, profile } = server() ?? {};
      const now = profile === undefined ? `${state}` : `${state} ${profile}`;
      if (seen.at(-1) !== now) seen.push(now);
    });
    return seen;
  };

  test("from nothing to ready, with what was read back", async () => {
    const seen = states();
    const result = await serving.switchTo({ profile: "a" }, signal);
    assert.equal(result.outcome, "ready");
    assert.equal(result.running, "a");
    assert.equal(result.url, `http://127.0.0.1:${world.port}`);
    assert.deepEqual(result.readBack, { context: 4096, slots: 1 });
    assert.deepEqual(result.warnings, []);
    for (const part of ["preflight", "create", "start", "ready", "readBack"] as const)
      assert.equal(typeof result.parts[part], "number");
    assert.equal(result.parts.stop, undefined);
    assert.deepEqual(seen, ["off", "starting a", "loading a", "ready a"]);
    const { since, ...shown } = server() ?? { since: "" };
    assert.ok(!Number.isNaN(Date.parse(since)));
    assert.deepEqual(shown, {
      server: "default",
      group: "default",
      state: "ready",
      profile: "a",
      title: "Model A",
      runtime: "container",
      url: result.url,
      readBack: { context: 4096, slots: 1 },
      differences: [],
    });
    assert.deepEqual(serving.status().runtime, { kind: "container", available: true, version: "1", address: "here" });
    assert.equal(serving.status().switching, undefined);
  });

  test("the old one is gone before the new one starts", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    const seen = states();
    const result = await serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "ready");
    assert.deepEqual(containers.deeds, ["+a", "-a", "+b"]);
    assert.deepEqual(
      seen.filter((state) => state !== "ready a"),
      ["stopping a", "starting b", "loading b", "ready b"],
    );
    assert.equal(typeof result.parts.stop, "number");
  });

  test("a context that is not the one asked for is a difference and a warning", async () => {
    containers.behave("a", { context: 2048 });
    const { warnings, outcome } = await serving.switchTo({ profile: "a" }, signal);
    assert.equal(outcome, "ready");
    assert.deepEqual(warnings, ["context: asked for 4096, got 2048."]);
    assert.deepEqual(server()?.differences, [{ what: "context", asked: 4096, got: 2048 }]);
  });

  test("a model that is damaged brings the last good one back, with the reason and the log", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { log: DAMAGED, exit: { code: 1, oomKilled: false } });
    const result = await serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "rolledBack");
    assert.equal(result.profile, "b");
    assert.equal(result.running, "a");
    assert.equal(result.reason?.code, "formatInvalid");
    assert.match(result.reason.message, /b\.gguf is damaged.*invalid magic characters/);
    assert.ok(result.logTail?.some((line) => line.includes("invalid magic")));
    assert.equal(typeof result.parts.rollback, "number");
    assert.deepEqual([server()?.profile, server()?.tried], ["a", "b"]);
    assert.deepEqual(containers.deeds, ["+a", "-a", "+b", "-b", "+a"]);
    assert.equal(server()?.state, "ready");
    assert.equal(server()?.reason?.code, "formatInvalid");
    // The next switch that goes well takes the reason away.
    await serving.switchTo({ profile: "c" }, signal);
    assert.equal(server()?.reason, undefined);
  });

  test("a file that is broken while the switch runs changes nothing of it, nor of the way back", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { holdLoading: true });
    const switching = serving.switchTo({ profile: "b" }, signal);
    await containers.starting("b");
    await world.conf("[a\nMODEL\n[b]\nMODEL=b.gguf\nMODEL=twice.gguf\n[b]\n");
    containers.end("b", { code: 1, oomKilled: false }, "boom\n");
    const result = await switching;
    assert.deepEqual([result.outcome, result.running], ["rolledBack", "a"], JSON.stringify(result));
    // What was good last goes on.
    containers.behave("b", {});
    assert.equal((await serving.switchTo({ profile: "b" }, signal)).outcome, "ready");
  });

  test("with nothing to go back to, it has failed and says why", async () => {
    containers.behave("b", { log: "error: invalid argument: --no-mmap\n", exit: { code: 1, oomKilled: false } });
    const result = await serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "failed");
    assert.equal(result.running, undefined);
    assert.deepEqual(result.reason?.facts, { flag: "--no-mmap" });
    assert.equal(server()?.state, "failed");
    assert.equal(server()?.url, undefined);
    assert.deepEqual(await containers.list(signal), []);
  });

  test("where going back fails too, it says both", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { exit: { code: 137, oomKilled: true } });
    containers.behave("a", { startFault: { code: "imageMissing", image: "x" } });
    const result = await serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "failed");
    assert.equal(result.reason?.code, "outOfMemory");
    assert.match(result.warnings.join(), /Going back to Model A failed too: The image x/);
    assert.equal(server()?.state, "failed");
  });

  test("after a load that ran out of memory the context that fits is offered, as the machine is with neither of them", async () => {
    const asked: unknown[] = [];
    world.more = {
      fits: async (profile, ask) => {
        asked.push([profile, ask, containers.running()]);
        return [fitting({ kind: "fitsWith", context: 27_648 })];
      },
    };
    serving = world.reopen();
    await serving.switchTo({ profile: "a" }, signal);
    const log = "0.00.1.0 I srv    load_model: initializing, n_slots = 1, n_ctx_slot = 131072, kv_unified = 'true'\n";
    containers.behave("b", { log, exit: { code: 137, oomKilled: true } });
    const result = await serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "rolledBack");
    assert.deepEqual(result.offers?.[0], { kind: "context", context: 27_648 });
    assert.deepEqual(asked, [["b", { context: 131_072 }, []]]);
    assert.deepEqual(server()?.offers, result.offers);
    // What dies while it serves is told the same way.
    containers.end("a", { code: 137, oomKilled: true });
    await until(serving, () => server()?.state === "failed");
    assert.deepEqual(server()?.offers?.[0], { kind: "context", context: 27_648 });
    assert.deepEqual(asked[1], ["a", { context: 4096 }, []]);
  });

  test("where what fits cannot be told, going back is not held up, and half of the context is offered", async () => {
    let fits: NonNullable<ServingDeps["fits"]> = () => Promise.reject(new Error("boom"));
    world.more = { fits: (...asked) => fits(...asked) };
    serving = world.reopen();
    await serving.switchTo({ profile: "b" }, signal);
    containers.behave("a", { exit: { code: 137, oomKilled: true } });
    assert.deepEqual((await serving.switchTo({ profile: "a" }, signal)).offers?.[0], {
      kind: "context",
      context: 2048,
    });
    fits = () => new Promise(() => undefined);
    const late = await serving.switchTo({ profile: "a" }, signal);
    assert.deepEqual([late.outcome, late.offers?.[0]], ["rolledBack", { kind: "context", context: 2048 }]);
  });

  test("what cannot be is thrown before anything is touched", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    const refused = async (profile: string, code: string): Promise<void> => {
      await assert.rejects(serving.switchTo({ profile }, signal), (error) => isFault(error) && error.code === code);
      assert.equal(server()?.state, "ready");
      assert.deepEqual(containers.deeds, ["+a"]);
    };
    await refused("nobody", "notFound");
    await refused("gone", "fileUnreadable");
    await world.model("empty.gguf", "");
    await world.conf("[a]\nMODEL=a.gguf\n[empty]\nMODEL=empty.gguf\n[b]\nMODEL=b.gguf\n");
    await refused("empty", "formatInvalid");
    world.values["backends.llama.cpp.image"] = "nothing";
    world.values["backends.llama.cpp.binary"] = "nothing";
    await refused("b", "imageMissing");
    assert.equal(serving.status().runtime?.available, false);
    world.values["serving.engine"] = "process";
    await refused("b", "notFound");
    world.values["serving.engine"] = "docker";
    containers.away = { code: "engineUnreachable", address: "here", reason: "it is away" };
    await refused("b", "engineUnreachable");
    containers.away = undefined;
  });

  test("auto takes the program where no engine answers, and says so", async () => {
    containers.away = { code: "engineUnreachable", address: "here", reason: "it is away" };
    const result = await serving.switchTo({ profile: "a" }, signal);
    assert.equal(result.outcome, "ready");
    assert.equal(server()?.runtime, "process");
    assert.deepEqual(processes.deeds, ["+a"]);
  });

  test("a port that is taken is told before the old one stops; its own port is no obstacle", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    const other = net.createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    world.values["serving.port"] = typeof address === "object" && address !== null ? address.port : 0;
    await assert.rejects(serving.switchTo({ profile: "b" }, signal), (error) => isFault(error, "portInUse"));
    assert.equal(server()?.profile, "a");
    other.close();
    await once(other, "close");
    assert.equal((await serving.switchTo({ profile: "b" }, signal)).outcome, "ready");
  });

  test("a server that never gets healthy is given up when it shows no life any more", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    // The one that comes back has all the time it needs.
    serving.onChange(() => void (world.healthTimeout = server()?.profile === "b" ? 200 : 60_000));
    containers.behave("b", { holdLoading: true, log: "loading\n" });
    const result = await serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "rolledBack");
    assert.equal(result.reason?.code, "unhealthy");
    assert.deepEqual(result.logTail, ["loading"]);
  });

  test("a server that has ended, at whose port another one answers, is not taken for ready", async () => {
    containers.behave("b", { holdLoading: true });
    const switching = serving.switchTo({ profile: "b" }, signal);
    await until(serving, ({ servers }) => servers[0]?.state === "loading");
    containers.end("b", { code: 1, oomKilled: false }, "boom\n");
    const stranger = http.createServer((_, response) => response.end('{"status":"ok"}'));
    const listening = once(stranger, "listening");
    stranger.on("error", () => setImmediate(() => stranger.listen(world.port, "127.0.0.1")));
    stranger.listen(world.port, "127.0.0.1");
    await listening;
    const { outcome, reason } = await switching;
    stranger.close();
    assert.deepEqual([outcome, reason?.code], ["failed", "serverExited"]);
  });

  test("progress is the bytes in memory, or the time of the last load, or none", async () => {
    await world.model("big.gguf", "GGUF".padEnd(1000, "x"));
    await world.conf("[big]\nMODEL=big.gguf\n");
    const progress = async (kind?: "time" | "bytes") => {
      containers.behave("big", { holdLoading: true });
      const switching = serving.switchTo({ profile: "big", force: true }, signal);
      // Until memory was asked for the first time, time is what there is.
      const isTold = (): boolean =>
        kind === undefined ? server()?.progress !== undefined : server()?.progress?.kind === kind;
      const told = until(serving, isTold).then(() => server()?.progress);
      await containers.starting("big");
      const none = new Promise<undefined>((resolve) => setTimeout(resolve, 1500, undefined));
      const seen = await (kind === undefined ? Promise.race([told, none]) : told);
      containers.finishLoading("big");
      assert.equal((await switching).outcome, "ready");
      return seen;
    };
    assert.equal(await progress(), undefined);
    const byTime = await progress("time");
    assert.ok(byTime?.kind === "time" && (byTime.total ?? 0) > 0);
    containers.memory = 400;
    assert.deepEqual(await progress("bytes"), { kind: "bytes", done: 400, total: 1000 });
  });

  test("cancelled while it loads, the one before comes back", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { holdLoading: true });
    const given = new AbortController();
    const switching = serving.switchTo({ profile: "b" }, given.signal);
    await until(serving, () => server()?.state === "loading" && server()?.profile === "b");
    assert.deepEqual(serving.status().switching, { to: "b", group: "default" });
    given.abort();
    const result = await switching;
    assert.equal(result.outcome, "cancelled");
    assert.equal(result.running, "a");
    assert.equal(result.reason, undefined);
    assert.deepEqual(containers.deeds, ["+a", "-a", "+b", "-b", "+a"]);
    assert.equal(server()?.state, "ready");
  });

  test("cancelled while the old one stops, it comes back", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    const letGo = containers.holdStop();
    const given = new AbortController();
    const switching = serving.switchTo({ profile: "b" }, given.signal);
    await until(serving, () => server()?.state === "stopping");
    given.abort();
    letGo();
    const result = await switching;
    assert.deepEqual([result.outcome, result.running], ["cancelled", "a"]);
    assert.deepEqual(containers.deeds, ["+a", "-a", "+a"]);
  });

  test("cancelled with nothing before it, there is nothing", async () => {
    containers.behave("b", { holdLoading: true });
    const given = new AbortController();
    const switching = serving.switchTo({ profile: "b" }, given.signal);
    await until(serving, () => server()?.state === "loading");
    given.abort();
    assert.deepEqual([(await switching).outcome, server()?.state], ["cancelled", "off"]);
    assert.deepEqual(await containers.list(signal), []);
    const before = new AbortController();
    before.abort();
    assert.equal(
      (await serving.switchTo({ profile: "a" }, before.signal).catch(() => ({ outcome: "thrown" }))).outcome,
      "thrown",
    );
  });

  test("one switch at a time: another is refused, waits, or takes its place", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { holdLoading: true });
    const first = serving.switchTo({ profile: "b" }, signal);
    await until(serving, () => server()?.state === "loading");
    await assert.rejects(
      serving.switchTo({ profile: "c" }, signal),
      (error) => isFault(error, "busy") && error.fault.with.includes("b"),
    );
    const queued = serving.switchTo({ profile: "c", onBusy: "queue" }, signal);
    containers.finishLoading("b");
    assert.equal((await first).outcome, "ready");
    assert.equal((await queued).outcome, "ready");
    assert.deepEqual(containers.deeds, ["+a", "-a", "+b", "-b", "+c"]);

    const second = serving.switchTo({ profile: "b" }, signal);
    await until(serving, () => server()?.state === "loading");
    const third = serving.switchTo({ profile: "a", onBusy: "replace" }, signal);
    assert.deepEqual([(await second).outcome, (await third).outcome], ["cancelled", "ready"]);
    // What was replaced is not put back in between.
    assert.deepEqual(containers.deeds.slice(5), ["-c", "+b", "-b", "+a"]);
  });

  test("a switch that replaced another one goes back to what was good before both", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { holdLoading: true });
    containers.behave("c", { exit: { code: 1, oomKilled: false }, log: "boom\n" });
    const second = serving.switchTo({ profile: "b" }, signal);
    await until(serving, () => server()?.state === "loading");
    const third = await serving.switchTo({ profile: "c", onBusy: "replace" }, signal);
    await second;
    assert.deepEqual([third.outcome, third.running, third.reason?.facts["reason"]], ["rolledBack", "a", "boom"]);
  });

  test("a switch that takes longer than it may is given up and rolled back", async () => {
    const patience = millis(3_600_000);
    const over = Promise.withResolvers<void>();
    const sleep: typeof nodeClock.sleep = (delay, given) =>
      delay === patience ? over.promise : nodeClock.sleep(delay, given);
    world.more = { clock: { ...nodeClock, sleep } };
    serving = world.reopen();
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { holdLoading: true });
    const switching = serving.switchTo({ profile: "b", timeout: patience }, signal);
    await until(serving, () => server()?.state === "loading" && server()?.profile === "b");
    over.resolve();
    const result = await switching;
    assert.deepEqual([result.outcome, result.running, result.reason?.code], ["rolledBack", "a", "timeout"]);
  });

  test("without waiting it resolves once it is under way, and goes on by itself", async () => {
    containers.behave("b", { holdLoading: true });
    const given = new AbortController();
    const result = await serving.switchTo({ profile: "b", wait: false }, given.signal);
    assert.equal(result.outcome, "started");
    given.abort();
    await until(serving, () => server()?.state === "loading");
    containers.finishLoading("b");
    await until(serving, () => server()?.state === "ready");
    await assert.rejects(serving.switchTo({ profile: "gone", wait: false }, signal), (error) =>
      isFault(error, "fileUnreadable"),
    );
  });

  test("what runs already as asked is ready at once, unless it is forced", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    assert.equal((await serving.switchTo({ profile: "a" }, signal)).outcome, "ready");
    assert.deepEqual(containers.deeds, ["+a"]);
    await serving.switchTo({ profile: "a", overrides: { context: 512 } }, signal);
    await serving.switchTo({ profile: "a", overrides: { context: 512 }, force: true }, signal);
    assert.deepEqual(containers.deeds, ["+a", "-a", "+a", "-a", "+a"]);
    assert.equal(server()?.readBack?.context, 512);
  });

  test("stopping is idempotent, ends a switch that is under way, and puts nothing back", async () => {
    assert.deepEqual(
      (await serving.stop("default", signal)).servers.map(({ state }) => state),
      ["off"],
    );
    await serving.switchTo({ profile: "a" }, signal);
    containers.behave("b", { holdLoading: true });
    const switching = serving.switchTo({ profile: "b" }, signal);
    await until(serving, () => server()?.state === "loading");
    const { servers } = await serving.stop(undefined, signal);
    assert.equal((await switching).outcome, "cancelled");
    assert.deepEqual(
      servers.map(({ state }) => state),
      ["off"],
    );
    assert.deepEqual(await containers.list(signal), []);
    await serving.stop(undefined, signal);
    await assert.rejects(serving.stop("chat", signal), (error) => isFault(error, "notFound"));
    // A failed switch after a stop has nothing to go back to.
    containers.behave("c", { exit: { code: 1, oomKilled: false } });
    assert.equal((await serving.switchTo({ profile: "c" }, signal)).outcome, "failed");
  });

  test("a code of 137 after our own stop is a stop", async () => {
    containers.behave("a", { stubborn: true });
    await serving.switchTo({ profile: "a" }, signal);
    const seen = states();
    await serving.stop(undefined, signal);
    assert.ok(!seen.some((state) => state.startsWith("failed")), seen.join());
  });

  test("a server that ends by itself while it is ready has failed, with the reason, and can be left", async () => {
    await serving.switchTo({ profile: "a" }, signal);
    containers.end("a", { code: 137, oomKilled: true }, "last words\n");
    await until(serving, () => server()?.state === "failed");
    assert.equal(server()?.reason?.code, "outOfMemory");
    while (!containers.deeds.includes("-a")) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal((await serving.switchTo({ profile: "b" }, signal)).outcome, "ready");
  });

  test("the log goes on over switches, with separators and numbers, without secrets", async () => {
    const batches: { first: number; lines: readonly string[] }[] = [];
    serving.onLog(({ first, lines }) => batches.push({ first, lines }));
    containers.behave("a", { log: "I am A, hunter2\n" });
    containers.behave("b", { log: "I am B\n" });
    await serving.switchTo({ profile: "a" }, signal);
    const { next } = serving.logs({});
    await serving.switchTo({ profile: "b" }, signal);
    const { lines, dropped } = serving.logs({});
    assert.deepEqual(lines, ["--- Switching to Model A ---", "I am A, •••", "--- Switching to Model B ---", "I am B"]);
    assert.equal(dropped, 0);
    assert.deepEqual(serving.logs({ since: next }).lines, ["--- Switching to Model B ---", "I am B"]);
    while (batches.reduce((all, batch) => all + batch.lines.length, 0) < 4)
      await new Promise((resolve) => setTimeout(resolve, 20));
    let expected = 0;
    for (const { first, lines } of batches) {
      assert.equal(first, expected);
      expected += lines.length;
    }
    assert.deepEqual(
      batches.flatMap((batch) => batch.lines),
      lines,
    );
    assert.throws(
      () => serving.logs({ server: "chat" }),
      (error) => isFault(error, "notFound"),
    );
  });
});
