import * as v from "valibot";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { UnknownFlag } from "../../protocol/profiles.ts";
import { json } from "../../registry/columns.ts";
import type { Registry } from "../../registry/registry.ts";
import { reasonOf } from "../../util/faults.ts";
import { type HelpFlag, parseHelp } from "./parse-help.ts";
import { unknownFlags } from "./unknown-flags.ts";

/** Flags as the server's own `--help` has them. */
export interface FlagCheck {
  /**
   * Flags of the arguments that the program does not know. Empty too where its help cannot be had: the server will say.
   * @param program image or binary, as the runtime takes it
   */
  check(
    args: readonly string[],
    program: string,
    runtime: Runtime,
    signal: AbortSignal,
  ): Promise<readonly UnknownFlag[]>;
  /** All it knows, for completion and hover. */
  flags(program: string, runtime: Runtime, signal: AbortSignal): Promise<readonly HelpFlag[]>;
}

/** Its answers are kept by the digest of the image, or what the binary is, over restarts too. */
export function createFlagCheck({
  registry,
  clock,
  log,
}: {
  readonly registry: Pick<Registry, "query" | "commit">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
}): FlagCheck {
  const known = new Map<string, readonly HelpFlag[]>();
  const read = async (program: string, runtime: Runtime, signal: AbortSignal): Promise<readonly HelpFlag[]> => {
    const build = await runtime.build(program, signal);
    if (build === undefined) return [];
    const key = `${runtime.kind} ${build}`;
    const here = known.get(key);
    if (here) return here;
    const [row] = await registry.query("SELECT body_json FROM helps WHERE build = ?", [key]);
    const kept = row && v.safeParse(helpFlags, json(row, "body_json"));
    if (kept?.success === true) {
      known.set(key, kept.output);
      return kept.output;
    }
    const found = parseHelp(await runtime.help(program, signal));
    known.set(key, found);
    if (found.length > 0) {
      const after = { build: key, at: new Date(clock.wall()).toISOString(), body_json: JSON.stringify(found) };
      await registry.commit([{ table: "helps", key, after }]);
    }
    return found;
  };
  const flags: FlagCheck["flags"] = async (program, runtime, signal) => {
    try {
      return await read(program, runtime, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`the flags of ${program} could not be asked for: ${reasonOf(error)}`);
      return [];
    }
  };
  return {
    flags,
    check: async (args, program, runtime, signal) => unknownFlags(args, await flags(program, runtime, signal)),
  };
}

const helpFlags = v.array(
  v.object({
    names: v.array(v.string()),
    takesValue: v.boolean(),
    removed: v.optional(v.object({ instead: v.optional(v.string()) })),
    what: v.string(),
  }),
);
