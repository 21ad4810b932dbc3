import assert from "node:assert/strict";
import { nodeLocalTime } from "../../../src/core/adapters/node-local-time.ts";
import { windowAt } from "../../../src/core/downloads/schedule.ts";
import { readSchedule } from "../../../src/core/settings-schedule.ts";

const night = [{ from: "22:00", to: "07:00" }];
const office = [{ from: "09:00", to: "17:00", days: ["mon", "tue", "wed", "thu", "fri"] }];
const always = [
  { from: "00:00", to: "12:00" },
  { from: "12:00", to: "00:00" },
];

suite("the schedule's windows", () => {
  const zone = process.env["TZ"];
  setup(() => void (process.env["TZ"] = "Europe/Berlin"));
  teardown(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  /** Local words in, local words out; `-`: for good. */
  const at = (windows: readonly object[], now: string): string => {
    const schedule = readSchedule(windows);
    assert.ok(schedule);
    const { open, until } = windowAt(schedule, new Date(now).getTime(), nodeLocalTime);
    return `${open ? "open" : "closed"} ${until === undefined ? "-" : new Date(until).toISOString()}`;
  };

  for (const [name, windows, now, answer] of [
    ["none is always open", [], "2026-11-21T12:00:00", "open -"],
    ["before the night", night, "2026-11-21T12:00:00", "closed 2026-11-21T21:00:00.000Z"],
    ["at its first minute", night, "2026-11-21T22:00:00", "open 2026-11-22T06:00:00.000Z"],
    ["after midnight it is still last day's", night, "2026-11-22T03:00:00", "open 2026-11-22T06:00:00.000Z"],
    ["at its end it is closed", night, "2026-11-22T07:00:00", "closed 2026-11-22T21:00:00.000Z"],
    ["over the weekend to Monday", office, "2026-11-20T18:00:00", "closed 2026-11-23T08:00:00.000Z"],
    [
      "one day a week, an hour after it closed",
      [{ ...office[0], days: ["fri"] }],
      "2026-11-20T18:00:00",
      "closed 2026-11-27T08:00:00.000Z",
    ],
    ["windows without a gap are always open", always, "2026-11-21T12:00:00", "open -"],
    [
      "from and to alike is a whole day",
      [{ from: "06:00", to: "06:00", days: ["sat"] }],
      "2026-11-21T07:00:00",
      "open 2026-11-22T05:00:00.000Z",
    ],
    [
      "windows that touch are one",
      [...night, { from: "07:00", to: "08:00" }],
      "2026-11-21T23:00:00",
      "open 2026-11-22T07:00:00.000Z",
    ],
    // Clocks go from 02:00 to 03:00 on 29 March 2026: that night is an hour shorter.
    ["a night that loses an hour", night, "2026-03-28T23:00:00", "open 2026-03-29T05:00:00.000Z"],
    [
      "a minute that is skipped opens as long after the gap",
      [{ from: "02:30", to: "05:00" }],
      "2026-03-29T01:00:00",
      "closed 2026-03-29T01:30:00.000Z",
    ],
    [
      "a window that is skipped whole is none",
      [{ from: "02:10", to: "02:10", days: ["sun"] }],
      "2026-03-28T12:00:00",
      "closed 2026-03-29T01:10:00.000Z",
    ],
    // Back from 03:00 to 02:00 on 25 October 2026: that night is an hour longer.
    ["a night that gains an hour", night, "2026-10-24T23:00:00", "open 2026-10-25T06:00:00.000Z"],
    [
      "a minute that comes twice opens the first time",
      [{ from: "02:30", to: "04:00" }],
      "2026-10-25T01:00:00",
      "closed 2026-10-25T00:30:00.000Z",
    ],
  ] as const)
    test(name, () => assert.equal(at(windows, now), answer));
});
