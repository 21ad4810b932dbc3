import { config as speak } from "@vscode/l10n";
import path from "node:path";
import { createDockerRuntime } from "./adapters/docker-runtime.ts";
import { nodeClock } from "./adapters/node-clock.ts";
import { nodeDigest } from "./adapters/node-digest.ts";
import { nodeFiles } from "./adapters/node-files.ts";
import { nodeRandom } from "./adapters/node-random.ts";
import { nvidiaSmi } from "./adapters/nvidia-smi.ts";
import { claimOwnership } from "./adapters/owner-claim.ts";
import { createPartialFiles } from "./adapters/partial-files.ts";
import { createProcessRuntime } from "./adapters/process-runtime.ts";
import { secretsInMemory } from "./adapters/secrets-in-memory.ts";
import { nodeServerHttp } from "./adapters/server-http.ts";
import { openDatabase } from "./adapters/sqljs-database.ts";
import { createWorkerTransfers } from "./adapters/worker-transfers.ts";
import type { Deck } from "./core.ts";
import { createCore } from "./create-core.ts";
import { localDeck } from "./local-deck.ts";
import type { Log } from "./ports/log.ts";
import type { Secrets } from "./ports/secrets.ts";
import { faultWords } from "./present/fault-words.ts";
import { startNotices } from "./present/notices.ts";
import { keyColumns, migrations } from "./registry/schema.ts";
import { readSettings } from "./settings.ts";
import { createLazyClient } from "./sources/lazy-client.ts";
import { isFault } from "./util/faults.ts";
import { type Redactor, createRedactor } from "./util/redact.ts";
import { type LogSink, redactedLog } from "./util/redacted-log.ts";

export interface DeckOptions {
  /** Absolute: the data folder, made where it is absent. */
  readonly storage: string;
  /** Keys of contract.md's settings without the prefix `modelDeck.`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Kept in memory where none is given. */
  readonly secrets?: Secrets;
  /** Told every line, redacted; silent where none is given. */
  readonly log?: LogSink | Log;
  /** Words of another language: English → its own. */
  readonly words?: Readonly<Record<string, string>>;
  /** Of the extension, told to other processes. */
  readonly version?: string;
}

/**
 * The deck with the real world under it, owned by this process until it is closed.
 * Rejects with `locked` while another process owns the folder, `versionSkew` where a later release wrote it, and disk
 * faults; nothing is held then.
 */
export async function openDeck(options: DeckOptions): Promise<Deck> {
  if (options.words) speak({ contents: { ...options.words } });
  try {
    return await open(options);
  } catch (error) {
    if (isFault(error)) error.message = faultWords(error.fault).message;
    throw error;
  }
}

async function open({ storage: given, settings: values = {}, version = "", ...options }: DeckOptions): Promise<Deck> {
  const storage = path.resolve(given);
  const redact = createRedactor();
  const log = redactedLog(sinkOf(options.log), redact);
  const secrets = watchedSecrets(options.secrets ?? secretsInMemory(), redact);
  const { settings, problems } = readSettings(values, storage);
  const { endpoint } = settings.huggingface;

  const owner = await claimOwnership({ folder: storage, version });
  const undo: (() => Promise<void>)[] = [() => owner.release()];
  try {
    const { generation } = owner;
    const database = await openDatabase({ folder: storage, generation, migrations, keyColumns, log });
    undo.push(() => database.close());
    const transfers = createWorkerTransfers();
    undo.push(() => transfers.close());
    const hubClient = createLazyClient(async () => {
      const { createHuggingFaceClient } = await import("./adapters/huggingface-client.ts");
      return createHuggingFaceClient({ endpoint, token: () => secrets.get("huggingface") });
    });
    const core = await createCore(
      {
        clock: nodeClock,
        random: nodeRandom,
        files: nodeFiles,
        digest: nodeDigest,
        partials: createPartialFiles(),
        log,
        redact,
        secrets,
        database,
        transfers,
        hubClient,
        serverHttp: nodeServerHttp,
        containers: createDockerRuntime({ storage, dockerHost: () => settings.serving.dockerHost }),
        processes: createProcessRuntime({ storage }),
        gpu: nvidiaSmi(),
      },
      settings,
    );
    log.info(`The registry of ${storage} is open, generation ${generation}.`);
    return localDeck(core, startNotices(database.opened, problems), () => endAll(undo));
  } catch (error) {
    // What failed first is what is told.
    await endAll(undo).catch(() => undefined);
    throw error;
  }
}

/** In reverse order, each whatever became of the others; throws what was thrown first. */
async function endAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends.toReversed()) await end().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/** Every secret that is read or set is known to the redactor before anyone can tell it. */
function watchedSecrets(secrets: Secrets, redact: Redactor): Secrets {
  return {
    get: async (name) => {
      const secret = await secrets.get(name);
      if (secret !== undefined) redact.learn(secret);
      return secret;
    },
    set: async (name, value) => {
      redact.learn(value);
      await secrets.set(name, value);
    },
    delete: (name) => secrets.delete(name),
  };
}

function sinkOf(log: DeckOptions["log"]): LogSink {
  if (log === undefined) return () => undefined;
  return typeof log === "function" ? log : (level, line) => log[level](line);
}
