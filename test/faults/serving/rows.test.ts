import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

/**
 * What goes wrong while models are served (rows 24 to 38 of the faults that were collected before Model Deck was built), and
 * the tests that make it go wrong: file below `test/`, and a part of the test's name as it stands there.
 */
const rows: readonly { readonly row: number; readonly fault: string; readonly tests: readonly [string, string][] }[] = [
  {
    row: 24,
    fault: "the clock jumps, the machine sleeps",
    tests: [
      ["core/serving/groups.test.ts", "a clock that is set, by days and either way"],
      ["core/owner/parts.test.ts", "a time in which we ourselves slept does not count"],
    ],
  },
  {
    row: 25,
    fault: "two windows start the same switch",
    tests: [
      ["faults/serving/two-windows.test.ts", "one of them starts it, and both are told"],
      ["core/serving/controller.test.ts", "one switch at a time: another is refused, waits, or takes its place"],
    ],
  },
  {
    row: 26,
    fault: "the owner is killed in the middle of a switch",
    tests: [
      ["engine/serving/killed-owner.test.ts", "the next owner has one server, and it answers as what it is said to be"],
      ["faults/serving/killed-owner.test.ts", "the next owner has one server"],
      ["faults/serving/orphan.test.ts", "after it was started, before that is written down"],
      ["core/serving/killed-switch.test.ts", "one server is left"],
    ],
  },
  {
    row: 27,
    fault: "a reload: the old host and the new one overlap",
    tests: [
      ["faults/owner/takeover.test.ts", "reload: the new host comes while the old one still owns"],
      ["faults/owner/late-switch.test.ts", "the late one neither stops nor starts any"],
    ],
  },
  {
    row: 28,
    fault: "a window cannot reach the owner",
    tests: [
      ["core/owner/claim.test.ts", "an owner that was killed is succeeded at once"],
      ["core/owner/follow.test.ts", "who does not hold the folder's key is not let in"],
      ["faults/owner/takeover.test.ts", "frozen: the others notice, one supersedes it"],
    ],
  },
  {
    row: 29,
    fault: "the engine goes and comes",
    tests: [
      ["engine/serving/faults.test.ts", "one server or none, nothing that is not true"],
      ["engine/serving/faults.test.ts", "never says ready of what does not answer"],
      ["engine/serving/faults.test.ts", "while it is away, a switch is refused in words"],
      ["core/serving/engine-watch.test.ts", "it is told once that it went, and once that it is back"],
      ["core/adapters/docker-pull.test.ts", "an engine that refuses, breaks off or is away is a fault"],
    ],
  },
  {
    row: 30,
    fault: "the container's name is taken, or what is found is a stranger's",
    tests: [
      ["core/serving/engine-watch.test.ts", "a name that a stranger's container has is left to it"],
      ["contract/runtime.ts", "a stranger does not see it"],
    ],
  },
  {
    row: 31,
    fault: "the image is not there, cannot be pulled, or is for another machine",
    tests: [
      ["engine/serving/real-server.ts", "a taken port and a name that is not there are told while the old one goes on"],
      ["core/adapters/docker-pull.test.ts", "toomanyrequests: You have reached your pull rate limit."],
      ["core/adapters/docker-pull.test.ts", "no matching manifest"],
    ],
  },
  {
    row: 32,
    fault: "it crashes again and again",
    tests: [["core/serving/groups.test.ts", "not after the third time in two minutes"]],
  },
  {
    row: 33,
    fault: "memory runs out, the machine's or the GPU's",
    tests: [
      ["engine/serving/faults.test.ts", "its memory limit ends it: it says so, and offers what would help"],
      ["core/serving/llama-cpp.test.ts", "memory that runs out is told by where it ran out"],
      ["core/serving/warn-of-fit.test.ts", "refused: the old one was not touched"],
      ["ui/serving-walk.test.ts", "a load that runs out of memory"],
    ],
  },
  {
    row: 34,
    fault: "the port is taken",
    tests: [
      ["core/serving/controller.test.ts", "a port that is taken is told before the old one stops"],
      ["engine/serving/real-server.ts", "a taken port and a name that is not there are told"],
      ["engine/serving/runtime-docker.test.ts", "a port that another container has is told by that one's name"],
    ],
  },
  {
    row: 35,
    fault: "health never comes, or comes too early",
    tests: [
      ["engine/serving/faults.test.ts", "its health never comes"],
      ["engine/serving/faults.test.ts", "it loads slowly: it is waited for as long as its memory grows"],
      ["core/serving/controller.test.ts", "a server that never gets healthy is given up"],
      ["core/serving/controller.test.ts", "a server that has ended, at whose port another one answers"],
    ],
  },
  {
    row: 36,
    fault: "a second switch, and a cancel at each step",
    tests: [
      ["core/serving/controller.test.ts", "one switch at a time"],
      ["core/serving/controller.test.ts", "cancelled while the old one stops, it comes back"],
      ["core/serving/controller.test.ts", "cancelled while it loads, the one before comes back"],
      ["engine/serving/real-server.ts", "cancelled while it loads, the one before is back and answers"],
    ],
  },
  {
    row: 37,
    fault: "a flood of log, and what is no text",
    tests: [
      ["faults/serving/flood.test.ts", "of 100 MB with a line of 10 MB"],
      ["core/serving/logs.test.ts", "that are no UTF-8 do no harm"],
      ["engine/serving/runtime-docker.test.ts", "run hardened"],
    ],
  },
  {
    row: 38,
    fault: "models.conf is broken, large, or edited while a switch runs",
    tests: [
      ["core/serving/controller.test.ts", "a file that is broken while the switch runs changes nothing of it"],
      ["core/serving/profile-book.test.ts", "a file that breaks leaves its last good state in force"],
      ["core/serving/models-conf.test.ts", "comments, blank lines, CRLF and a byte order mark are no problem"],
      ["core/serving/models-conf.test.ts", "ten megabytes are read in the blink of an eye"],
    ],
  },
];

suite("what goes wrong while models are served", () => {
  for (const { row, fault, tests } of rows)
    test(`${row}, ${fault}: has its tests`, async () => {
      for (const [file, name] of tests) {
        const text = await readFile(path.join(root, file), "utf8");
        assert.ok(text.includes(name), `${file} has no test of “${name}”`);
      }
    });
});
