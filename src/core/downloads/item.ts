import type { Edit, Row } from "../ports/database.ts";
import { type DownloadState, type Trouble, downloadStates } from "../protocol/downloads.ts";
import { type Pace, createPace } from "./pace.ts";
import { type DownloadPlan, type FinishedFile, type PlannedFile, parsePlan } from "./plan.ts";

/** A download in memory: its row, and what moves. */
export interface Item {
  readonly id: string;
  plan: DownloadPlan;
  readonly files: readonly ItemFile[];
  /** The same in the order they are fetched: the largest first, so that none is left with it at the end. */
  readonly inTurn: readonly ItemFile[];
  readonly addedAt: string;
  readonly pace: Pace;
  /** Lower goes first; then the lower position. */
  priority: number;
  position: number;
  /** As it is kept; `verifying` is seen, never kept. */
  state: Exclude<DownloadState, "verifying">;
  finishedAt: string | undefined;
  entry: string | undefined;
  reason: Trouble | undefined;
  /** What is there of its files is known. */
  measured: boolean;
  /** All is fetched, and its entry is being committed: too late to pause or cancel. */
  ending: boolean;
  /** Whether its bytes fit beside those before it; undefined until that was looked at. */
  room: "has" | "lacks" | undefined;
  /** Why it stands still though it is its turn. */
  waits: Trouble | undefined;
  /** Its volume was full although there seemed to be room: it waits for the next look. */
  wasFull: Trouble | undefined;
}

export interface ItemFile {
  planned: PlannedFile;
  state: "waiting" | "checking" | "fetching" | "done";
  /** As it is shown: falls only where the file starts over. */
  doneBytes: number;
  /** As its transfer says, while one runs. */
  toldBytes: number | undefined;
  /** `doneBytes` is what lies there, whatever it is worth. */
  guessed: boolean;
  /** 0 to 1, while files that may hold its bytes are read to prove it: none of them is its own yet. */
  provenShare: number | undefined;
  /** How far it was before it started over. */
  wasAt: number | undefined;
  connections: number | undefined;
  finished: FinishedFile | undefined;
  /** Why its transfer waits at the moment. */
  pausedBy: Trouble | undefined;
}

export const createItem = (
  plan: DownloadPlan,
  facts: Pick<Item, "id" | "priority" | "position" | "addedAt" | "state">,
): Item => {
  const files = plan.files.map(createFile);
  return {
    ...facts,
    plan,
    files,
    inTurn: files.toSorted((a, b) => b.planned.sizeBytes - a.planned.sizeBytes),
    pace: createPace(),
    finishedAt: undefined,
    entry: undefined,
    reason: undefined,
    measured: true,
    ending: false,
    room: undefined,
    waits: undefined,
    wasFull: undefined,
  };
};

const createFile = (planned: PlannedFile): ItemFile => ({
  planned,
  state: planned.finished ? "done" : "waiting",
  doneBytes: planned.finished ? planned.sizeBytes : 0,
  toldBytes: undefined,
  guessed: false,
  provenShare: undefined,
  wasAt: undefined,
  connections: undefined,
  finished: planned.finished,
  pausedBy: undefined,
});

/** The row that keeps it; bytes that moved are not in it. */
export function editOf(item: Item): Edit {
  const plan: DownloadPlan = {
    ...item.plan,
    files: item.files.map(({ planned: { finished: _old, ...planned }, finished }) => ({
      ...planned,
      ...(finished && { finished }),
    })),
  };
  return {
    table: "downloads",
    key: item.id,
    after: {
      id: item.id,
      state: item.state,
      priority: item.priority,
      position: item.position,
      added_at: item.addedAt,
      finished_at: item.finishedAt ?? null,
      entry: item.entry ?? null,
      body_json: JSON.stringify(plan),
      reason_json: item.reason ? JSON.stringify(item.reason) : null,
    },
  };
}

/** undefined where the row is not one of ours. What ran when the last owner ended goes on in its turn. */
export function itemOf(row: Row): Item | undefined {
  const plan = parsePlan(row["body_json"]);
  const { id, priority, position, added_at: addedAt } = row;
  if (!plan || typeof id !== "string" || typeof priority !== "number" || typeof position !== "number") return undefined;
  const kept = downloadStates.find((state) => state === row["state"]);
  const state = kept === undefined || kept === "running" || kept === "verifying" ? "queued" : kept;
  const item = createItem(plan, { id, priority, position, addedAt: String(addedAt), state });
  if (typeof row["finished_at"] === "string") item.finishedAt = row["finished_at"];
  if (typeof row["entry"] === "string") item.entry = row["entry"];
  item.reason = readTrouble(row["reason_json"]);
  item.measured = state === "done" || state === "cancelled" || plan.provider === "ollama";
  return item;
}

function readTrouble(json: unknown): Trouble | undefined {
  if (typeof json !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return undefined;
    const fields = new Map<string, unknown>(Object.entries(value));
    const [code, message, remedy] = ["code", "message", "remedy"].map((name) => fields.get(name));
    if (typeof code !== "string" || typeof message !== "string") return undefined;
    const facts = fields.get("facts");
    return {
      code,
      message,
      ...(typeof remedy === "string" && { remedy }),
      facts: typeof facts === "object" && facts !== null ? Object.fromEntries(Object.entries(facts)) : {},
    };
  } catch {
    return undefined;
  }
}

export const isEnded = (item: Item): boolean =>
  item.state === "done" || item.state === "failed" || item.state === "cancelled";

/** In the order they run; ended ones after them, newest first. */
export function inOrder(items: Iterable<Item>): readonly Item[] {
  const all = Array.from(items);
  const byTurn = (a: Item, b: Item): number => a.priority - b.priority || a.position - b.position;
  const endOf = (item: Item): string => item.finishedAt ?? item.addedAt;
  // All are written alike, so that their characters say which is later.
  const byEnd = (a: Item, b: Item): number =>
    endOf(a) === endOf(b) ? b.position - a.position : endOf(a) < endOf(b) ? 1 : -1;
  return [...all.filter((item) => !isEnded(item)).toSorted(byTurn), ...all.filter(isEnded).toSorted(byEnd)];
}

export const bytesTotal = ({ files }: Item): number => files.reduce((sum, { planned }) => sum + planned.sizeBytes, 0);

/** What is left to fetch. */
export const bytesMissing = ({ files }: Item): number =>
  files.reduce((sum, { planned, doneBytes }) => sum + Math.max(0, planned.sizeBytes - doneBytes), 0);
