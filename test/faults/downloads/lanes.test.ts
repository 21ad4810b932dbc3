import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { Transfers } from "../../../src/core/downloads/transfers.ts";
import { faultOf, impatient, never, read, sampleBytes, sha256Of, unhurried } from "../../core/downloads/support.ts";
import type { Asked, Deed } from "../../support/fault-server.ts";
import { type FaultWorld, faultWorld, lengthOf } from "./fault-world.ts";

const MIB = 2 ** 20;
const SIZE = 18 * MIB + 12_345;
const content = sampleBytes(SIZE, 5);

suite("several connections at one file", () => {
  let world: FaultWorld;
  let transfers: Transfers;
  /** Where a silence is soon one. */
  let watchful: Transfers;

  setup(async () => {
    world = await faultWorld({ content, bytesPerSecond: 40 * MIB });
  });
  teardown(() => world.close());
  suiteSetup(() => {
    transfers = createWorkerTransfers(unhurried);
    watchful = createWorkerTransfers(impatient);
  });
  suiteTeardown(() => Promise.all([transfers.close(), watchful.close()]));

  const fetch = (more = {}, by = transfers) => by.run(world.job(more), () => undefined, never);
  const once = (matches: (asked: Asked) => boolean, deed: Deed): void => {
    let done = false;
    world.server.script((asked) => {
      if (done || !matches(asked)) return undefined;
      done = true;
      return deed;
    });
  };

  test("the first request is a range already, others join, and no byte is fetched twice", async () => {
    let most = 0;
    world.server.script(() => ({ bytesPerSecond: 5 * MIB }));
    await transfers.run(world.job(), ({ connections = 0 }) => (most = Math.max(most, connections)), never);
    assert.ok(await world.arrived());
    assert.equal(world.server.asked[0]?.range, `bytes=0-${8 * MIB - 1}`);
    assert.ok(most > 1, `${most} connections`);
    const covered = world.server.asked.map(({ from, sent }) => [from, from + sent] as const);
    for (const [from] of covered) assert.ok(from === 0 || covered.some(([, end]) => end >= from), "no gap");
    assert.deepEqual(await world.names(), ["model.gguf"]);
  });

  test("one connection is one connection", async () => {
    let most = 0;
    await transfers.run(
      world.job({ connections: 1 }),
      ({ connections = 0 }) => (most = Math.max(most, connections)),
      never,
    );
    assert.ok(await world.arrived());
    assert.equal(most, 1);
  });

  const second = ({ from }: Asked): boolean => from > 0;
  const mended: Readonly<Record<string, Deed>> = {
    "a reset": { stop: { after: 3 * MIB + 7, how: "reset" } },
    "an early end": { stop: { after: MIB + 1, how: "end" } },
    "a connection that goes silent": { stop: { after: MIB, how: "hang" } },
    "a trickle": { stop: { after: 300, how: "hang" }, bytesPerSecond: 400 },
    "the whole where a part was asked for": { whole: true },
    "another part than asked for": { headers: { "content-range": `bytes 5-${SIZE - 1}/${SIZE}` } },
    "a part of another file": { headers: { "content-range": `bytes ${8 * MIB}-${SIZE}/${SIZE + 1}` } },
    "a part that is called nothing": { headers: { "content-range": undefined } },
    "several parts in one": { headers: { "content-type": "multipart/byteranges; boundary=x" } },
    "a packed part": { headers: { "content-encoding": "gzip" } },
    "a page": { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in" },
    "a message": { status: 200, headers: { "content-type": "application/json" }, body: "{}" },
    "a range that is said not to be": { status: 416, headers: { "content-range": `bytes */${SIZE}` } },
    "408": { status: 408 },
    "500": { status: 500 },
    "502": { status: 502 },
    "503": { status: 503 },
    "504": { status: 504 },
    "429 without a time": { status: 429 },
    "429 with a time": { status: 429, headers: { "retry-after": "0.05" } },
    "503 with a time": { status: 503, headers: { "retry-after": "0.05" } },
    "429 with a RateLimit": { status: 429, headers: { ratelimit: '"api";r=0;t=0' } },
    "an answer that is none": { raw: "HTTP/1.1 nonsense\r\n\r\n" },
    "an answer without an end": { raw: `HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-9/${SIZE}` },
    "a byte that flips": { flip: 12 * MIB },
  };
  for (const [what, deed] of Object.entries(mended)) {
    test(`one of them meets ${what}: the bytes are right`, async () => {
      once(what === "a byte that flips" ? ({ from, end }) => from <= 12 * MIB && end > 12 * MIB : second, deed);
      assert.equal((await fetch({}, deed.stop?.how === "hang" ? watchful : transfers)).proof, "sha256");
      assert.ok(await world.arrived());
      assert.deepEqual(await world.names(), ["model.gguf"]);
    });
  }

  test("a flipped byte costs the extents around it, not the whole file again", async () => {
    let flipped = false;
    world.server.script(({ from, end }) => {
      if (flipped || from > 1000 || end <= 1000) return undefined;
      flipped = true;
      return { flip: 1000 };
    });
    await fetch({ connections: 1 });
    assert.ok(await world.arrived());
    assert.ok(world.server.sent() < 1.6 * SIZE, String(world.server.sent() / SIZE));
  });

  test("a digest that is wrong in the listing: the bytes are compared, set aside, and never named", async () => {
    const wrong = sha256Of("another file");
    const fault = await faultOf(fetch({ sha256: wrong }));
    assert.ok(fault.code === "hashMismatch" && fault.keptAs !== undefined);
    assert.equal(fault.expected, wrong);
    assert.equal(sha256Of(await read(fault.keptAs)), sha256Of(content));
    assert.deepEqual(
      (await world.names()).map((name) => name.replace(/corrupt-.*/, "corrupt")),
      ["model.gguf.corrupt"],
    );
  });

  test("a file that changes on the way is begun anew, and never mixed", async () => {
    const { sha256: _none, ...job } = world.job();
    const other = '"another"';
    let changed = false;
    world.server.script(({ from, headers }) => {
      changed ||= from >= 8 * MIB;
      if (!changed) return undefined;
      return {
        headers: { etag: other },
        ...(headers["if-range"] !== undefined && headers["if-range"] !== other && { whole: true }),
      };
    });
    assert.equal((await transfers.run(job, () => undefined, never)).proof, "unverified");
    assert.ok(await world.arrived());
    const begun = world.server.asked.filter(({ from }) => from === 0);
    assert.ok(begun.length >= 2, "it began anew");
  });

  test("one that changes before its first bytes are written is begun anew, too", async () => {
    const { sha256: _none, ...job } = world.job();
    // The first answer has begun when the others come, and what came of it is gathered still.
    world.server.script(({ index }) =>
      index === 0 ? { bytesPerSecond: MIB / 16 } : { headers: { etag: '"another"' } },
    );
    const gathering = createWorkerTransfers({ ...unhurried, checkpointEvery: 60_000 });
    assert.equal((await gathering.run(job, () => undefined, never)).proof, "unverified");
    await gathering.close();
    assert.ok(await world.arrived());
    assert.ok(world.server.asked.filter(({ from }) => from === 0).length >= 2, "it began anew");
  });

  test("a source that sends no parts is one stream, and nothing of its first answer is wasted", async () => {
    world.server.script(() => ({ whole: true }));
    await fetch();
    assert.ok(await world.arrived());
    assert.equal(world.server.asked.length, 1, JSON.stringify(world.server.asked));
  });

  test("a source that sends no parts and breaks off is begun again", async () => {
    world.server.script(({ index }) => ({
      whole: true,
      ...(index === 0 && { stop: { after: 5 * MIB, how: "reset" } }),
    }));
    await fetch();
    assert.ok(await world.arrived());
  });

  test("a source that allows two connections gets two, and the rest is not lost", async () => {
    let open = 0;
    world.server.script(({ from }) => {
      if (from === 0) return undefined;
      open += 1;
      return open % 3 === 0 ? { status: 503 } : undefined;
    });
    await fetch();
    assert.ok(await world.arrived());
  });

  test("what was stopped is gone on from: every part there is stays", async () => {
    // All but the first part takes seconds, and bytes go on to come: it is stopped in the midst, however quick the machine.
    world.server.script(({ from }) => (from === 0 ? undefined : { bytesPerSecond: MIB / 8 }));
    const stop = new AbortController();
    const running = transfers.run(
      world.job(),
      ({ doneBytes }) => {
        if (doneBytes > 9 * MIB) stop.abort();
      },
      stop.signal,
    );
    await assert.rejects(running, (error) => error === stop.signal.reason);
    const kept = await world.recorded();
    assert.ok(lengthOf(kept) > 9 * MIB);
    world.server.forget();
    world.server.script(() => undefined);
    await fetch();
    assert.ok(await world.arrived());
    assert.equal(world.askedOf(kept), 0);
  });

  for (const [what, text] of [
    ["torn", '{"version":2,"prov'],
    ["zero-filled", "\0".repeat(99)],
    ["of ranges that are none", '{"version":2}'],
  ] as const) {
    test(`a record that is ${what}, over a file with holes: the bytes are right`, async () => {
      const holes = Buffer.alloc(16 * MIB);
      content.copy(holes, 0, 0, 5 * MIB);
      content.copy(holes, 9 * MIB, 9 * MIB, 11 * MIB);
      await mkdir(world.out);
      await writeFile(`${world.target}.partial`, holes);
      await writeFile(`${world.target}.partial.json`, text);
      await fetch();
      assert.ok(await world.arrived());
    });
  }

  test("a record of the version before is gone on from", async () => {
    await mkdir(world.out);
    await writeFile(`${world.target}.partial`, content.subarray(0, 14 * MIB));
    const { repository, commit, file, sizeBytes, sha256 } = world.job();
    const old = { version: 1, repository, commit, file, sizeBytes, sha256, gitSha1: "", synced: 13 * MIB };
    await writeFile(`${world.target}.partial.json`, JSON.stringify(old));
    await fetch();
    assert.ok(await world.arrived());
    assert.equal(world.server.asked[0]?.from, 13 * MIB);
    assert.ok(world.server.asked.every(({ from }) => from >= 13 * MIB));
  });
});
