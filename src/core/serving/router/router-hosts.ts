import type { MakeDigest } from "../../ports/digest.ts";
import type { Files } from "../../ports/files.ts";
import type { RunningServer, Runtime, RuntimeKind } from "../../ports/runtime.ts";
import { bytes, millis, seconds } from "../../util/ids.ts";
import { BY_HAND } from "../backend.ts";
import { PRESETS_FILE, placeOf } from "./host-spec.ts";
import { presetsFor } from "./preset.ts";
import { routedModel } from "./routed-model.ts";
import { isUp, readModels } from "./router-answers.ts";
import type { HostDeps } from "./router-host.ts";

export interface RoutedDeps extends HostDeps {
  readonly files: Pick<Files, "replace" | "makeFolder" | "resolve" | "readText">;
  readonly digest: MakeDigest;
}

/** The routers of this data folder, in whichever world they run. */
export interface RouterHosts {
  /**
   * Those that run in a group; none are looked for where none ever was seen. A world that cannot be asked keeps its own:
   * what it has is taken away when it is back.
   * @param needed the world that something is to happen in: where that cannot be asked, it rejects
   */
  of(group: string, needed: RuntimeKind, signal: AbortSignal): Promise<readonly RunningServer[]>;
  /** Ends those of the group but the one given. */
  makeRoom(group: string, needed: RuntimeKind, but: RunningServer | undefined, signal: AbortSignal): Promise<void>;
  /** There is one in the group from now on. */
  expect(group: string, kind: RuntimeKind): void;
  /** What a world has told of: a router as the model it has, or by itself where it has none; all else as it is. */
  seen(server: RunningServer, signal: AbortSignal): Promise<RunningServer>;
}

const GRACE = seconds(3);
const ANSWER = millis(2000);
const PRESETS_LIMIT = bytes(2 ** 20);

/** A router, whatever it serves; a model of it has a profile in place of that mark. */
const isHost = ({ labels }: RunningServer): boolean => labels["router"] !== undefined && labels["same"] !== undefined;

export function createRouterHosts(
  worlds: readonly Runtime[],
  { http, files, folder, ...rest }: RoutedDeps,
): RouterHosts {
  /** The worlds that a group has had one in. */
  const groups = new Map<string, Set<RuntimeKind>>();
  const expect = (group: string, kind: RuntimeKind): void =>
    void groups.set(group, (groups.get(group) ?? new Set()).add(kind));
  const hosts: RouterHosts = {
    of: async (group, needed, signal) => {
      const asked = worlds.filter(({ kind }) => groups.get(group)?.has(kind) === true);
      const lists = await Promise.all(
        asked.map((runtime) =>
          runtime.list(signal).catch((error: unknown) => {
            signal.throwIfAborted();
            if (runtime.kind === needed) throw error;
            return [];
          }),
        ),
      );
      return lists.flat().filter((server) => server.running && isHost(server) && server.labels["group"] === group);
    },
    makeRoom: async (group, needed, but, signal) => {
      for (const host of await hosts.of(group, needed, signal)) if (host.id !== but?.id) await host.stop(GRACE, signal);
    },
    expect,
    seen: async (server, signal) => {
      if (!isHost(server)) return server;
      const { group = "", router = "", backend = "" } = server.labels;
      expect(group, server.kind);
      if (!server.running) return server;
      const models = readModels(await http.get(`${server.url}/models`, ANSWER, signal));
      const up = models?.find(isUp);
      if (models && !up) return server;
      const text = await files.readText(`${placeOf(folder, group, router)}/${PRESETS_FILE}`, PRESETS_LIMIT);
      const known = presetsFor(text);
      // One that does not answer has what it was given last, as far as anybody knows.
      const model = up?.model ?? known?.model;
      if (model === undefined) return server;
      const labels = known?.model === model ? known.labels : { group, backend, router, profile: "", [BY_HAND]: model };
      const load = { model, port: up?.port ?? 0, labels, before: new Set<number>() };
      return routedModel(server, load, { http, ...rest });
    },
  };
  return hosts;
}
