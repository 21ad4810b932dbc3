import type { ServingStatus } from "../../core/protocol/serving.ts";
import type { Disposable } from "../../core/util/events.ts";
import { isFault } from "../../core/util/faults.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask } from "../ask.ts";
import type { DeckLink } from "../deck-link.ts";
import type { Reading } from "../reading.ts";
import { autostartSetting } from "../settings.ts";
import type { LastLoads } from "./last-loads.ts";

/** Starts a model when a window is opened, where the setting says so and nothing runs. Once a window. */
export function autostart(deps: {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly serving: Reading<ServingStatus>;
  readonly loads: LastLoads;
  readonly start: (profile: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}): Disposable {
  const { link, ask, serving, loads, start, onError } = deps;
  const scope = createScope();
  let isDone = false;
  const run = async (): Promise<void> => {
    if (isDone || link.state.kind !== "open") return;
    isDone = true;
    const profile = wanted(loads);
    if (profile === undefined) return;
    // What an earlier window left running is known only once it was looked for.
    const { servers, switching } = await ask("serving.status", { settled: true }, scope.signal);
    if (switching !== undefined || servers.some(({ state }) => state !== "off")) return;
    await start(profile);
  };
  const remember = (): void => {
    const { servers, switching } = serving.value;
    const server = servers.find(({ group, state }) => group === "default" && state === "ready");
    if (server?.profile !== undefined && switching === undefined) loads.served(server.profile);
  };
  const runQuietly = (): void =>
    void run().catch((error: unknown) => {
      // Another window was faster.
      if (!scope.signal.aborted && !isFault(error, "busy")) onError(error);
    });
  scope.use(link.onState(runQuietly));
  scope.use(serving.onChange(remember));
  runQuietly();
  return scope;
}

function wanted(loads: LastLoads): string | undefined {
  const setting = autostartSetting();
  if (setting === "off") return undefined;
  return setting === "last" ? loads.last : setting;
}
