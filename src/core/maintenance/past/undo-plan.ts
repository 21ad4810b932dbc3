import { folderOf } from "../../downloads/safe-path.ts";
import { fault } from "../../util/faults.ts";
import { firstDiffering } from "../apply/touched.ts";
import { inverseAll, isFinal } from "../inverse.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Step } from "../plan.ts";
import { createBreath } from "../breath.ts";
import { steadily } from "../slices.ts";
import { type KeptBody, isDigestOfToday, readBody } from "./bodies.ts";
import { type Past, readOne } from "./history.ts";

type Parts = Pick<
  MaintenanceParts,
  "registry" | "archives" | "files" | "storage" | "schema" | "look" | "digest" | "clock"
>;

export interface Backward {
  readonly direction: "undo" | "redo";
  readonly origin: Past;
  /** The run that is taken back. */
  readonly run: string;
  readonly steps: readonly Step[];
  /** @throws FaultError `stale` naming the first thing that is not as the run left it */
  readonly check: (signal: AbortSignal) => Promise<void>;
  readonly basis: string;
}

const LATER = "something was done with it later; undo that first, where the history has it";

/**
 * What takes a piece of history back. An undo is taken back by a redo.
 * @throws FaultError `notFound`, `stale` naming what was changed since, what was for good, or what came in between
 */
export async function backward(
  parts: Parts,
  id: string,
  wanted: "undo" | "redo",
  signal: AbortSignal,
): Promise<Backward> {
  const asked = await readOne(parts, id);
  const origin = asked.origin === undefined ? asked : await readOne(parts, asked.origin);
  const run = origin.run === undefined ? origin : await readOne(parts, origin.run);
  if (wanted === "undo" && asked.origin !== undefined && asked.id !== run.id)
    throw fault({ code: "stale", what: asked.title, reason: "something was done with it since" });
  const direction = origin.state === "undone" ? "redo" : "undo";
  const meant = wanted === "undo" && asked.operation === "undo" ? "redo" : wanted;
  if (direction !== meant) {
    const reason = direction === "redo" ? "it is undone already" : "it is not undone";
    throw fault({ code: "stale", what: origin.title, reason });
  }
  const { steps, touched, digest } = await takingBack(parts, run, origin.title);
  const check = async (until: AbortSignal): Promise<void> => {
    const changed = await firstDiffering(parts, steps, touched, until);
    if (changed !== undefined) throw fault({ code: "stale", what: changed, reason: LATER });
  };
  await check(signal);
  return { direction, origin, run: run.id, steps, check, basis: digest };
}

async function takingBack(parts: Parts, run: Past, title: string): Promise<KeptBody> {
  const refuse = (what: string, reason: string): Error => fault({ code: "stale", what, reason });
  if (run.schema !== parts.schema || !isDigestOfToday(run.afterDigest))
    throw refuse(title, "it was done before an update of Model Deck");
  const body = await readBody(parts, run.id);
  if (body === undefined) throw refuse(title, "its steps are not kept any more");
  if (body.digest !== run.afterDigest) throw refuse(title, "its steps are damaged");
  const breath = createBreath(parts.clock);
  const deeds = body.steps.filter(({ kind }) => kind !== "row");
  const final = deeds.find(isFinal);
  if (final) throw refuse(final.kind === "delete" ? final.path : final.model, "it was deleted for good");
  await checkTrash(parts, run.id, deeds);
  const steps = await steadily(inverseAll(run.id, body.steps), breath);
  await breath.take();
  const folders = deeds.length === 0 ? [] : await foldersFor(parts, steps);
  // The steps themselves may be let go of: what takes them back knows how they left things.
  return { ...body, steps: folders.length === 0 ? steps : [...folders, ...steps] };
}

async function checkTrash({ registry }: Parts, run: string, steps: readonly Step[]): Promise<void> {
  const rows = await registry.query("SELECT path FROM trash WHERE history = ?", [run]);
  const kept = new Set(rows.map((row) => row["path"]));
  for (const step of steps)
    if (step.kind === "trash" && !kept.has(step.path))
      throw fault({ code: "stale", what: step.path, reason: "it is not in the trash any more" });
}

/** Folders that somebody has removed since, and into which something goes back; outer ones first. */
async function foldersFor({ look }: Parts, steps: readonly Step[]): Promise<readonly Step[]> {
  const made = new Set(steps.flatMap((step) => (step.kind === "makeFolder" ? [step.path] : [])));
  const needed = new Set<string>();
  for (const step of steps) {
    if (step.kind !== "restore") continue;
    for (let at = folderOf(step.path); at !== step.root && at.length > step.root.length; at = folderOf(at)) {
      if (made.has(at) || needed.has(at) || (await look.look(at)) !== undefined) break;
      needed.add(at);
    }
  }
  return [...needed].toSorted((one, other) => one.length - other.length).map((path) => ({ kind: "makeFolder", path }));
}
