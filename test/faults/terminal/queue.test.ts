import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import { openDeck } from "../../../src/core/open-deck.ts";
import { packageVersion } from "../../../src/terminal/environment.ts";
import { CRAWL } from "../../core/downloads/support.ts";
import { type TestWindow, type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";

const MAIN = fileURLToPath(import.meta.resolve("../../../src/terminal/main.ts"));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** The real command in processes of their own, over a real hub. */
suite("the queue in a terminal", function () {
  // Each command is a process that reads all sources anew.
  this.timeout(600_000);
  let world: WindowWorld;
  const children = new Set<ChildProcess>();

  const begin = async (options: Parameters<typeof createWindowWorld>[0] = {}): Promise<void> => {
    world = await createWindowWorld(options);
  };
  teardown(async () => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
    await world.close();
  });

  const settings = (): object => ({
    "huggingface.endpoint": world.hub.url,
    locations: { main: { path: path.join(world.folder, "models"), layout: "owner-repo" } },
    // One, so that the hub's pace is the download's.
    "downloads.connectionsPerFile": 1,
    "serving.engine": "process",
    "gpu.enabled": false,
  });
  const start = async (
    ...words: readonly string[]
  ): Promise<{ child: ChildProcess; said: (what: RegExp) => Promise<void>; ended: Promise<Ran> }> => {
    const file = path.join(world.folder, "settings.json");
    await mkdir(world.folder, { recursive: true });
    await writeFile(file, JSON.stringify(settings()));
    const child = spawn(process.execPath, [MAIN, ...words, "--storage", world.storage, "--settings", file], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HF_TOKEN: "" },
    });
    children.add(child);
    let [out, errors] = ["", ""];
    const looks = new Set<() => void>();
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      for (const look of looks) look();
    });
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const ended = once(child, "close").then(([code]: (number | null)[]) => {
      children.delete(child);
      for (const look of looks) look();
      return { code: code ?? null, out, errors };
    });
    const said = (what: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (what.test(out)) resolve();
          else if (child.exitCode !== null) reject(new Error(`it ended: ${out}${errors}`));
          else return;
          looks.delete(look);
        };
        looks.add(look);
        look();
      });
    return { child, said, ended };
  };
  const run = async (...words: readonly string[]): Promise<Ran> => (await start(...words)).ended;
  const done = async (window: TestWindow): Promise<void> => {
    for (;;) {
      const seen = window.events.length;
      const { downloads } = await window.run<{ downloads: Download[] }>("downloads.list");
      if (downloads.every(({ state }) => state === "done")) break;
      await window.heard(() => window.events.length > seen);
    }
    assert.deepEqual(await readFile(world.target), world.weights);
  };
  const add = (): Promise<Ran> => run("downloads.add", "--model", "demo/tiny-GGUF", "--json");

  test("what was added without an editor waits, and is worked off to its end", async () => {
    await begin();
    const added = await add();
    assert.equal(added.code, 0, added.errors);
    const { ids } = JSON.parse(added.out) as { ids: string[] };
    const before = await run("queue", "status", "--json");
    const told = JSON.parse(before.out) as { downloads: Download[] };
    assert.deepEqual(
      told.downloads.map(({ id, state, bytesDone }) => ({ id, state, bytesDone })),
      [{ id: ids[0], state: "queued", bytesDone: 0 }],
      "a question fetches nothing",
    );
    const ran = await run("queue", "run");
    assert.equal(ran.code, 0, ran.out + ran.errors);
    assert.match(ran.out, /demo\/tiny-GGUF Q4_K_M: done/);
    assert.match(ran.out, /1 done/);
    assert.deepEqual(await readFile(world.target), world.weights);
    const after = await run("queue", "status");
    assert.match(after.out, /Q4_K_M: done/);
    assert.equal((await run("queue", "clear", "failed")).out, "0 downloads left the list.\n");
    assert.equal((await run("queue", "clear", "all")).out, "1 download left the list.\n");
    assert.match((await run("queue", "run")).out, /Nothing waits/);
  });

  test("a second one follows the first, and both see the end", async () => {
    await begin({ bytesPerSecond: CRAWL });
    await add();
    const first = await start("queue", "run");
    await first.said(/downloading/);
    const second = await start("queue", "run");
    await second.said(/Q4_K_M/);
    const asked = await run("queue", "status", "--json");
    assert.equal(asked.code, 0, asked.errors);
    const status = JSON.parse(asked.out) as { downloads: Download[] };
    assert.equal(status.downloads[0]?.state, "running");
    world.hub.pace(undefined);
    const [one, other] = await Promise.all([first.ended, second.ended]);
    assert.deepEqual([one.code, other.code], [0, 0], one.errors + other.errors);
    assert.match(other.out, /done/);
    assert.deepEqual(await readFile(world.target), world.weights);
  });

  test("a window that comes follows, and goes on when the terminal is stopped", async () => {
    await begin({ bytesPerSecond: CRAWL });
    await add();
    const first = await start("queue", "run");
    await first.said(/downloading/);
    const window = await world.open({ version: packageVersion(), settings: { "downloads.connectionsPerFile": 1 } });
    await window.logged(/follows process/);
    first.child.kill("SIGINT");
    const ended = await first.ended;
    assert.equal(ended.code, 130, ended.errors);
    assert.match(ended.out, /go on with: modeldeck queue run/);
    await window.logged(/This window owns/);
    world.hub.pace(undefined);
    await done(window);
  });

  test("to a newer window it hands over at once, and tells on of what goes on there", async () => {
    await begin({ bytesPerSecond: CRAWL });
    await add();
    const first = await start("queue", "run");
    await first.said(/downloading/);
    const window = await world.open({ version: "99.0.0", settings: { "downloads.connectionsPerFile": 1 } });
    await window.logged(/This window owns/);
    world.hub.pace(undefined);
    const ended = await first.ended;
    assert.equal(ended.code, 0, ended.errors);
    assert.match(ended.out, /Q4_K_M: done/);
    assert.deepEqual(await readFile(world.target), world.weights);
  });

  test("killed and run again, it goes on and ends with the right bytes", async () => {
    await begin({ bytesPerSecond: 10 * CRAWL });
    await add();
    const first = await start("queue", "run");
    await first.said(/\d %/);
    first.child.kill("SIGKILL");
    await first.ended;
    world.hub.pace(undefined);
    const again = await run("queue", "run");
    assert.equal(again.code, 0, again.out + again.errors);
    assert.deepEqual(await readFile(world.target), world.weights);
  });

  test("outside the hours of the schedule it says until when it waits, and stops when it is told to", async () => {
    await begin();
    await add();
    const now = new Date();
    const clock = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toTimeString().slice(0, 5);
    const closed = `downloads.schedule=[{"from":"${clock(120)}","to":"${clock(180)}"}]`;
    const waiting = await start("queue", "run", "--set", closed);
    await waiting.said(/Downloads wait until/);
    waiting.child.kill("SIGINT");
    assert.equal((await waiting.ended).code, 130);
    assert.equal(await stat(world.target).catch(() => undefined), undefined);
  });

  test("built, it answers as it does from its sources", async function () {
    const built = fileURLToPath(import.meta.resolve("../../../dist/modeldeck.cjs"));
    await begin();
    if (!(await stat(built).catch(() => undefined))) {
      process.stderr.write("skipped: the built terminal command: dist/ is not built\n");
      return this.skip();
    }
    const child = spawn(process.execPath, [built, "queue", "status", "--storage", world.storage], { stdio: "pipe" });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.match(out, /Nothing is downloaded/);
  });

  test("one that failed is told with its reason and the exit code", async () => {
    await begin();
    await add();
    world.hub.fail({ kind: "status", status: 404 }, { door: "resolve", times: 100 });
    const ran = await run("queue", "run");
    assert.equal(ran.code, 1, ran.out);
    assert.match(ran.out, /1 failed/);
  });

  test("what is not understood ends with 2 and the usage, and opens nothing", async () => {
    await begin();
    for (const words of [
      ["queue"],
      ["queue", "fly"],
      ["models.lisst"],
      ["downloads.add", "--modle", "x"],
      ["--nothing"],
    ]) {
      const { code, errors } = await run(...words);
      assert.equal(code, 2, words.join(" "));
      assert.match(errors, /Usage:/);
    }
    assert.equal(await stat(world.storage).catch(() => undefined), undefined);
    const wrong = await run("models.show");
    assert.equal(wrong.code, 2);
    assert.match(wrong.errors, /“name” of models.show/);
    assert.equal((await run("--help")).code, 0);
  });

  test("settings that a window was given count for the terminal, and no token does but the environment's", async () => {
    await begin();
    const deck = await openDeck({
      storage: world.storage,
      settings: { ...settings(), testingPatterns: [], "trash.keep": 7 },
      origins: { "huggingface.endpoint": "user", locations: "user", "trash.keep": "user" },
      keepsSettings: true,
    });
    await deck.close();
    const shown = await run("config.show", "--json");
    const { settings: all } = JSON.parse(shown.out) as { settings: { key: string; value: unknown }[] };
    assert.equal(all.find(({ key }) => key === "modelDeck.trash.keep")?.value, 7);
    const kept = JSON.parse(await readFile(path.join(world.storage, "settings.json"), "utf8")) as object;
    assert.deepEqual(Object.keys(kept).sort(), ["huggingface.endpoint", "locations", "trash.keep"]);
  });
});
