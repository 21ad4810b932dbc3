import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import type { ServerLogs, ServingStatus } from "../../src/core/protocol/serving.ts";
import type { FreezingEngine } from "../support/freezing-engine.ts";
import { ask } from "../support/llama-process.ts";
import { writeTinyGguf } from "../support/tiny-gguf.ts";
import { until } from "../support/vscode/until.ts";
import type { Scene } from "../support/walk-through.ts";
import type { World } from "../support/world.ts";

const VIEW = "Models";
const ITEM = "modeldeck.modeldeck.serving";
const PAGE = "modeldeck.modeldeck";
const REPLIES = { Alpha: "I am Alpha, the first.", Beta: "Beta speaks now." } as const;

/** Models that are here already, and their profiles: two that serve, one that never comes up, one that wants too much. */
export async function layModels(world: World): Promise<void> {
  const file = (name: string): string => path.join(world.models, "demo", `${name}-GGUF`, `${name}.gguf`);
  for (const [name, reply] of Object.entries(REPLIES)) writeTinyGguf({ file: file(name), name, reply });
  writeTinyGguf({ file: file("Slow"), name: "Slow" });
  const profile = (id: string, model: string, more: readonly string[]): string =>
    [`[${id}]`, `NAME=${id}`, `MODEL=demo/${model}-GGUF/${model}.gguf`, ...more].join("\n");
  await writeFile(
    world.profilesFile,
    [
      profile("Alpha", "Alpha", ["CTX_SIZE=1024", "EXTRA_ARGS=-t 1"]),
      profile("Beta", "Beta", ["CTX_SIZE=512", "EXTRA_ARGS=-t 2 --no-warmup"]),
      profile("Slow", "Slow", ["CTX_SIZE=256"]),
      profile("Wide", "Alpha", ["CTX_SIZE=8192"]),
    ].join("\n\n"),
  );
}

/**
 * The dashboard's own list: nothing runs, switch, switch back, cancel the picker, switch while a switch runs; flags and
 * context are looked up in the container, the log keeps what every one said. Then a profile that asks for more context than
 * it is given, which is told in the status bar, the tree and by the API.
 */
export async function switchingWalk(
  { workbench, world, step, shot, run }: Scene,
  docker: Docker,
  engine: FreezingEngine,
): Promise<void> {
  const shows = (text: string): Promise<unknown> =>
    until(
      `the status bar with ${text}`,
      () => workbench.statusBar(ITEM),
      (now) => now === text,
      { timeout: 180_000 },
    );
  const containers = (): Promise<readonly Docker.ContainerInfo[]> =>
    docker.listContainers({ filters: { label: [`modeldeck.storage=${world.storage}`] } });
  const pick = async (name: string): Promise<void> => {
    await workbench.clickStatusBar(ITEM);
    await workbench.pick(new RegExp(`\\d\\s+${name}$`));
  };
  /** The one container there is: its id, and what it was started with. */
  const only = async (): Promise<{ readonly id: string; readonly command: string }> => {
    const [one, ...others] = await containers();
    assert.ok(one);
    assert.deepEqual(others, []);
    const { Config } = await docker.getContainer(one.Id).inspect();
    return { id: one.Id, command: (Config.Cmd ?? []).join(" ") };
  };
  const context = async (): Promise<number> => {
    const props = await fetch(`${world.server}/props`);
    const { default_generation_settings: settings } = (await props.json()) as {
      default_generation_settings: { n_ctx: number };
    };
    return settings.n_ctx;
  };
  const serves = async (name: keyof typeof REPLIES, flags: RegExp, tokens: number): Promise<void> => {
    await shows(name);
    assert.equal(await ask(world.server, "Who are you?"), REPLIES[name]);
    assert.match((await only()).command, flags);
    assert.equal(await context(), tokens);
    step(`${name} answers, with ${tokens} tokens`);
  };

  await shows("No model");
  assert.deepEqual(await containers(), []);
  const { planId } = await run<{ readonly planId: string }>("maintenance.plan", {
    operation: "scan",
    options: { base: world.models },
  });
  await run("maintenance.apply", { planId });
  await pick("Alpha");
  await serves("Alpha", /-c 1024\b.* -t 1\b/, 1024);
  await shot("1-first");
  await pick("Beta");
  await serves("Beta", /-c 512\b.* -t 2 --no-warmup/, 512);
  await shot("2-second");
  await pick("Alpha");
  await serves("Alpha", /-c 1024\b.* -t 1\b/, 1024);

  const before = await only();
  await workbench.clickStatusBar(ITEM);
  await until(
    "the picker",
    () => workbench.picks(),
    (labels) => labels.some((label) => label.includes("Beta")),
  );
  await shot("3-picker");
  await workbench.leaveInput();
  await shows("Alpha");
  assert.deepEqual(await only(), before, "a picker that was left changes nothing");
  step("the picker was left");

  const isFrozen = engine.freezeNext();
  await pick("Slow");
  await isFrozen;
  await until(
    "the switch to Slow",
    () => workbench.statusBar(ITEM),
    (text) => text?.startsWith("Slow ·") === true && !text.includes("checking"),
    { timeout: 180_000 },
  );
  await shot("4-under-way");
  await pick("Beta");
  await serves("Beta", /-c 512\b/, 512);
  step("the last pick won");

  const { lines } = await run<ServerLogs>("serving.logs", {});
  const separators = lines.flatMap((line) => /^--- Switching to (\w+) ---$/.exec(line)?.[1] ?? []);
  assert.deepEqual(separators, ["Alpha", "Beta", "Alpha", "Slow", "Beta"]);
  const parts = lines.join("\n").split(/--- Switching to \w+ ---/);
  for (const [place, name] of [
    [1, "Alpha"],
    [2, "Beta"],
    [3, "Alpha"],
    [5, "Beta"],
  ] as const)
    assert.match(parts[place] ?? "", new RegExp(`${name}\\.gguf[^]*model loaded`), `the log of ${name}`);
  await workbench.runCommand("Model Deck: Show Server Logs");
  const page = (await workbench.webview(PAGE)).locator("body");
  await until(
    "the log on the page",
    // What is scrolled out of sight is not drawn, and no inner text then.
    () => page.textContent(),
    (text) => text?.includes("--- Switching to Beta ---") === true,
  );
  await shot("5-logs");

  await workbench.openViewContainer("Model Deck");
  await pick("Wide");
  await shows("Wide · context 4k of 8k");
  assert.equal(await ask(world.server, "Who are you?"), REPLIES.Alpha);
  const { servers } = await run<ServingStatus>("serving.status", {});
  assert.deepEqual(servers[0]?.differences, [{ what: "context", asked: 8192, got: 4096 }]);
  const row = await until(
    "the row of what serves",
    () => workbench.treeRows(VIEW),
    (rows) => rows.some(({ description }) => description.includes("context 4k of 8k")),
  );
  step(`side bar: ${row.map(({ label, description }) => `${label} (${description})`).join(", ")}`);
  await shot("6-less-than-asked");
  await workbench.clickStatusBar(ITEM);
  await workbench.pick(/Unload /);
  await shows("No model");
  assert.deepEqual(await containers(), []);
}
