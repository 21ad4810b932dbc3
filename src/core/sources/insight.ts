import type { FitReader } from "../fit/fit-of-entry.ts";
import { type FileHead, type Identified, type ModelText, modelTexts } from "../identify/head.ts";
import { identifyModel } from "../identify/identify-model.ts";
import { readHead } from "../identify/read-head.ts";
import { readSlowly } from "../identify/reader.ts";
import { readFileName } from "../identify/file-name.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { RemoteFile, RemoteFiles } from "../ports/remote-files.ts";
import type { HubAnalysis, HubChoice, HubFile } from "../protocol/hub.ts";
import { reasonOf } from "../util/faults.ts";
import { seconds } from "../util/ids.ts";
import type { Hub } from "./hub.ts";

export interface InsightDeps {
  readonly hub: Hub;
  readonly remote: RemoteFiles;
  readonly fit: Pick<FitReader, "fitOfShape">;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Pick<Log, "info">;
}

/** What a header tells before its vocabulary lies well within it. */
const HEAD_BUDGET = 1024 * 1024;
const LARGEST_TEXT = 1024 * 1024;
/** A person waits for the choices; what is not there by then is left out. */
const PATIENCE = seconds(6);
/** Commits that are remembered: choosing asks again for what was just looked at. */
const REMEMBERED = 20;

/**
 * An analysis with what the files themselves say, read by ranges, and whether each choice would fit. The choices are the
 * same without it: what cannot be looked into only leaves less told.
 */
export function withInsight({ hub, remote, fit, clock, log }: InsightDeps): Hub {
  const known = new Map<string, Identified>();
  const identify = async (analysis: HubAnalysis, signal: AbortSignal): Promise<Identified | undefined> => {
    const key = `${analysis.repository}@${analysis.commit}`;
    const remembered = known.get(key);
    if (remembered) return remembered;
    const found = await withPatience(clock, (patient) => look(remote, analysis, patient), signal).catch((error) => {
      signal.throwIfAborted();
      log.info(`The headers of ${analysis.repository} were not read: ${reasonOf(error)}.`);
      return undefined;
    });
    if (found === undefined) return undefined;
    known.set(key, found);
    for (const oldest of known.keys()) if (known.size > REMEMBERED) known.delete(oldest);
    return found;
  };
  return {
    search: (query, signal) => hub.search(query, signal),
    analyze: async (model, revision, signal) => {
      const analysis = await hub.analyze(model, revision, signal);
      const found = await identify(analysis, signal);
      const shape = found?.shape && { ...found.shape };
      // The tensors that were counted are those of one choice; of the others the size is known.
      delete shape?.weights;
      const choices = await Promise.all(
        analysis.choices.map(async (choice): Promise<HubChoice> => {
          const companions = bytesOf(analysis, choice, "projector");
          const weights = bytesOf(analysis, choice, "weights");
          const fits = await fit.fitOfShape(shape, { companions }, weights, signal).catch(() => []);
          return fits.length > 0 ? { ...choice, fit: fits } : choice;
        }),
      );
      return { ...analysis, choices, characteristics: found?.characteristics ?? analysis.characteristics };
    },
  };
}

async function look(remote: RemoteFiles, analysis: HubAnalysis, signal: AbortSignal): Promise<Identified | undefined> {
  const choice = analysis.choices[0];
  const weights = choice && filesOf(analysis, choice, "weights");
  const [first] = weights ?? [];
  if (choice === undefined || weights === undefined || first === undefined) return undefined;
  const { repository, commit } = analysis;
  // Of the others no range is asked: their hosts count each as a download.
  if (analysis.provider !== "huggingface") return undefined;
  const remoteOf = ({ path, sizeBytes }: HubFile): RemoteFile => ({ repository, commit, path, sizeBytes });
  const head = (file: HubFile | undefined): Promise<FileHead | undefined> =>
    file === undefined
      ? Promise.resolve(undefined)
      : readSlowly(
          readHead(file.sizeBytes, file.path, { budget: HEAD_BUDGET }),
          ({ offset, length }, wanted) => remote.range(remoteOf(file), offset, length, wanted),
          signal,
        );
  const texts = modelTexts.flatMap((name) => {
    const file = analysis.files.find((one) => one.path === name && one.sizeBytes <= LARGEST_TEXT);
    return file ? [{ name, file }] : [];
  });
  const [own, projector, ...read] = await Promise.all([
    head(first),
    head(filesOf(analysis, choice, "projector")[0]),
    ...texts.map(async ({ name, file }): Promise<readonly [ModelText, string]> => {
      const bytes = await remote.range(remoteOf(file), 0, file.sizeBytes, signal);
      return [name, new TextDecoder().decode(bytes)];
    }),
  ]);
  return identifyModel({
    path: `${repository}/${first.path}`,
    heads: own ? [own] : [],
    ...(projector && { projector }),
    texts: Object.fromEntries(read),
    beside: analysis.files.map(({ path }) => path),
    sizeBytes: weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    hub: analysis.characteristics,
  });
}

const filesOf = ({ files }: HubAnalysis, choice: HubChoice, role: "weights" | "projector"): readonly HubFile[] =>
  choice.files.flatMap((path) => {
    const file = files.find((one) => one.path === path);
    return file && readFileName(path).role === role ? [file] : [];
  });

const bytesOf = (analysis: HubAnalysis, choice: HubChoice, role: "weights" | "projector"): number =>
  filesOf(analysis, choice, role).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Given up after a while as if it was cancelled. */
async function withPatience<T>(
  clock: Pick<Clock, "sleep">,
  run: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const given = new AbortController();
  const stop = new AbortController();
  const timer = clock.sleep(PATIENCE, stop.signal).then(
    () => given.abort(new Error("it takes too long")),
    () => undefined,
  );
  try {
    return await run(AbortSignal.any([signal, given.signal]));
  } finally {
    stop.abort();
    await timer;
  }
}
