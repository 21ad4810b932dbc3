import type { LocalTime } from "../ports/local-time.ts";

const SUNDAY_FIRST = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export const nodeLocalTime: LocalTime = {
  dayOf: (wall) => {
    const date = new Date(wall);
    return {
      year: date.getFullYear(),
      month: date.getMonth() + 1,
      day: date.getDate(),
      weekDay: SUNDAY_FIRST[date.getDay()] ?? "sun",
      minutes: date.getHours() * 60 + date.getMinutes(),
    };
  },
  wallOf: ({ year, month, day }, days, minutes) => new Date(year, month - 1, day + days, 0, minutes).getTime(),
};
