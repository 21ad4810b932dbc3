import type { Files } from "../ports/files.ts";
import type { Profile, ProfileList, ProfileProblem } from "../protocol/serving.ts";
import type { Settings } from "../settings.ts";
import { createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import { isAbsolutePath } from "./model-path.ts";
import { nearNames } from "../util/near-names.ts";
import type { ProfileBook } from "./profile-book.ts";
import { type ProfileFile, readProfileFile } from "./profile-file.ts";
import type { ReadProfile } from "./read-profile.ts";

/** @param settings as they are at the moment of the call */
export function createProfileBook({
  files,
  settings,
}: {
  readonly files: Files;
  readonly settings: () => Settings;
}): ProfileBook {
  const changed = createEmitter<void>();
  const known = new Map<string, ProfileFile>();
  let reading: Promise<void> = Promise.resolve();

  const readAll = async (): Promise<void> => {
    const now = settings();
    const paths = [...new Set(now.profiles.files.filter(isAbsolutePath))];
    const root = modelsRoot(now);
    let news = false;
    for (const path of known.keys()) if (!paths.includes(path)) news = known.delete(path);
    for (const path of paths) {
      const before = known.get(path);
      const after = await readProfileFile(path, root, before, files);
      if (after === before) continue;
      known.set(path, after);
      // A file that is still missing has nothing new to say.
      news ||=
        JSON.stringify([after.profiles, after.problems]) !== JSON.stringify([before?.profiles, before?.problems]);
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

  /** In the order of the files; of an id that stands in two, the first. */
  const inForce = (): ReadonlyMap<string, ReadProfile> => {
    const all = new Map<string, ReadProfile>();
    for (const { profiles } of known.values())
      for (const profile of profiles) if (!all.has(profile.shown.id)) all.set(profile.shown.id, profile);
    return all;
  };

  return {
    list: async (signal) => {
      await refresh(signal);
      const profiles = await Promise.all([...inForce().values()].map((profile) => withModelProblem(profile, files)));
      const relative = settings().profiles.files.filter((path) => !isAbsolutePath(path));
      return {
        profiles,
        problems: [
          ...relative.map((file) => ({
            file,
            line: 1,
            problem: "The path is not absolute",
            severity: "error" as const,
          })),
          ...[...known].flatMap(([file, { problems }]) => problems.map((problem) => ({ ...problem, file }))),
          ...standTwice(known),
        ],
        files: [...known.keys()],
      } satisfies ProfileList;
    },
    find: async (id, signal) => {
      await refresh(signal);
      const profiles = inForce();
      const found = profiles.get(id);
      if (found?.server) return found.server;
      const broken =
        found ?? [...known.values()].flatMap(({ written }) => written).find(({ shown }) => shown.id === id);
      if (!broken) throw fault({ code: "notFound", what: "profile", name: id, near: nearNames(id, profiles.keys()) });
      const first = broken.shown.problems.find(({ severity }) => severity === "error");
      throw fault({
        code: "configInvalid",
        path: broken.shown.file,
        line: first?.line ?? broken.shown.line,
        problem: first?.problem ?? `The file holds errors, so [${id}] is not in force yet`,
      });
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

async function withModelProblem({ shown, server }: ReadProfile, files: Files): Promise<Profile> {
  if (!server) return shown;
  const there = await files.stat(server.modelPath).catch(() => undefined);
  if (there?.kind === "file") return shown;
  const problem = there ? `${server.modelPath} is no file` : `${server.modelPath} is not there`;
  return { ...shown, problems: [...shown.problems, { line: shown.line, problem, severity: "warning" }] };
}

function standTwice(known: ReadonlyMap<string, ProfileFile>): readonly (ProfileProblem & { readonly file: string })[] {
  const first = new Map<string, Profile>();
  const problems: (ProfileProblem & { readonly file: string })[] = [];
  for (const { profiles } of known.values())
    for (const { shown } of profiles) {
      const earlier = first.get(shown.id);
      if (!earlier) first.set(shown.id, shown);
      else if (earlier.file !== shown.file)
        problems.push({
          file: shown.file,
          line: shown.line,
          problem: `[${shown.id}] stands in ${earlier.file} already, which is used`,
          severity: "warning",
        });
    }
  return problems;
}
