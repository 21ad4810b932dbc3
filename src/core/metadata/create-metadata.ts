import { t } from "@vscode/l10n";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { toTrouble } from "../present/trouble.ts";
import type { MetadataFound } from "../protocol/metadata.ts";
import type { Registry } from "../registry/registry.ts";
import type { TaskSource } from "../tasks/board.ts";
import { createEmitter } from "../util/events.ts";
import { type JobStep, createJobs } from "./jobs.ts";
import type { Civitai } from "../sources/civitai/civitai.ts";
import type { HubCards } from "../sources/huggingface-card.ts";
import { findCard } from "./find-card.ts";
import { fetchOne } from "./fetch-one.ts";
import type { PictureKeeping } from "./keep-picture.ts";
import { identify } from "./identify.ts";
import { lackingDigests } from "./lacking-digests.ts";
import type { Metadata } from "./metadata.ts";
import { removeFetched } from "./remove-fetched.ts";
import { setPreview } from "./set-preview.ts";
import { type Digests, readTarget } from "./targets.ts";

export interface MetadataParts extends PictureKeeping {
  readonly registry: Pick<Registry, "query" | "commit">;
  readonly clock: Pick<Clock, "wall">;
  readonly random: Pick<Random, "id">;
  readonly civitai: Civitai;
  readonly cards: HubCards;
  /** The highest rating a picture may have, in Civitai's bits; 0: no pictures. 1, for everyone, unless told. */
  readonly rating?: number;
  /** Reads files whole; one that cannot be read, or changes meanwhile, is absent. */
  readonly computeDigests: (paths: readonly string[], signal: AbortSignal) => Promise<Digests>;
}

/** Metadata with the tasks it runs in. Closing ends the pictures' thread too. */
export interface MetadataRoom {
  readonly metadata: Metadata;
  readonly tasks: TaskSource;
  close(): Promise<void>;
}

export function createMetadata(parts: MetadataParts): MetadataRoom {
  const { registry } = parts;
  const jobs = createJobs("metadata", parts.clock, parts.random);
  const changed = createEmitter<void>();
  jobs.onChange(() => changed.fire());

  /** One entry after the other; what fails is told of that one. */
  async function each(
    names: readonly string[],
    step: JobStep,
    deed: (name: string) => Promise<MetadataFound>,
  ): Promise<readonly MetadataFound[]> {
    const found: MetadataFound[] = [];
    for (const [index, name] of names.entries()) {
      await step.reached(index);
      if (step.signal.aborted) found.push(notReached(name));
      else found.push(await deed(name).catch((error: unknown) => failed(name, error, step.signal)));
    }
    await step.reached(names.length);
    return found;
  }

  async function inTask(
    title: string,
    given: readonly string[],
    deed: (names: readonly string[], step: JobStep) => Promise<readonly MetadataFound[]>,
    signal: AbortSignal,
  ): Promise<readonly MetadataFound[]> {
    const names = [...new Set(given)];
    // A name that no one has is said now, not in a task.
    for (const name of names) await readTarget(registry, name);
    return jobs.run({ title, total: names.length, work: (step) => deed(names, step) }, signal);
  }

  const metadata: Metadata = {
    fetch: (given, signal) => {
      const title =
        given.length === 1
          ? t("Fetch metadata of {0}", given[0] ?? "")
          : t("Fetch metadata of {0} models", given.length);
      const deed = async (names: readonly string[], step: JobStep): Promise<readonly MetadataFound[]> => {
        const computed = await parts.computeDigests(await lackingDigests(registry, names), step.signal);
        const identified = await identify(parts, names, computed, step.signal);
        return each(names, step, (name) => fetchOne(parts, name, identified, step.signal));
      };
      return inTask(title, given, deed, signal);
    },
    remove: (given, signal) =>
      inTask(
        given.length === 1
          ? t("Remove metadata of {0}", given[0] ?? "")
          : t("Remove metadata of {0} models", given.length),
        given,
        (names, step) => each(names, step, (name) => removeFetched(parts, name)),
        signal,
      ),
    setPreview: (name, picture, signal) => setPreview(parts, name, picture, signal),
    card: async (name, signal) => findCard(parts.cards, parts.files, await readTarget(registry, name), signal),
    onChange: changed.event,
  };
  return {
    metadata,
    tasks: jobs,
    close: async () => {
      await jobs.close();
      changed.dispose();
      await parts.pictures.close();
    },
  };
}

const nothing = { fields: [], written: [] };

function notReached(name: string): MetadataFound {
  return {
    entry: name,
    ...nothing,
    reason: { code: "cancelled", message: t("It was cancelled before this one was reached."), facts: {} },
  };
}

const failed = (name: string, error: unknown, signal: AbortSignal): MetadataFound =>
  signal.aborted ? notReached(name) : { entry: name, ...nothing, reason: toTrouble(error) };
