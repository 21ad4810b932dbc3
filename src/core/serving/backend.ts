import type { ServerAnswer } from "../ports/server-http.ts";
import type { RuntimeKind, ServerExit, ServerSpec } from "../ports/runtime.ts";
import type { SwitchNotice } from "../present/switch-words.ts";
import type { Difference, ReadBack } from "../protocol/serving.ts";
import type { Fault } from "../util/faults.ts";
import type { SwitchOverrides } from "./controller.ts";
import type { ModelFiles } from "./model-files.ts";
import type { ServerProfile } from "./profile.ts";

/** What Model Deck knows of one kind of server. Pure: asking and starting is done by others. */
export interface ServerBackend {
  readonly name: string;
  /** Flags whose value is a file the server reads. */
  readonly fileFlags: ReadonlySet<string>;
  spec(launch: Launch, kind: RuntimeKind): { readonly spec: ServerSpec; readonly notices: readonly SwitchNotice[] };
  readonly healthPath: string;
  isHealthy(answer: ServerAnswer): boolean;
  readonly readBackPath: string;
  /** undefined where the answer tells nothing. */
  readBack(answer: ServerAnswer): ReadBack | undefined;
  /** What its log tells beside it. @param lines of its load */
  readLoad(lines: readonly string[]): Pick<ReadBack, "offloaded">;
  differences(asked: Asked, got: ReadBack): readonly Difference[];
  /** Where it tells what it is doing. */
  readonly activityPath: string;
  /** undefined where the answer tells nothing. */
  readActivity(answer: ServerAnswer): Activity | undefined;
  /** Whether a line of its log tells what the load takes. */
  tellsOfLoad(line: string): boolean;
  /** Why it ended. @param log of this start, oldest first. @param loading it was not ready yet */
  explainExit(exit: ServerExit, log: readonly string[], asked: Asked, loading?: boolean): Fault;
}

/** Two that are equal have no request between them. */
export interface Activity {
  readonly busy: boolean;
  readonly mark: string;
}

/** Everything a spec is made of. */
export interface Launch {
  readonly profile: ServerProfile;
  readonly overrides: SwitchOverrides;
  readonly model: ModelFiles;
  readonly image: string;
  readonly binary: string;
  readonly port: number;
  readonly generation: number;
  /** Other profiles of its router; those alone that could be served. */
  readonly mates?: readonly Mate[] | undefined;
}

/** A profile of the same router. */
export interface Mate {
  readonly profile: ServerProfile;
  readonly model: ModelFiles;
}

/** What a server was started for, as kept in its labels: all that a later start of the program knows of it. */
export interface Asked {
  readonly profile: string;
  /** The profile's NAME. */
  readonly title: string;
  readonly group: string;
  readonly backend: string;
  /** Of the model, as the server was told it. */
  readonly modelPath: string;
  readonly modelBytes: number;
  /** Tokens for one request; undefined where the server decides. */
  readonly context: number | undefined;
  /** Milliseconds without a request after which it is unloaded. */
  readonly ttl?: number | undefined;
  /** In place of the back end's own. */
  readonly healthPath?: string | undefined;
  /** The router it is a model of; what that calls it is the profile's id. */
  readonly router?: string | undefined;
  /** Program and arguments, to see whether a profile would be started the same again. */
  readonly command: string;
}

export const askedLabels = (asked: Asked, generation: number): Readonly<Record<string, string>> => ({
  profile: asked.profile,
  title: asked.title,
  group: asked.group,
  backend: asked.backend,
  model: asked.modelPath,
  bytes: String(asked.modelBytes),
  ...(asked.context === undefined ? {} : { context: String(asked.context) }),
  ...(asked.ttl === undefined ? {} : { ttl: String(asked.ttl) }),
  ...(asked.healthPath === undefined ? {} : { health: asked.healthPath }),
  ...(asked.router === undefined ? {} : { router: asked.router }),
  command: asked.command,
  generation: String(generation),
});

export const askedOf = (labels: Readonly<Record<string, string>>): Asked => ({
  profile: labels["profile"] ?? "",
  title: labels["title"] ?? labels["profile"] ?? "",
  group: labels["group"] ?? "default",
  backend: labels["backend"] ?? "llama.cpp",
  modelPath: labels["model"] ?? "",
  modelBytes: Number(labels["bytes"] ?? 0),
  context: labels["context"] === undefined ? undefined : Number(labels["context"]),
  ...(labels["ttl"] === undefined ? {} : { ttl: Number(labels["ttl"]) }),
  ...(labels["health"] === undefined ? {} : { healthPath: labels["health"] }),
  ...(labels["router"] === undefined ? {} : { router: labels["router"] }),
  command: labels["command"] ?? "",
});

/** A question about its model: a router has to be told which one is meant, and is to load none for it. */
export const pathFor = (
  path: string,
  { router, profile }: { readonly router?: string | undefined; readonly profile?: string | undefined },
): string =>
  router === undefined || profile === undefined ? path : `${path}?model=${encodeURIComponent(profile)}&autoload=false`;

/** Of a router that has a model nobody here gave it: one that a person loaded by its own page. */
export const BY_HAND = "byHand";
export const isLoadedByHand = (labels: Readonly<Record<string, string>>): boolean => labels[BY_HAND] !== undefined;
