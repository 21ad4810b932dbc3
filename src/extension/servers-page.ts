import { serverTiles } from "../core/present/server-tile.ts";
import type { ServerTile, ServersUpdate } from "../core/protocol/servers-page.ts";
import type { ServerMetrics, ServingStatus } from "../core/protocol/serving.ts";
import type { Ask } from "./ask.ts";
import type { Reading } from "./reading.ts";

/** Milliseconds between two looks at what servers do. */
const EVERY = 2000;

/** The tiles as the page is told them. */
export interface ServersPage {
  whole(): ServersUpdate;
  /** undefined where nothing changed since. */
  changes(): ServersUpdate | undefined;
  /** Looks on as long as the tiles are to be seen; to be called when that may have begun. */
  watch(): void;
}

export function createServersPage(deps: {
  readonly ask: Ask;
  readonly serving: Pick<Reading<ServingStatus>, "value">;
  /** Whether the tiles are to be seen now. */
  readonly isSeen: () => boolean;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): ServersPage {
  const { ask, serving, isSeen, signal } = deps;
  const sent = new Map<string, string>();
  let order = "";
  let figures: ReadonlyMap<string, ServerMetrics> = new Map();
  let watching = false;

  const tiles = (): readonly ServerTile[] => serverTiles(serving.value.servers, figures, Date.now());
  const note = (all: readonly ServerTile[]): void => {
    order = JSON.stringify(all.map(({ server }) => server));
    sent.clear();
    for (const tile of all) sent.set(tile.server, JSON.stringify(tile));
  };
  const look = async (): Promise<void> => {
    const { servers } = await ask("serving.status", { watch: true }, signal);
    figures = new Map(servers.flatMap(({ server, metrics }) => (metrics ? [[server, metrics] as const] : [])));
    deps.onChange();
  };
  const goOn = async (): Promise<void> => {
    while (isSeen() && !signal.aborted) {
      try {
        await look();
      } catch (error) {
        if (!signal.aborted) deps.onError(error);
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
    watching = false;
  };
  return {
    whole: () => {
      const all = tiles();
      note(all);
      return { whole: true, order: all.map(({ server }) => server), tiles: all };
    },
    changes: () => {
      const all = tiles();
      const changed = all.filter((tile) => sent.get(tile.server) !== JSON.stringify(tile));
      const ids = all.map(({ server }) => server);
      const isMixed = JSON.stringify(ids) !== order;
      if (!isMixed && changed.length === 0) return undefined;
      note(all);
      return { whole: false, ...(isMixed && { order: ids }), tiles: changed };
    },
    watch: () => {
      if (watching || !isSeen()) return;
      watching = true;
      void goOn();
    },
  };
}
