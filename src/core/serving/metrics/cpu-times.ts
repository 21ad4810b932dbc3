/** Ticks a second that Linux counts in `/proc`, on every architecture (USER_HZ). */
const TICKS = 100;

/** Processor time in seconds by the line of `/proc/<pid>/stat`, its own threads' alone; undefined for anything else. */
export function statSeconds(stat: string): number | undefined {
  // The name, in brackets, may hold anything; the times are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / TICKS : undefined;
}

/** One number of seconds for each line like `1-02:03:04`, `12:34.56`. */
export const parsePsTimes = (output: string): readonly number[] =>
  output.split("\n").flatMap((line) => {
    const [, days, hours, minutes, rest] = /^\s*(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s*$/.exec(line) ?? [];
    if (minutes === undefined) return [];
    return [(Number(days ?? 0) * 24 + Number(hours ?? 0)) * 3600 + Number(minutes) * 60 + Number(rest)];
  });
