import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { openDeckInThread } from "../../src/core/adapters/deck-thread.ts";
import type { Deck } from "../../src/core/core.ts";
import type { Applied, Plan } from "../../src/core/protocol/maintenance.ts";
import { plantModels } from "./apply-data.ts";
import { type Held, held } from "./loop-watch.ts";

const MODELS = Number(process.env["BENCH_MODELS"] ?? 5000);
const GONE_EVERY = 10;
/** Milliseconds between two small questions to the deck. */
const ASKED_EVERY = 20;

/**
 * A first scan of 5,000 models planned, applied, taken back and done again; then what the doctor finds and mends: how
 * long it takes, what the host's loop and memory notice of it, and how long a small question to the deck waits meanwhile.
 * `BENCH_MODELS` has another number of them.
 */
export async function apply(): Promise<void> {
  const parent = path.join(import.meta.dirname, "../../out/bench");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, "apply-"));
  const library = path.join(folder, "library");
  const planted = plantModels(library, MODELS);
  const deck = await openDeckInThread({
    storage: path.join(folder, "data"),
    settings: { locations: { main: { path: library } } },
  });
  const plan = (operation: string, options: unknown) => async (): Promise<Plan> =>
    (await deck.run("maintenance.plan", { operation, options })) as Plan;
  const apply =
    ({ planId }: Plan) =>
    async (): Promise<Applied> =>
      (await deck.run("maintenance.apply", { planId, confirm: true })) as Applied;
  const back =
    (verb: string, { historyId }: Applied) =>
    async (): Promise<Plan> =>
      (await deck.run(verb, { id: historyId, dryRun: true })) as Plan;
  const told = <T>(what: string, deed: () => Promise<T>): Promise<T> => toldOf(deck, what, deed);
  try {
    console.log(`${MODELS} models: what it takes, and what the host's loop notices`);
    const scan = await told("first scan, plan", plan("scan", {}));
    console.log(`    ${scan.totals.steps} rows of ${scan.totals.added} entries`);
    const applied = await told("first scan, apply", apply(scan));
    const undo = await told("its undo, plan", back("history.undo", applied));
    await told("its undo, apply", apply(undo));
    const redo = await told("its redo, plan", back("history.redo", applied));
    await told("its redo, apply", apply(redo));
    await told("history", () => deck.run("history.list", {}));
    await told("scan again, plan", plan("scan", {}));
    await told("normalize, plan", plan("normalize", {}));
    for (const file of planted.filter((_, index) => index % GONE_EVERY === 0)) await rm(file);
    await told("doctor, plan", plan("doctor", {}));
    const mend = await told("doctor that mends, plan", plan("doctor", { mend: ["missing", "twin", "moved"] }));
    await told("doctor that mends, apply", apply(mend));
  } finally {
    await deck.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function toldOf<T>(deck: Deck, what: string, deed: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const asking = askMeanwhile(deck, done.signal);
  const one = await held(deed);
  done.abort();
  console.log(line(what, one, await asking));
  return one.answer;
}

/** How long the answer to a small question took at most, in milliseconds. */
async function askMeanwhile(deck: Deck, done: AbortSignal): Promise<number> {
  let longest = 0;
  while (!done.aborted) {
    const asked = performance.now();
    await deck.run("downloads.list", {});
    longest = Math.max(longest, performance.now() - asked);
    await sleep(ASKED_EVERY);
  }
  return longest;
}

const line = (what: string, { took, longest, late, busy, memory }: Held<unknown>, waited: number): string =>
  `${what.padEnd(30)} ${(took / 1000).toFixed(2).padStart(6)} s; loop held ${longest.toFixed(0).padStart(4)} ms at most, ` +
  `late at p99 ${late.toFixed(1).padStart(5)} ms, busy ${(busy * 100).toFixed(0).padStart(3)} %; ` +
  `a question waited ${waited.toFixed(0).padStart(4)} ms at most; ${(memory / 2 ** 20).toFixed(0)} MiB`;
