import type { WeekDay } from "../settings-schedule.ts";

/** The clock on the wall of where this machine is. */
export interface LocalTime {
  /** Of milliseconds since 1970. */
  dayOf(wall: number): LocalDay;
  /**
   * Milliseconds since 1970 of that many minutes after the day's midnight, as clocks show them: a minute that clocks skip is
   * as long after the gap, one they repeat is the first.
   * @param days after `day`; may be negative
   */
  wallOf(day: LocalDay, days: number, minutes: number): number;
}

export interface LocalDay {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly weekDay: WeekDay;
  /** After midnight, as clocks show them. */
  readonly minutes: number;
}
