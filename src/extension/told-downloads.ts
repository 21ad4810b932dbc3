import { newsOf } from "../core/downloads/news.ts";
import type { Download } from "../core/protocol/downloads.ts";

/** What this window tells a person of. */
export type Telling =
  | { readonly kind: "failed"; readonly download: Download }
  /** More fail than are told one by one; told once, and all of them at the queue's end. */
  | { readonly kind: "failing" }
  /** Of a queue that was worked off, where not all of them were told one by one. */
  | { readonly kind: "manyFailed"; readonly ids: readonly string[] }
  /** What was asked for together, and came: told once all of it ended. */
  | { readonly kind: "here"; readonly downloads: readonly Download[] }
  /** The queue is worked off, and nobody told of these. */
  | { readonly kind: "allDone"; readonly done: number; readonly failed: number };

export interface TellingParts {
  /** Whether this window speaks for downloads that no living window asked for. */
  readonly owns: () => boolean;
  readonly askedElsewhere: (id: string) => Promise<boolean>;
  readonly tell: (telling: Telling) => void;
  /** What it was asked for here has ended. */
  readonly over: (id: string) => void;
}

/** Failures of one queue that are told one by one: the disk of a hundred downloads is full once. */
const ONE_BY_ONE = 3;

const ENDED: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

/**
 * From one list to the next: a failure is told at once, many together, an arrival when all that was asked for together is
 * here, and the end of the queue only of what nobody told of. The window that asked speaks; where it is gone, the owner's.
 */
export function createTelling({ owns, askedElsewhere, tell, over }: TellingParts): {
  readonly track: (ids: readonly string[], now: readonly Download[]) => void;
  /** The next list. Called one after the other. */
  readonly hear: (now: readonly Download[]) => Promise<void>;
} {
  let before: readonly Download[] | undefined;
  let run: ReadonlySet<string> = new Set();
  /** Each with those asked for at the same time. */
  let asked: readonly ReadonlySet<string>[] = [];
  /** Of the asked ones, those that were in a list once: what is missing from the next was removed. */
  const seen = new Set<string>();
  const arrived = new Set<string>();
  const failures = new Set<string>();
  /** Since the queue was idle last. */
  let lately = new Set<string>();
  let isFailing = false;

  const isOwn = (id: string): boolean => asked.some((ids) => ids.has(id));
  /** Of lists that are heard alone: an older one may still be waiting for that, and has none of what is asked for now. */
  const see = (heard: readonly Download[]): void => {
    for (const { id } of heard) if (isOwn(id)) seen.add(id);
  };
  const settle = (now: readonly Download[]): void => {
    const states = new Map(now.map((one) => [one.id, one]));
    const hasEnded = (id: string): boolean => {
      const one = states.get(id);
      return one ? ENDED.has(one.state) : seen.has(id);
    };
    const ended = asked.filter((ids) => [...ids].every(hasEnded));
    asked = asked.filter((ids) => !ended.includes(ids));
    for (const ids of ended) {
      const here = [...ids].flatMap((id) => states.get(id) ?? []).filter(({ state }) => state === "done");
      if (here.length > 0) tell({ kind: "here", downloads: here });
      for (const id of ids) {
        seen.delete(id);
        over(id);
      }
    }
  };
  const tellFailure = (download: Download): void => {
    if (failures.has(download.id)) return;
    failures.add(download.id);
    lately.add(download.id);
    if (lately.size <= ONE_BY_ONE) tell({ kind: "failed", download });
  };
  const tellMany = (now: readonly Download[]): void => {
    if (lately.size > ONE_BY_ONE && run.size > 0 && !isFailing) {
      isFailing = true;
      tell({ kind: "failing" });
    }
    if (run.size > 0) return;
    const ids = now.filter(({ id, state }) => lately.has(id) && state === "failed").map(({ id }) => id);
    if (lately.size > ONE_BY_ONE && ids.length > 1) tell({ kind: "manyFailed", ids });
    isFailing = false;
    lately = new Set();
  };
  return {
    track: (ids, now) => {
      if (ids.length > 0) asked = [...asked, new Set(ids)];
      see(before ?? []);
      // What ended before it could be followed.
      for (const id of ids) arrived.delete(id);
      for (const one of now) if (ids.includes(one.id) && one.state === "failed") tellFailure(one);
      settle(now);
      tellMany(now);
    },
    hear: async (now) => {
      const was = before;
      before = now;
      see(now);
      if (!was) return;
      const news = newsOf(was, now, run);
      run = news.run;
      const isOurs = async (id: string): Promise<boolean> => owns() && !(await askedElsewhere(id));
      // What goes again may fail again.
      for (const { id, state } of now) if (state !== "failed") failures.delete(id);
      for (const one of news.failed) if (isOwn(one.id) || (await isOurs(one.id))) tellFailure(one);
      const states = new Map(was.map(({ id, state }) => [id, state]));
      const fresh = now.filter(({ id, state }) => state === "done" && states.has(id) && states.get(id) !== "done");
      for (const { id } of fresh) if (!isOwn(id) && (await isOurs(id))) arrived.add(id);
      settle(now);
      tellMany(now);
      if (run.size > 0) return;
      if (news.allDone && arrived.size > 0) tell({ kind: "allDone", done: arrived.size, failed: news.allDone.failed });
      arrived.clear();
    },
  };
}
