import type { RoomyContexts } from "../fit/roomy-contexts.ts";
import type { Files } from "../ports/files.ts";
import type { Profile, ProfileList } from "../protocol/profiles.ts";
import type { Registry } from "../registry/registry.ts";
import type { Settings } from "../settings.ts";
import { createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import { nearNames } from "../util/near-names.ts";
import { automaticProfiles } from "./automatic-profiles.ts";
import type { Environment } from "./compose/beside.ts";
import { createServable } from "./servable.ts";
import { partNames } from "./model-files.ts";
import { fileName, isAbsolutePath } from "./model-path.ts";
import type { ProfileBook } from "./profile-book.ts";
import { bookProblems } from "./book-problems.ts";
import { type ProfileFile, readProfileFile } from "./profile-file.ts";
import type { ReadProfile } from "./settle-profile.ts";

export interface ProfileBookDeps {
  readonly files: Files;
  /** As they are at the moment of the call. */
  readonly settings: () => Settings;
  /** The data folder, whose `modeldeck.yaml` is read where there is one. */
  readonly storage?: string | undefined;
  /** Whose entries get a profile each; none where it is left out. */
  readonly registry?: Pick<Registry, "query" | "onChange" | "onPresence"> | undefined;
  /** How much context each of those has room for; what it was trained for where it is left out. */
  readonly contexts?: RoomyContexts | undefined;
  /** What a compose file's service may hand on from outside; nothing where it is left out. */
  readonly environment?: Environment | undefined;
}

export function createProfileBook({
  files,
  settings,
  storage,
  registry,
  contexts = async () => new Map(),
  environment = {},
}: ProfileBookDeps): ProfileBook {
  const changed = createEmitter<void>();
  const known = new Map<string, ProfileFile>();
  const servable = registry && createServable(registry, files, contexts, () => changed.fire());
  let automatic: readonly ReadProfile[] = [];
  let reading: Promise<void> = Promise.resolve();

  const readAll = async (): Promise<void> => {
    const now = settings();
    const own = storage === undefined ? undefined : `${storage}/modeldeck.yaml`;
    const paths = [...new Set(now.profiles.files.filter(isAbsolutePath))];
    if (own !== undefined && !paths.includes(own) && (known.has(own) || (await files.stat(own)))) paths.push(own);
    const root = modelsRoot(now);
    let news = false;
    for (const path of known.keys()) if (!paths.includes(path)) news = known.delete(path);
    for (const path of paths) {
      const before = known.get(path);
      const after = await readProfileFile(path, root, before, files, environment);
      if (after === before) continue;
      // No setting names it, so that it may go as it came.
      if (path === own && !(await files.stat(path))) {
        news = known.delete(path) || news;
        continue;
      }
      known.set(path, after);
      // A file that is still missing has nothing new to say.
      news ||=
        JSON.stringify([after.profiles, after.problems]) !== JSON.stringify([before?.profiles, before?.problems]);
    }
    if (servable) {
      const { entries, roomy } = await servable.entries();
      automatic = automaticProfiles(entries, roomy, takenBy(known.values()));
    }
    if (news) changed.fire();
  };
  /** One after the other, so that none overwrites what a later one has read. */
  const refresh = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    reading = reading.then(readAll, readAll);
    await reading;
    signal.throwIfAborted();
  };

  /** In the order of the files, then the automatic ones; of an id that stands in two, the first. */
  const inForce = (): ReadonlyMap<string, ReadProfile> => {
    const all = new Map<string, ReadProfile>();
    for (const profile of [...known.values()].flatMap(({ profiles }) => profiles))
      if (!all.has(profile.shown.id)) all.set(profile.shown.id, profile);
    for (const profile of automatic) all.set(profile.shown.id, profile);
    return all;
  };
  /** By id, else by alias. @throws FaultError `notFound` */
  const lookUp = (id: string): ReadProfile => {
    const profiles = inForce();
    const found =
      profiles.get(id) ??
      [...known.values()].flatMap(({ written }) => written).find(({ shown }) => shown.id === id) ??
      [...profiles.values()].find(({ shown }) => shown.aliases.includes(id));
    if (found) return found;
    const names = [...profiles.values()].flatMap(({ shown }) => [shown.id, ...shown.aliases]);
    throw fault({ code: "notFound", what: "profile", name: id, near: nearNames(id, names) });
  };

  return {
    list: async (signal) => {
      await refresh(signal);
      const profiles = await Promise.all([...inForce().values()].map((profile) => withModelProblem(profile, files)));
      return { profiles, problems: bookProblems(settings(), known), files: [...known.keys()] } satisfies ProfileList;
    },
    find: async (id, signal) => {
      await refresh(signal);
      const found = lookUp(id);
      if (found.server && inForce().get(found.shown.id) === found) return found.server;
      const first = found.shown.problems.find(({ severity }) => severity === "error");
      throw fault({
        code: "configInvalid",
        path: found.shown.file,
        line: first?.line ?? found.shown.line,
        problem: first?.problem ?? `The file holds errors, so [${id}] is not in force yet`,
      });
    },
    show: async (id, signal) => {
      await refresh(signal);
      const found = lookUp(id);
      return { profile: await withModelProblem(found, files), values: found.values };
    },
    refresh,
    onChange: changed.event,
  };
}

/** Where a profile's MODEL is looked for. */
export const modelsRoot = (settings: Settings): string =>
  settings.weightsRoot ??
  settings.locations.find(({ name }) => name === settings.defaultLocation)?.path ??
  settings.locations[0]?.path ??
  "/";

function takenBy(files: Iterable<ProfileFile>) {
  const profiles = [...files].flatMap(({ profiles }) => profiles);
  const paths = profiles.flatMap(({ server }) => {
    if (!server || server.id.startsWith("bench-")) return [];
    const name = fileName(server.modelPath);
    // Of a split model, whichever part is named.
    return [server.modelPath.slice(0, server.modelPath.length - name.length) + (partNames(name)[0] ?? name)];
  });
  return { paths: new Set(paths), ids: new Set(profiles.map(({ shown }) => shown.id)) };
}

async function withModelProblem({ shown, server, values }: ReadProfile, files: Files): Promise<Profile> {
  // An automatic one is there because its file is.
  if (!server || shown.source === "automatic") return shown;
  const there = await files.stat(server.modelPath).catch(() => undefined);
  if (there?.kind === "file") return shown;
  const problem = there ? `${server.modelPath} is no file` : `${server.modelPath} is not there`;
  const named = values.find(({ key }) => key === "model")?.origin;
  const line = named?.kind === "file" && named.file === shown.file ? named.line : shown.line;
  return { ...shown, problems: [...shown.problems, { line, problem, severity: "warning" }] };
}
