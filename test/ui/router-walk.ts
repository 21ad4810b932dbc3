import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import type { ServerLogs, ServingStatus } from "../../src/core/protocol/serving.ts";
import { ask } from "../support/llama-process.ts";
import { writeTinyGguf } from "../support/tiny-gguf.ts";
import { until } from "../support/vscode/until.ts";
import type { Scene } from "../support/walk-through.ts";
import type { World } from "../support/world.ts";

const ITEM = "modeldeck.modeldeck.serving";
const PAGE = "modeldeck.modeldeck";
/** How much less, the machine's memory says. */
const LESS_CONTEXT = /^Try with (\d+k|[\d,]+) Tokens$/;
const REPLIES = { Alpha: "I am Alpha, the first.", Beta: "Beta speaks now.", Solo: "Solo needs nobody." } as const;

/** Two models of a router, one alone, one that is damaged, and one that wants more memory than any machine has. */
export async function layRouter(world: World): Promise<void> {
  const file = (name: string): string => path.join(world.models, "demo", `${name}-GGUF`, `${name}.gguf`);
  for (const [name, reply] of Object.entries(REPLIES)) writeTinyGguf({ file: file(name), name, reply });
  writeTinyGguf({ file: file("Torn"), name: "Torn", break: "truncate" });
  const profile = (id: string, model: string, more: readonly string[]): string =>
    [`[${id}]`, `NAME=${id}`, `MODEL=demo/${model}-GGUF/${model}.gguf`, ...more].join("\n");
  await writeFile(
    world.profilesFile,
    [
      profile("Alpha", "Alpha", ["CTX_SIZE=1024", "EXTRA_ARGS=-t 1", "ROUTER=lab"]),
      profile("Beta", "Beta", ["CTX_SIZE=512", "EXTRA_ARGS=-t 2", "ROUTER=lab"]),
      profile("Solo", "Solo", ["CTX_SIZE=768"]),
      profile("Torn", "Torn", ["ROUTER=lab"]),
      // Buffers of the square of it are asked for, and refused before anything is written into them.
      profile("Greedy", "Alpha", ["CTX_SIZE=524288", "EXTRA_ARGS=-b 524288 -ub 524288", "ROUTER=lab"]),
    ].join("\n\n"),
  );
}

/**
 * Several models in one server as a person has them: a switch leaves the server up, its tile, log and rows say which
 * model is in it; one that will not load leaves what served before.
 */
