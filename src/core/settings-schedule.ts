/** The days a window opens on, as the setting names them. */
export const weekDays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type WeekDay = (typeof weekDays)[number];

/** A part of the day in which downloads work, in local time; `to` before or at `from`: it ends on the next day. */
export interface ScheduleWindow {
  /** On which it opens. */
  readonly days: readonly WeekDay[];
  /** Minutes after midnight. */
  readonly from: number;
  readonly to: number;
}

export const SCHEDULE_WANTED = 'a list of { "from": "22:00", "to": "07:00", "days": ["mon", …] }, days left out: all';

/** undefined where any of it cannot be used: half a schedule would work at the wrong time. */
export function readSchedule(value: unknown): readonly ScheduleWindow[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const windows = value.map(readWindow);
  return windows.every((window) => window !== undefined) ? windows : undefined;
}

function readWindow(value: unknown): ScheduleWindow | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [from, to] = [minutesOf(fields.get("from")), minutesOf(fields.get("to"))];
  const named = fields.get("days") ?? weekDays;
  if (from === undefined || to === undefined || !Array.isArray(named) || named.length === 0) return undefined;
  const days = weekDays.filter((day) => named.includes(day));
  return days.length === new Set(named).size ? { days, from, to } : undefined;
}

function minutesOf(value: unknown): number | undefined {
  const found = typeof value === "string" ? /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(value) : null;
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}
