import { noteBackends, readBackends } from "./settings-backends.ts";
import { DEFAULT_ROLES, roleNames } from "./settings-roles.ts";
import { type StoreSettings, readStores } from "./settings-stores.ts";
import { type ScheduleWindow, SCHEDULE_WANTED, readSchedule } from "./settings-schedule.ts";
import {
  folderPairs,
  httpAddress,
  ipAddress,
  isAbsolute,
  isRecord,
  keepLimit,
  oneOf,
  texts,
} from "./settings-values.ts";
import { type Bytes, type Millis, bytes, seconds } from "./util/ids.ts";
import { plainPath } from "./util/plain-path.ts";

export const layouts = ["owner-repo", "hf-cache", "lm-studio", "comfyui", "flat"] as const;
export type Layout = (typeof layouts)[number];

export interface Location {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly layout: Layout;
}

/** The settings of contract.md, read once, with their defaults in place. */
export interface Settings extends StoreSettings {
  readonly locations: readonly Location[];
  readonly defaultLocation: string;
  /** Where a profile's MODEL is looked for; else the default location. */
  readonly weightsRoot: string | undefined;
  readonly downloads: {
    readonly parallel: number;
    readonly connectionsPerFile: number;
    /** Connections to one host, over all files. */
    readonly perHost: number;
    /** Bytes per second over everything; undefined: no limit. */
    readonly bandwidthLimit: number | undefined;
    /** When the queue works; none: always. */
    readonly schedule: readonly ScheduleWindow[];
    /** Direct addresses and redirects may lead to this machine and its networks. */
    readonly allowPrivateHosts: boolean;
    /** Kept free on every volume. */
    readonly reserve: Bytes;
  };
  readonly huggingface: { readonly endpoint: string };
  readonly civitai: {
    readonly endpoint: string;
    /** The highest rating of a picture that is shown or kept. */
    readonly rating: CivitaiRating;
  };
  readonly profiles: { readonly files: readonly string[] };
  readonly serving: {
    readonly engine: "auto" | "docker" | "process";
    readonly dockerHost: string | undefined;
    /** Where servers are published whose engine is another machine's; undefined: nowhere. */
    readonly remoteAddress: string | undefined;
    /** Folders here, and where the same files lie on that machine. */
    readonly remoteFolders: Readonly<Record<string, string>>;
    readonly port: number;
    readonly stopGrace: Millis;
    /** Since the last progress. */
    readonly healthTimeout: Millis;
    /** What a window starts when it is opened and nothing runs: `off`, `last`, or a profile. */
    readonly autostart: string;
  };
  readonly backends: Readonly<Record<string, { readonly image?: string; readonly binary?: string }>>;
  readonly gpu: { readonly enabled: boolean; readonly interval: Millis };
  readonly testingPatterns: readonly string[];
  /** What an entry may be for, in the order they are offered. */
  readonly roles: readonly string[];
  readonly history: { readonly keep: KeepLimit };
  readonly backups: { readonly keep: KeepLimit };
  /** Days after which what lies in the trash is deleted for good. */
  readonly trash: { readonly keep: number };
}

/** Civitai's own levels, mildest first. */
export const civitaiRatings = ["PG", "PG-13", "R", "X", "XXX"] as const;
export type CivitaiRating = (typeof civitaiRatings)[number];

/** What is over either goes, the oldest first. */
export interface KeepLimit {
  readonly count: number;
  readonly days: number;
}

/** What a setting holds that cannot be used, with what is done instead. */
export interface SettingProblem {
  readonly key: string;
  readonly problem: string;
}

/** One setting as it was read, in its own unit. */
export interface SettingReading {
  /** Without the prefix `modelDeck.`. */
  readonly key: string;
  readonly value: unknown;
  /** False where the default is in force. */
  readonly given: boolean;
}

/**
 * Keys without the prefix `modelDeck.`; absent, null and "" mean the default. A value of the wrong shape is a problem,
 * and the default stands in.
 * @param storage absolute: the data folder, under which models go where no location is set
 */