export async function routerWalk(scene: Scene, docker: Docker): Promise<void> {
  const { workbench, world, step, shot, run, host } = scene;
  const shows = (text: string): Promise<unknown> =>
    until(
      `the status bar with ${text}`,
      () => workbench.statusBar(ITEM),
      (now) => now === text,
      { timeout: 180_000 },
    );
  const containers = async (): Promise<readonly string[]> =>
    (await docker.listContainers({ filters: { label: [`modeldeck.storage=${world.storage}`] } })).map(({ Id }) => Id);
  const openPicker = async (): Promise<readonly string[]> => {
    await workbench.clickStatusBar(ITEM);
    // A list that was left has its rows still.
    await workbench.quickInput().waitFor();
    return until(
      "the picker",
      () => workbench.picks(),
      (labels) => labels.some((label) => label.includes("Beta")),
    );
  };
  const pick = async (name: string): Promise<void> => {
    await openPicker();
    await workbench.pick(new RegExp(`\\d\\s+${name}$`));
  };
  /** Through the settings: the palette would close what is open, and takes longer. */
  const setTheme = async (name: string, mark: string): Promise<void> => {
    await (
      await host()
    ).run(
      (api, theme) =>
        api.workspace
          .getConfiguration("workbench")
          .update("colorTheme", theme, true)
          .then(() => theme),
      name,
    );
    await workbench.page.locator(`.monaco-workbench.${mark}`).waitFor();
  };
  const inLight = async (look: () => Promise<void>): Promise<void> => {
    await setTheme("Light Modern", "vs");
    await look();
    await setTheme("Dark Modern", "vs-dark");
  };
  const models = async (): Promise<readonly RoutedModel[]> => {
    const { data } = (await (await fetch(`${world.server}/models`)).json()) as { data: readonly RoutedModel[] };
    return data.filter(({ status }) => status.value === "loaded");
  };
  /** The model of that name, and it alone, is in the router, with what its profile says. */
  const serves = async (name: "Alpha" | "Beta", context: number, flags: RegExp): Promise<void> => {
    await shows(`${name} · router lab`);
    assert.equal(await ask(world.server, "Who are you?", name), REPLIES[name]);
    const [one, ...others] = await models();
    assert.deepEqual([one?.id, others], [name, []]);
    assert.match(one?.status.args.join(" ") ?? "", flags);
    const props = await (await fetch(`${world.server}/props?model=${name}`)).json();
    assert.equal((props as Props).default_generation_settings.n_ctx, context);
    await until(
      `${name} alone, and ready`,
      async () => (await run<ServingStatus>("serving.status", {})).servers,
      ([now, ...rest]) => now?.profile === name && now.router === "lab" && now.state === "ready" && rest.length === 0,
    );
    step(`${name} answers in the router, with ${context} tokens`);
  };

  await shows("No model");
  assert.deepEqual(await containers(), []);
  await openPicker();
  await shot("0-nothing-runs");
  await workbench.pick(/\d\s+Alpha$/);
  await serves("Alpha", 1024, /--ctx-size 1024\b.*--threads 1\b/);
  const [router, ...more] = await containers();
  assert.ok(router !== undefined && more.length === 0);
  await shot("1-alpha");
  await pick("Beta");
  await serves("Beta", 512, /--ctx-size 512\b.*--threads 2\b/);
  assert.deepEqual(await containers(), [router], "the router stayed up");
  await shot("2-beta");

  const picker = async (name: string): Promise<void> => {
    await openPicker();
    await shot(name);
    await workbench.leaveInput();
  };
  await picker("3-picker");
  await inLight(() => picker("3-picker light"));

  await workbench.runCommand("Model Deck: Show Servers");
  const page = (await workbench.webview(PAGE)).locator("body");
  const tile = page.getByRole("listitem", { name: "Beta" });
  await tile.waitFor();
  await until(
    "figures on the tile",
    () => tile.innerText(),
    (text) => /Memory\s+[\d.]+ [MG]B/.test(text) && /CPU\s+\d+ %/.test(text),
  );
  await shot("4-tile");
  await inLight(() => shot("4-tile light"));
  const [first] = await models();
  await tile.getByRole("button", { name: "Unload: Beta" }).waitFor();
  await tile.getByRole("button", { name: "Restart: Beta" }).click();
  await until("another process of the model", models, ([now]) => now !== undefined && portOf(now) !== portOf(first), {
    timeout: 180_000,
  });
  await serves("Beta", 512, /--threads 2\b/);
  assert.deepEqual(await containers(), [router], "a restart of a model is one in its router");
  await shot("5-restarted");

  await tile.getByRole("button", { name: /^Logs/ }).click();
  await page.getByRole("textbox", { name: "Find" }).fill("--- Switching");
  await until(
    "the separators in the log",
    () => page.locator(".search .count").innerText(),
    (text) => text.startsWith("0 of 3"),
  );
  await page.getByRole("button", { name: "Next" }).click();
  await shot("6-logs");
  await inLight(() => shot("6-logs light"));

  await pick("Solo");
  await shows("Solo");
  assert.equal(await ask(world.server, "Who are you?"), REPLIES.Solo);
  const [alone, ...besides] = await containers();
  assert.ok(alone !== undefined && alone !== router && besides.length === 0, "the router is gone");
  await workbench.runCommand("Model Deck: Show Servers");
  await page.getByRole("button", { name: "Stop: Solo" }).waitFor();
  await shot("7-solo");
  await pick("Alpha");
  await serves("Alpha", 1024, /--ctx-size 1024\b/);
  const [again, ...others] = await containers();
  assert.ok(again !== undefined && again !== alone && others.length === 0);

  /** What slides in is there. */
  const settled = async (): Promise<void> =>
    void (await workbench.page.waitForFunction(
      () => document.querySelector(".notifications-toasts")?.getAnimations({ subtree: true }).length === 0,
    ));
  await pick("Torn");
  await workbench.told(/Alpha serves again\. Torn\.gguf is damaged/, { timeout: 180_000 });
  await shows("Alpha · router lab");
  await settled();
  await shot("8-torn");
  await inLight(() => shot("8-torn light"));
  await pick("Greedy");
  await workbench.pick("Load Anyway");
  await until(
    "offers",
    () => workbench.notificationButtons(),
    (buttons) => buttons.some((button) => LESS_CONTEXT.test(button)),
    { timeout: 180_000 },
  );
  await settled();
  await shot("9-greedy");
  await inLight(() => shot("9-greedy light"));
  await workbench.runCommand("Model Deck: Show Servers");
  await shot("9-greedy tile");
  await inLight(() => shot("9-greedy tile light"));
  assert.equal(await ask(world.server, "Who are you?", "Alpha"), REPLIES.Alpha);
  assert.deepEqual(await containers(), [again]);
  const offers = await until(
    "the offers on the tile",
    () => page.locator(".servers .offers vscode-button").allInnerTexts(),
    ([best]) => LESS_CONTEXT.test(best ?? ""),
  );
  assert.deepEqual(offers.slice(1), ["Try with a q8_0 Cache"]);
  await workbench.runCommand("Notifications: Clear All Notifications");

  await openPicker();
  await workbench.pick(/Unload Alpha/);
  await shows("No model");
  assert.deepEqual(await models(), []);
  assert.deepEqual(await containers(), [again], "it stays up without a model");
  await picker("10-unloaded");
  const idle = page.getByRole("listitem", { name: "Router lab" });
  await idle.getByRole("button", { name: "Stop: Router lab" }).waitFor();
  await shot("10-unloaded tile");
  await inLight(() => shot("10-unloaded tile light"));
  await idle.getByRole("button", { name: "Stop: Router lab" }).click();
  await until("no container", containers, (all) => all.length === 0, { timeout: 180_000 });
  await idle.waitFor({ state: "hidden" });
  await shot("11-stopped");
  await workbench.runCommand("Model Deck: Edit Profile…");
  await workbench.pick(/Alpha/);
  const form = await workbench.webview(PAGE, "form.entry");
  await form.locator(".command code", { hasText: "# c = 1024" }).scrollIntoViewIfNeeded();
  await shot("12-command");
  const { lines } = await run<ServerLogs>("serving.logs", {});
  const separators = lines.flatMap((line) => /^--- Switching to (\w+) ---$/.exec(line)?.[1] ?? []);
  assert.deepEqual(separators, ["Alpha", "Beta", "Beta", "Solo", "Alpha", "Torn", "Alpha", "Greedy", "Alpha"]);
}

/** Of the process it runs in. */
const portOf = (model: RoutedModel | undefined): string | undefined =>
  model?.status.args[model.status.args.lastIndexOf("--port") + 1];

interface RoutedModel {
  readonly id: string;
  readonly status: { readonly value: string; readonly args: readonly string[] };
}

interface Props {
  readonly default_generation_settings: { readonly n_ctx: number };
}
