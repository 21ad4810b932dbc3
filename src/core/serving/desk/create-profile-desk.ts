import type { ServerSpec } from "../../ports/runtime.ts";
import type { CommandLine, ProfileDetails } from "../../protocol/profiles.ts";
import { fault } from "../../util/faults.ts";
import { bytes } from "../../util/ids.ts";
import type { BenchmarkBook } from "../benchmark/benchmark-book.ts";
import { modelsRoot } from "../create-profile-book.ts";
import type { ServingDeps } from "../deps.ts";
import type { FlagCheck } from "../flags/check-flags.ts";
import { isYaml } from "../profile-file.ts";
import { PROFILE_ID } from "../yaml/deck-keys.ts";
import { createAsSaved } from "./as-saved.ts";
import { checkPatch } from "./check-patch.ts";
import { importLlamaSwap } from "./import-llama-swap.ts";
import type { ProfileDesk } from "./profile-desk.ts";
import { differencesOf, ownValues, patched } from "./profile-values.ts";
import { runningCommand } from "./router-command.ts";
import { createSpecOf } from "./spec-of.ts";
import { validateFiles } from "./validate-files.ts";
import { createWriter } from "./write-file.ts";
import { addToFile, cloneSection, patchFile } from "./write-profile.ts";

export interface ProfileDeskDeps extends ServingDeps {
  readonly flags: FlagCheck;
  readonly benchmarks: BenchmarkBook;
  /** The data folder. */
  readonly storage: string;
  /** Whether commands are for PowerShell. */
  readonly windows: boolean;
}

export function createProfileDesk(deps: ProfileDeskDeps): ProfileDesk {
  const { profiles, files, settings, flags, benchmarks } = deps;
  const ownFile = `${deps.storage}/modeldeck.yaml`;

  const specOf = createSpecOf(deps);
  const commandOf = (spec: ServerSpec): CommandLine => runningCommand(spec, `${deps.storage}/routers`, deps.windows);

  const show = async (id: string, signal: AbortSignal): Promise<ProfileDetails> => {
    const { profile, values } = await profiles.show(id, signal);
    const shown = { profile, values, unknownFlags: [] };
    try {
      const { spec, runtime, program } = await specOf(await profiles.find(profile.id, signal), undefined, {}, signal);
      const unknownFlags = await flags.check(spec.args, program, runtime, signal);
      const build = await runtime.build(program, signal);
      const benchmark = await benchmarks.last(profile.id, build);
      return { ...shown, command: commandOf(spec), unknownFlags, ...(benchmark && { benchmark }) };
    } catch {
      signal.throwIfAborted();
      // Its problems, or the state of the engine, say why there is none.
      const benchmark = await benchmarks.last(profile.id, undefined);
      return { ...shown, ...(benchmark && { benchmark }) };
    }
  };

  const asSaved = createAsSaved(deps);
  const write = createWriter(files);

  return {
    show,
    command: async (id, { runtime, overrides = {}, patch }, signal) => {
      const profile = patch ? await asSaved(id, patch, signal) : await profiles.find(id, signal);
      return commandOf((await specOf(profile, runtime, overrides, signal)).spec);
    },
    save: async (id, patch, signal) => {
      const { profile } = await profiles.show(id, signal);
      if (profile.source === "automatic")
        throw fault({ code: "readOnly", reason: `${profile.name} stands in no file: clone it into one of your own` });
      const checked = checkPatch(patch, "profiles.save");
      await write(profile.file, (content) => patchFile(content, profile.file, profile.id, checked));
      return show(profile.id, signal);
    },
    clone: async (id, as, patch, signal) => {
      if (!PROFILE_ID.test(as))
        throw fault({
          code: "badArguments",
          verb: "profiles.clone",
          path: "as",
          problem: "takes letters, digits, _ and -",
        });
      const { profile, values } = await profiles.show(id, signal);
      const { profiles: all } = await profiles.list(signal);
      if (all.some((one) => one.id === as || one.aliases.includes(as)))
        throw fault({ code: "exists", what: "profile", name: as });
      const checked = checkPatch(patch, "profiles.clone");
      const file = profile.source === "automatic" ? ownFile : profile.file;
      await write(file, (content) =>
        profile.source === "conf"
          ? patchFile(cloneSection(content, file, profile.id, as), file, as, checked)
          : addToFile(content, file, as, patched(ownValues(values, profile.id), checked)),
      );
      return show(as, signal);
    },
    diff: async (left, right, signal) => {
      const [one, other] = [await profiles.show(left, signal), await profiles.show(right, signal)];
      return { left: one.profile, right: other.profile, differences: differencesOf(one.values, other.values) };
    },
    validate: (draft, signal) =>
      validateFiles(draft, modelsRoot(settings()), { profiles, files, specOf, flags }, signal),
    importLlamaSwap: async (path, apply, signal) => {
      const text = await files.readText(path, bytes(2 ** 20));
      if (text === undefined) throw fault({ code: "fileUnreadable", path, reason: "it is not there" });
      const { profiles: all } = await profiles.list(signal);
      const target = settings().profiles.files.find(isYaml) ?? ownFile;
      const plan = importLlamaSwap(text, path, target, new Set(all.map((one) => one.id)), settings().serving.port);
      const fresh = plan.profiles.filter(({ isNew }) => isNew);
      if (!apply || fresh.length === 0) return plan;
      await write(target, (content) =>
        fresh.reduce((now, { id, values }) => addToFile(now, target, id, values), content),
      );
      await profiles.refresh(signal);
      return { ...plan, written: true };
    },
  };
}
