import { isProjector } from "../fit/fit-of-entry.ts";
import { modelKey } from "../fit/model-key.ts";
import type { Clock } from "../ports/clock.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { Files } from "../ports/files.ts";
import type { ServerHttp } from "../ports/server-http.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { fault } from "../util/faults.ts";
import { millis, seconds } from "../util/ids.ts";
import { pathFor } from "./backend.ts";
import { type ServerFacts, TOOL_QUESTION, calledTool, fact, readFacts } from "./backends/llama-cpp-facts.ts";
import type { ServingController } from "./controller.ts";
import type { Loaded } from "./loaded.ts";
import { keepAnswers } from "./keep-answers.ts";
import { partNames } from "./model-files.ts";
import { fileName } from "./model-path.ts";
import type { ProfileBook } from "./profile-book.ts";

export interface Probe {
  /**
   * Asks the server that has the entry's model what it can do, a call of a tool among it, and keeps the answers.
   * @throws FaultError `notFound` for the entry, or `loaded` where no server has its model; `unhealthy` where it says nothing
   */
  probe(entry: string, signal: AbortSignal): Promise<readonly Characteristic[]>;
  /** Keeps what the server says by itself, for every entry of the file; cheap, for after each load. */
  learn(loaded: Pick<Loaded, "modelPath" | "url" | "model">, signal: AbortSignal): Promise<void>;
}

export interface ProbeDeps {
  readonly registry: Pick<Registry, "commit" | "query">;
  readonly files: Pick<Files, "stat">;
  readonly http: ServerHttp;
  readonly serving: Pick<ServingController, "status">;
  readonly profiles: Pick<ProfileBook, "find">;
  readonly digest: MakeDigest;
  readonly clock: Pick<Clock, "wall">;
}

const ANSWER = millis(2000);
/** A large model on a CPU reads the question alone for some seconds. */
const TOOL_ANSWER = seconds(60);

export function createProbe(deps: ProbeDeps): Probe {
  const { registry, http } = deps;
  const factsOf = async (
    { url, model }: Pick<Loaded, "url" | "model">,
    entry: string,
    signal: AbortSignal,
  ): Promise<ServerFacts | undefined> => {
    const files = await registry.query("SELECT path FROM files WHERE entry = ?", [entry]);
    const projector = files.some((row) => isProjector(text(row, "path") ?? ""));
    const props = await http.get(url + pathFor("/props", { router: model, profile: model }), ANSWER, signal);
    return readFacts(props, await http.get(`${url}/v1/models`, ANSWER, signal), projector);
  };
  return {
    probe: async (entry, signal) => {
      const [row] = await registry.query("SELECT path FROM entries WHERE name = ? ORDER BY layer DESC LIMIT 1", [
        entry,
      ]);
      if (!row) throw fault({ code: "notFound", what: "entry", name: entry });
      const path = text(row, "path");
      const server = path === undefined ? undefined : await serverOf(path, deps, signal);
      if (path === undefined || server === undefined) throw fault({ code: "notFound", what: "loaded", name: entry });
      const facts = await factsOf(server, entry, signal);
      if (!facts) throw fault({ code: "unhealthy", server: entry, waited: ANSWER, logTail: [] });
      const { url, model } = server;
      const question = { ...TOOL_QUESTION, ...(model !== undefined && { model }) };
      const asked = facts.mayCallTools
        ? calledTool(await http.post(`${url}/v1/chat/completions`, question, TOOL_ANSWER, signal))
        : undefined;
      const learned = asked === undefined ? facts.characteristics : withTools(facts.characteristics, asked);
      await keepAnswers(deps, entry, path, facts, learned);
      return learned;
    },
    learn: async ({ modelPath, ...server }, signal) => {
      const rows = await registry.query("SELECT DISTINCT name FROM entries WHERE path = ?", [modelPath]);
      for (const name of rows.flatMap((row) => text(row, "name") ?? [])) {
        const facts = await factsOf(server, name, signal);
        if (facts) await keepAnswers(deps, name, modelPath, facts, facts.characteristics);
      }
    },
  };
}

/** A call proves it; one model may not have wanted to where its template says it can. */
const withTools = (told: readonly Characteristic[], called: boolean): readonly Characteristic[] =>
  called
    ? [...told.filter(({ name }) => name !== "tools"), fact("tools", true, 1)]
    : told.map((one) => (one.name === "tools" ? fact("tools", one.value, 0.5) : one));

/** Address of a server that is ready and has that file. */
async function serverOf(
  path: string,
  { serving, profiles, registry, files }: ProbeDeps,
  signal: AbortSignal,
): Promise<Pick<Loaded, "url" | "model"> | undefined> {
  const wanted = await modelKey(path, registry, files);
  for (const { state, profile, url, router } of serving.status().servers) {
    if (state !== "ready" || profile === undefined || url === undefined) continue;
    // A profile may have gone since its server was started.
    const modelPath = await profiles.find(profile, signal).then(
      (found) => firstPart(found.modelPath),
      () => undefined,
    );
    signal.throwIfAborted();
    if (modelPath === undefined) continue;
    const server = { url, model: router === undefined ? undefined : profile };
    if (modelPath === firstPart(path)) return server;
    if (wanted !== undefined && wanted === (await modelKey(modelPath, registry, files))) return server;
  }
  return undefined;
}

const firstPart = (path: string): string => {
  const [name = ""] = partNames(fileName(path));
  return path.slice(0, path.length - fileName(path).length) + name;
};
