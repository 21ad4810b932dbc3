import { type OneWindow, type Sight, inOneWindow } from "./one-window.ts";
import { endServers } from "./serve-with.ts";
import type { Host } from "./vscode/bridge.ts";
import { type World, type WorldOptions, createWorld } from "./world.ts";

export interface WorldWindow extends WorldOptions, Pick<OneWindow<never>, "name" | "viewport" | "loaded"> {
  /** What else is to lie there before the window opens. */
  readonly prepare?: (world: World) => Promise<void>;
  /** Beside the world's own. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Walk extends Sight {
  readonly world: World;
  /** Told after each step, with what was seen. */
  readonly step: (what: string) => void;
}

/** A walk of a test. */
export interface Scene extends Walk {
  /** The window's extension host. */
  readonly host: () => Promise<Host>;
  /** A verb, as a script in the window asks it. */
  readonly run: <T>(verb: string, args: object) => Promise<T>;
}

/** One window on one world, and all of it away again. */
export function walkThrough(
  context: Mocha.Context,
  { name, viewport, loaded, prepare, settings, ...options }: WorldWindow,
  walk: (scene: Scene) => Promise<void>,
): Promise<void> {
  const lay = async (folder: string) => {
    const world = await createWorld(folder, options);
    await prepare?.(world);
    return {
      world,
      settings: { ...world.settings, ...settings },
      close: async () => {
        await endServers(options.how, world.storage);
        await world.close();
      },
    };
  };
  const given = { name, lay, ...(viewport && { viewport }), ...(loaded && { loaded }) };
  return inOneWindow(context, given, ({ workbench, shot, laid: { world }, host }) => {
    const run = async <T>(verb: string, args: object): Promise<T> =>
      (await (
        await host()
      ).run(async (api, id, asked) => api.commands.executeCommand(id, asked), `modelDeck.${verb}`, args)) as T;
    return walk({ workbench, world, shot, step: () => {}, host, run });
  });
}
