import * as v from "valibot";
import type { Registry } from "../registry/registry.ts";
import type { Millis } from "../util/ids.ts";
import { millis } from "../util/ids.ts";

/** A profile with what was asked beside it: enough to start it again. */
const reference = v.object({
  profile: v.string(),
  overrides: v.object({
    context: v.optional(v.number()),
    gpuLayers: v.optional(v.number()),
    cacheType: v.optional(v.string()),
    args: v.optional(v.array(v.string())),
  }),
});
/** See `EnvFileBefore`. */
const env = v.object({
  file: v.string(),
  existed: v.boolean(),
  block: v.optional(v.string()),
  gap: v.optional(v.string()),
  wrote: v.string(),
});
const entry = v.variant("state", [
  v.object({
    state: v.literal("switching"),
    to: reference,
    lastGood: v.optional(reference),
    /** Of the `.env` beside a compose file, from just before it is changed on. */
    env: v.optional(env),
    /** `container` where either of the two is in one: while its engine is away nobody knows which of them runs. */
    runtime: v.optional(v.picklist(["container", "process"])),
  }),
  v.object({
    state: v.literal("ready"),
    lastGood: reference,
    // What of it is away is known by this alone.
    runtime: v.optional(v.picklist(["container", "process"])),
  }),
  v.object({ state: v.literal("failed"), lastGood: v.optional(reference) }),
  v.object({ state: v.literal("off") }),
]);
export type Reference = Readonly<v.InferOutput<typeof reference>>;
/** What a group is at, or is on its way to; it outlives a kill. */
export type JournalEntry = Readonly<v.InferOutput<typeof entry>>;

export interface SwitchJournal {
  /** By group. */
  read(): Promise<ReadonlyMap<string, JournalEntry>>;
  /** At which port each group served last. */
  ports(): Promise<ReadonlyMap<string, number>>;
  /** @param loaded how long the profile took to load this time */
  write(group: string, entry: JournalEntry, loaded?: { readonly took: Millis; readonly at: string }): Promise<void>;
  /** How long the profile took the last time; undefined where it never did. */
  lastLoad(profile: string): Promise<Millis | undefined>;
}

/** @param portOf a group: kept with what is written of it */
export function switchJournal(
  registry: Pick<Registry, "commit" | "query">,
  portOf: (group: string) => number | undefined = () => undefined,
): SwitchJournal {
  return {
    ports: async () => {
      const rows = await registry.query('SELECT "group", body_json FROM switches');
      return new Map(
        rows.flatMap((row) => {
          const port = portIn(String(row["body_json"]));
          return port === undefined ? [] : [[String(row["group"]), port] as const];
        }),
      );
    },
    read: async () => {
      const rows = await registry.query('SELECT "group", body_json FROM switches');
      const entries = rows.map((row) => [String(row["group"]), parse(String(row["body_json"]))] as const);
      return new Map(entries.flatMap(([group, found]) => (found ? [[group, found]] : [])));
    },
    write: async (group, written, loaded) => {
      const port = portOf(group);
      const body = port === undefined ? written : { ...written, port };
      const row = { group, state: written.state, body_json: JSON.stringify(body) };
      const profile = "lastGood" in written ? (written.lastGood?.profile ?? "") : "";
      await registry.commit([
        { table: "switches", key: group, after: row },
        ...(loaded && profile !== ""
          ? [
              {
                table: "loads",
                key: profile,
                after: { profile, took_ms: Math.round(loaded.took), at: loaded.at },
              },
            ]
          : []),
      ]);
    },
    lastLoad: async (profile) => {
      const [row] = await registry.query("SELECT took_ms FROM loads WHERE profile = ?", [profile]);
      return row === undefined ? undefined : millis(Number(row["took_ms"]));
    },
  };
}

const withPort = v.object({ port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) });

function portIn(text: string): number | undefined {
  try {
    const read = v.safeParse(withPort, JSON.parse(text));
    return read.success ? read.output.port : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): JournalEntry | undefined {
  try {
    const read = v.safeParse(entry, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}
