import type { LocalTime } from "../ports/local-time.ts";
import { type ScheduleWindow, type WeekDay, weekDays } from "../settings-schedule.ts";

/** Whether the queue works now, and the moment that changes, in milliseconds since 1970. */
export type Opening =
  | { readonly open: true; readonly until?: number }
  | { readonly open: false; readonly until: number };

/** Every day of the week comes in it, and what is open on the last joins with what was open on the first. */
const DAYS_AHEAD = 8;

/** No window at all, and windows that leave no gap, are always open. Windows are counted in the hours that clocks show. */
export function windowAt(schedule: readonly ScheduleWindow[], wall: number, local: LocalTime): Opening {
  if (schedule.length === 0) return { open: true };
  const spans = joined(spansAround(schedule, wall, local));
  const current = spans.find(([from, to]) => from <= wall && wall < to);
  if (!current) {
    const next = spans.find(([from]) => from > wall);
    return next ? { open: false, until: next[0] } : { open: true };
  }
  const [, until] = current;
  return until >= local.wallOf(local.dayOf(wall), DAYS_AHEAD, 0) ? { open: true } : { open: true, until };
}

type Span = readonly [from: number, to: number];

/** In their order; one that clocks skip whole is none. */
function spansAround(schedule: readonly ScheduleWindow[], wall: number, local: LocalTime): readonly Span[] {
  const today = local.dayOf(wall);
  const spans: Span[] = [];
  for (let days = -1; days <= DAYS_AHEAD; days++)
    for (const { days: opens, from, to } of schedule)
      if (opens.includes(dayAfter(today.weekDay, days)))
        spans.push([local.wallOf(today, days, from), local.wallOf(today, to <= from ? days + 1 : days, to)]);
  return spans.filter(([from, to]) => from < to).toSorted(([a], [b]) => a - b);
}

function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const [from, to] of spans) {
    const last = all.at(-1);
    if (last && from <= last[1]) all[all.length - 1] = [last[0], Math.max(last[1], to)];
    else all.push([from, to]);
  }
  return all;
}

const dayAfter = (day: WeekDay, days: number): WeekDay => weekDays[(weekDays.indexOf(day) + days + 7) % 7] ?? day;
