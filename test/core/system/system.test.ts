import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { setImmediate } from "node:timers/promises";
import { machineMemory } from "../../../src/core/adapters/machine-memory.ts";
import { machineProcessors } from "../../../src/core/adapters/machine-processors.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { systemDocument } from "../../../src/core/present/system-words.ts";
import { createHostBook } from "../../../src/core/system/host-book.ts";
import { type SystemParts, createSystem, loadBetween } from "../../../src/core/system/system.ts";
import { millis } from "../../../src/core/util/ids.ts";

const never = new AbortController().signal;

suite("the status of the machine", () => {
  const systemWith = (some: Partial<SystemParts> = {}) =>
    createSystem({
      clock: nodeClock,
      processors: machineProcessors,
      memory: machineMemory,
      locations: [],
      downloads: { freeSpace: async () => [], hosts: () => [] },
      hosts: createHostBook(nodeClock),
      endpoints: [],
      ...some,
    });

  test("has the cores, their load as a share, and the memory of this machine", async () => {
    const { cpu, memory } = await systemWith().status(never);
    assert.ok(Number.isInteger(cpu.cores) && cpu.cores >= 1);
    assert.ok(cpu.load !== null && cpu.load >= 0 && cpu.load <= 1, String(cpu.load));
    assert.ok(memory.freeBytes > 0 && memory.freeBytes <= memory.totalBytes);
    assert.equal(memory.totalBytes, machineMemory.read().total);
  });

  test("the machine's own times only grow, and none is worked that there was not", async () => {
    const before = machineProcessors.read();
    assert.ok(before.whole > 0 && before.busy <= before.whole);
    await setImmediate();
    const after = machineProcessors.read();
    assert.ok(after.whole >= before.whole && after.busy >= before.busy);
  });

  test("a load is the share of what was worked; none where nothing tells or a core went", () => {
    const times = (busy: number, whole: number) => ({ busy: millis(busy), whole: millis(whole) });
    for (const [before, after, load] of [
      [times(100, 1000), times(150, 1200), 0.25],
      [times(100, 1000), times(100, 1200), 0],
      [times(100, 1000), times(90, 1200), 0],
      [times(100, 1000), times(310, 1200), 1],
      [times(100, 1000), times(100, 1000), null],
      [times(100, 1000), times(50, 500), null],
      [times(0, 0), times(0, 0), null],
    ] as const)
      assert.equal(loadBetween(before, after), load);
  });

  test("is given up with the question", async () => {
    const stop = new AbortController();
    const asked = systemWith().status(stop.signal);
    stop.abort();
    await assert.rejects(asked, { name: "AbortError" });
  });

  test("names the hubs before anything was asked of them, and what the queue waits for as it acts by it", async () => {
    const hosts = createHostBook(nodeClock);
    hosts.answered("b.example");
    hosts.answered("hub.example");
    hosts.waits("c.example", millis(60_000));
    const askedAgain = new Date().toISOString();
    const { hosts: told } = await systemWith({
      hosts,
      endpoints: ["https://hub.example/x", "https://other.example:8443", "none"],
      downloads: {
        freeSpace: async () => [],
        hosts: () => [
          { host: "b.example", askedAgain },
          { host: "c.example", askedAgain },
          { host: "d.example", askedAgain },
          { host: "e.example" },
        ],
      },
    }).status(never);
    assert.deepEqual(
      told.map(({ host, state, until, reason }) => [host, state, until === askedAgain, reason?.code]),
      [
        ["hub.example", "reachable", false, undefined],
        ["other.example:8443", null, false, undefined],
        ["b.example", "offline", true, "offline"],
        ["c.example", "waiting", false, "rateLimited"],
        ["d.example", "offline", true, "offline"],
        ["e.example", null, false, undefined],
      ],
    );
  });

  test("is a page to read, with a reason where a disk or a host is silent", () => {
    const now = new Date(2026, 10, 21, 10, 30);
    const page = systemDocument(
      {
        cpu: { cores: 8, load: 0.254 },
        memory: { totalBytes: 64 * 2 ** 30, freeBytes: 12.5 * 2 ** 30 },
        locations: [
          { location: "main", path: tmpdir(), freeBytes: 123e9 },
          {
            location: "away",
            path: "/mnt/away",
            freeBytes: null,
            reason: { code: "diskSilent", message: "The disk does not answer.", facts: {} },
          },
        ],
        hosts: [
          { host: "hub.example", state: "reachable", askedAt: now.toISOString() },
          { host: "c.example", state: "waiting", askedAt: null, until: now.toISOString() },
          {
            host: "a.example",
            state: "offline",
            askedAt: null,
            until: now.toISOString(),
            reason: { code: "network", message: "No [way] there", facts: {} },
          },
          { host: "n.example", state: null, askedAt: null },
        ],
      },
      now,
    );
    for (const line of [
      "| 8 cores | 25 % | 64 GB | 13 GB |",
      `| main | \`${tmpdir()}\` | 123 GB |`,
      "| away | `/mnt/away` | The disk does not answer\\. |",
      "| hub\\.example | reachable, asked at 10\\:30 |",
      "| c\\.example | asked us to wait until 10\\:30 |",
      "| a\\.example | not reachable; it is asked again at 10\\:30; No \\[way\\] there |",
      "| n\\.example | not asked yet |",
    ])
      assert.ok(page.includes(line), `${line}\n${page}`);
    const silent = systemDocument({
      cpu: { cores: 1, load: null },
      memory: { totalBytes: 0, freeBytes: 0 },
      locations: [],
      hosts: [],
    });
    assert.match(silent, /\| 1 core \| – \|/);
  });
});
