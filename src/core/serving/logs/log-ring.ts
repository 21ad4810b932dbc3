import type { ServerLogs } from "../../protocol/serving.ts";

export interface LogRing {
  /** Numbers go on over everything that is let go. @returns the number of the first of these */
  add(lines: readonly string[]): number;
  /** @param lines at most so many, the last ones. @param since only from that number on */
  read(request: { readonly lines?: number | undefined; readonly since?: number | undefined }): ServerLogs;
  /** The number the next line gets. */
  next(): number;
}

/** Keeps the last lines, up to so many characters in all. */
export function createLogRing(limit = 5 * 2 ** 20): LogRing {
  let kept: string[] = [];
  /** Where the oldest line that still counts stands in `kept`; those before it are let go in bulk. */
  let head = 0;
  let dropped = 0;
  let size = 0;
  const next = (): number => dropped + kept.length - head;
  const letGo = (): void => {
    for (; size > limit && head < kept.length; head += 1) {
      size -= weight(kept[head] ?? "");
      dropped += 1;
    }
    if (head > 1024 && head > kept.length / 2) {
      kept = kept.slice(head);
      head = 0;
    }
  };
  return {
    add: (lines) => {
      const first = next();
      for (const line of lines) {
        kept.push(line);
        size += weight(line);
      }
      letGo();
      return first;
    },
    read: ({ lines, since }) => {
      const from = Math.max(head, head + (since ?? 0) - dropped, lines === undefined ? 0 : kept.length - lines);
      return { lines: kept.slice(from), dropped, next: next() };
    },
    next,
  };
}

/** Beside its characters each line costs something. */
const weight = (line: string): number => line.length + 16;