export function readSettings(
  values: Readonly<Record<string, unknown>>,
  storage: string,
): {
  readonly settings: Settings;
  readonly problems: readonly SettingProblem[];
  readonly readings: readonly SettingReading[];
} {
  const problems: SettingProblem[] = [];
  const readings: SettingReading[] = [];
  const note = <T>(key: string, value: T, isGiven: boolean): T => {
    // JSON has no undefined.
    readings.push({ key, value: value ?? null, given: isGiven });
    return value;
  };
  const given = (key: string): unknown => {
    const value = values[key];
    return value === null || value === "" ? undefined : value;
  };
  const read = <T>(key: string, fallback: T, accept: (value: unknown) => T | undefined, wanted: string): T => {
    const value = given(key);
    if (value === undefined) return note(key, fallback, false);
    const accepted = accept(value);
    if (accepted === undefined) problems.push({ key, problem: `takes ${wanted}` });
    return note(key, accepted ?? fallback, accepted !== undefined);
  };
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const whole = (low: number, high: number) => (value: unknown) =>
    typeof value === "number" && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
  const flag = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

  const locations = readLocations(given("locations"), storage, problems);
  const named = locations.map(({ name, path, layout }) => [name, { path, layout }]);
  const unusable = problems.length;
  note("locations", Object.fromEntries(named), Object.keys(given("locations") ?? {}).length > unusable);
  const first = locations[0]?.name ?? "main";
  const known = new Set(locations.map((location) => location.name));
  const settings: Settings = {
    locations,
    defaultLocation: read(
      "defaultLocation",
      first,
      (v) => (known.has(String(v)) ? String(v) : undefined),
      "a location's name",
    ),
    weightsRoot: read<string | undefined>("weightsRoot", undefined, text, "a folder"),
    downloads: {
      parallel: read("downloads.parallel", 3, whole(1, 32), "a whole number from 1 to 32"),
      connectionsPerFile: read("downloads.connectionsPerFile", 8, whole(1, 32), "a whole number from 1 to 32"),
      perHost: read("downloads.perHost", 16, whole(1, 64), "a whole number from 1 to 64"),
      bandwidthLimit: read<number | undefined>(
        "downloads.bandwidthLimit",
        undefined,
        whole(1, Number.MAX_SAFE_INTEGER),
        "a number of bytes per second",
      ),
      schedule: read("downloads.schedule", [], readSchedule, SCHEDULE_WANTED),
      allowPrivateHosts: read("downloads.allowPrivateHosts", false, flag, "true or false"),
      reserve: bytes(read("downloads.reserve", 512 * 2 ** 20, whole(0, Number.MAX_SAFE_INTEGER), "a number of bytes")),
    },
    huggingface: {
      endpoint: read("huggingface.endpoint", "https://huggingface.co", httpAddress, "an http(s) address").replace(
        /\/+$/,
        "",
      ),
    },
    civitai: {
      endpoint: read("civitai.endpoint", "https://civitai.com", httpAddress, "an http(s) address").replace(/\/+$/, ""),
      rating: read("civitai.rating", "PG", oneOf(...civitaiRatings), civitaiRatings.join(", ")),
    },
    ...readStores(read),
    profiles: { files: read("profiles.files", [], texts, "a list of files") },
    serving: {
      engine: read("serving.engine", "auto", oneOf("auto", "docker", "process"), "auto, docker or process"),
      dockerHost: read<string | undefined>("serving.dockerHost", undefined, text, "an address"),
      remoteAddress: read<string | undefined>("serving.remoteAddress", undefined, ipAddress, "an IP address"),
      remoteFolders: read("serving.remoteFolders", {}, folderPairs, "absolute folders here and there"),
      port: read("serving.port", 8080, whole(1, 65_535), "a port"),
      stopGrace: seconds(read("serving.stopGrace", 4, whole(0, 600), "a number of seconds")),
      healthTimeout: seconds(read("serving.healthTimeout", 300, whole(1, 86_400), "a number of seconds")),
      autostart: read("serving.autostart", "off", text, "off, last or the id of a profile"),
    },
    backends: readBackends(values),
    gpu: {
      enabled: read("gpu.enabled", true, flag, "true or false"),
      interval: seconds(read("gpu.interval", 2, whole(1, 3600), "a number of seconds")),
    },
    testingPatterns: read("testingPatterns", [], texts, "a list of patterns"),
    history: { keep: read("history.keep", { count: 1000, days: 365 }, keepLimit(1000, 365), KEEP_WANTED) },
    backups: { keep: read("backups.keep", { count: 30, days: 180 }, keepLimit(30, 180), KEEP_WANTED) },
    trash: { keep: read("trash.keep", 30, whole(1, 36_500), "a number of days") },
    roles: read("roles", DEFAULT_ROLES, roleNames, "a list of names, without blanks"),
  };
  noteBackends(settings.backends, given, note);
  return { settings, problems, readings: readings.toSorted((one, other) => (one.key < other.key ? -1 : 1)) };
}

const KEEP_WANTED = '{ "count": a whole number from 1, "days": a whole number from 1 }';

function readLocations(value: unknown, storage: string, problems: SettingProblem[]): readonly Location[] {
  const locations: Location[] = [];
  for (const [name, given] of Object.entries(isRecord(value) ? value : {})) {
    const path = isRecord(given) ? given["path"] : undefined;
    const layout = isRecord(given) ? layouts.find((known) => known === (given["layout"] ?? "owner-repo")) : undefined;
    if (typeof path === "string" && isAbsolute(path) && layout !== undefined)
      locations.push({ name, path: plainPath(path), layout });
    else
      problems.push({
        key: "locations",
        problem: `${name} takes { "path": an absolute folder, "layout": ${layouts.join(" | ")} }`,
      });
  }
  if (value !== undefined && !isRecord(value)) problems.push({ key: "locations", problem: "takes an object" });
  return locations.length > 0 ? locations : [{ name: "main", path: `${storage}/models`, layout: "owner-repo" }];
}
