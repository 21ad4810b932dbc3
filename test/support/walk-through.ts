import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "./needs.ts";
import { endServers } from "./serve-with.ts";
import { root } from "./tiers.ts";
import { type Host, openBridge } from "./vscode/bridge.ts";
import { type WindowOptions, findVsCode, openVsCode } from "./vscode/window.ts";
import { type Workbench, workbenchOn } from "./vscode/workbench.ts";
import { type World, type WorldOptions, createWorld } from "./world.ts";

export interface Through extends WorldOptions {
  /** Of the folder with its screenshots, below `out/ui`. */
  readonly name: string;
  /** What else is to lie there before the window opens. */
  readonly prepare?: (world: World) => Promise<void>;
  /** Beside the world's own. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Absent: this build. */
  readonly loaded?: Pick<WindowOptions, "extensions" | "vsix">;
}

export interface Walk {
  readonly workbench: Workbench;
  readonly world: World;
  /** Told after each step, with what was seen. */
  readonly step: (what: string) => void;
  readonly shot: (name: string) => Promise<void>;
}

/** A walk of a test. */
export interface Scene extends Walk {
  /** The window's extension host. */
  readonly host: () => Promise<Host>;
  /** A verb, as a script in the window asks it. */
  readonly run: <T>(verb: string, args: object) => Promise<T>;
}

/** One window on one world, and all of it away again; of a walk that failed the last sight and the log are kept. */
export async function walkThrough(
  context: Mocha.Context,
  { name, prepare, settings, loaded = { extensions: [root] }, ...options }: Through,
  walk: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { vscode } = needs(context, "vscode", await findVsCode());
  const folder = await mkdtemp(path.join(os.tmpdir(), `md-${name}-`));
  const shots = path.join(root, "out/ui", name);
  await rm(shots, { recursive: true, force: true });
  await mkdir(shots, { recursive: true });
  const world = await createWorld(folder, options);
  await prepare?.(world);
  const bridge = await openBridge();
  const window = await openVsCode(vscode, {
    ...loaded,
    extensions: [...(loaded.extensions ?? []), bridge.extension],
    env: bridge.env,
    settings: { ...world.settings, ...settings },
    folder,
  });
  const workbench = workbenchOn(window.page);
  const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
  let came: Promise<Host> | undefined;
  const host = (): Promise<Host> => (came ??= bridge.next(AbortSignal.timeout(180_000)));
  const run = async <T>(verb: string, args: object): Promise<T> =>
    (await (
      await host()
    ).run(async (api, id, given) => api.commands.executeCommand(id, given), `modelDeck.${verb}`, args)) as T;
  try {
    await walk({ workbench, world, shot, step: () => {}, host, run });
  } catch (error) {
    // The page may be gone, too: what failed first is told.
    await shot("failed").catch(() => undefined);
    console.log(await window.log());
    throw error;
  } finally {
    await window.close();
    bridge.close();
    await endServers(options.how, world.storage);
    await world.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
