import assert from "node:assert/strict";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { array, assert as check, asyncProperty, integer } from "fast-check";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { TransferProgress, Transfers } from "../../../src/core/downloads/transfers.ts";
import { niceness } from "../../support/niceness.ts";
import type { FaultRule, HubFault } from "../../support/hub/faults.ts";
import {
  type TestHub,
  CRAWL,
  REPOSITORY,
  faultOf,
  hubWith,
  impatient,
  namesBelow,
  never,
  read,
  sampleBytes,
  sha256Of,
  unhurried,
} from "../../core/downloads/support.ts";

const SIZE = 300_000;
const weights = sampleBytes(SIZE);
const config = '{"model_type":"llama"}\n';
const TOKEN = "hf_veryVerySecretToken123";

suite("a transfer meets what goes wrong", () => {
  let world: TestHub;
  let transfers: Transfers;

  setup(async () => {
    world = await hubWith(
      { "model.gguf": weights, "config.json": config, "notes.txt": "plain words\n" },
      { accounts: { [TOKEN]: { name: "ada", granted: [REPOSITORY] } } },
    );
    transfers = createWorkerTransfers(unhurried);
  });
  teardown(async () => {
    await transfers.close();
    await world.close();
  });

  /** From now on a silence is soon one: for tests in which one is meant. */
  const loseHeart = async (): Promise<void> => {
    await transfers.close();
    transfers = createWorkerTransfers(impatient);
  };
  const fetchModel = (more = {}, signal = never, onProgress: (p: TransferProgress) => void = () => undefined) =>
    transfers.run(world.job("model.gguf", more), onProgress, signal);
  const cdnBytes = (): number =>
    world.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);
  const arrived = async (): Promise<void> => {
    assert.equal(sha256Of(await read(world.target("model.gguf"))), sha256Of(weights));
    assert.deepEqual(await namesBelow(world.out), [`${REPOSITORY}/model.gguf`]);
  };
  /** Broken off after that much: the file's partial with its record. */
  const breakAfter = async (count: number): Promise<void> => {
    world.hub.fail({ kind: "cut", after: count }, { door: "cdn" });
    world.hub.fail({ kind: "status", status: 403 }, { door: "cdn", after: 1 });
    world.hub.fail(
      { kind: "status", status: 404, headers: { "x-error-code": "EntryNotFound" } },
      { door: "resolve", after: 1 },
    );
    assert.equal((await faultOf(fetchModel())).code, "notFound");
    assert.deepEqual(await namesBelow(world.out), [
      `${REPOSITORY}/model.gguf.partial`,
      `${REPOSITORY}/model.gguf.partial.json`,
    ]);
    world.hub.heal();
    world.hub.forget();
  };

  test("fetching gives way to whatever else wants the processor (Linux)", async function () {
    // Nothing goes below 19.
    if (process.platform !== "linux" || os.getPriority(process.pid) > 9) return this.skip();
    await fetchModel();
    const all = await niceness();
    assert.ok(all.includes(5), String(all));
  });

  test("a large file comes over the redirect, proven by its sha256", async () => {
    const result = await fetchModel();
    assert.equal(result.outcome, "fetched");
    assert.equal(result.proof, "sha256");
    await arrived();
    assert.deepEqual(
      world.hub.requests.map(({ door, status }) => [door, status]),
      [
        ["resolve", 302],
        ["cdn", 206],
      ],
    );
  });

  test("a small file is proven by git's sha1", async () => {
    const result = await transfers.run(world.job("config.json"), () => undefined, never);
    assert.equal(result.proof, "gitSha1");
    assert.equal(result.sha256, sha256Of(config));
    assert.equal((await read(world.target("config.json"))).toString(), config);
  });

  test("a file without any digest is marked unverified", async () => {
    const job = world.job("notes.txt");
    const { gitSha1: _none, ...bare } = job;
    assert.equal((await transfers.run(bare, () => undefined, never)).proof, "unverified");
  });

  test("an empty file needs no request", async () => {
    const empty = world.job("empty.gguf");
    assert.equal((await transfers.run(empty, () => undefined, never)).proof, "sha256");
    assert.equal((await read(world.target("empty.gguf"))).length, 0);
  });

  // Each goes wrong once or a few times; the bytes are right all the same.
  const mended: Record<string, readonly (readonly [HubFault, Omit<FaultRule, "do">])[]> = {
    "a connection that is torn": [
      [
        { kind: "cut", after: 100_000 },
        { door: "cdn", times: 2 },
      ],
    ],
    "a body that ends early with a length that fits it": [[{ kind: "short", after: 1000 }, { door: "cdn" }]],
    "a chunked body that ends early": [
      [{ kind: "noLength" }, { door: "cdn" }],
      [{ kind: "short", after: 1000 }, { door: "cdn" }],
    ],
    "a body that is longer than the file": [[{ kind: "long", extra: 10 }, { door: "cdn" }]],
    "a server that ignores the range": [
      [{ kind: "cut", after: 90_000 }, { door: "cdn" }],
      [{ kind: "ignoreRange" }, { door: "cdn", after: 1 }],
    ],
    "a Content-Range that begins elsewhere": [
      [{ kind: "cut", after: 90_000 }, { door: "cdn" }],
      [
        { kind: "contentRange", value: `bytes 80000-${SIZE - 1}/${SIZE}` },
        { door: "cdn", after: 1 },
      ],
    ],
    "a Content-Range of another size": [
      [{ kind: "cut", after: 90_000 }, { door: "cdn" }],
      [
        { kind: "contentRange", value: `bytes 90000-${SIZE - 1}/${SIZE + 1}` },
        { door: "cdn", after: 1 },
      ],
    ],
    "a missing Content-Range": [
      [{ kind: "cut", after: 90_000 }, { door: "cdn" }],
      [
        { kind: "contentRange", value: undefined },
        { door: "cdn", after: 1 },
      ],
    ],
    "another etag on the way": [
      [{ kind: "cut", after: 90_000 }, { door: "cdn" }],
      [
        { kind: "etag", value: '"another"' },
        { door: "cdn", after: 1 },
      ],
    ],
    "a web page in place of the file": [[{ kind: "html" }, { door: "cdn", times: 2 }]],
    "a packed file": [[{ kind: "gzip" }, { door: "cdn" }]],
    "503 three times": [
      [
        { kind: "status", status: 503 },
        { door: "cdn", times: 3 },
      ],
    ],
    "500 of the hub": [
      [
        { kind: "status", status: 500 },
        { door: "resolve", times: 2 },
      ],
    ],
    "an address that has expired": [[{ kind: "status", status: 403 }, { door: "cdn" }]],
    "429 with Retry-After": [[{ kind: "status", status: 429, headers: { "retry-after": "0" } }, { door: "resolve" }]],
    "a stall": [[{ kind: "stall", after: 50_000 }, { door: "cdn" }]],
    "a hub that does not answer": [[{ kind: "wait", ms: 400 }, { door: "resolve" }]],
    "a byte that flips once": [[{ kind: "corrupt", at: 12_345 }, { door: "cdn" }]],
  };
  for (const [what, faults] of Object.entries(mended)) {
    test(`the bytes are right after ${what}`, async () => {
      if (faults.some(([{ kind }]) => kind === "stall")) await loseHeart();
      for (const [fault, rule] of faults) world.hub.fail(fault, rule);
      assert.equal((await fetchModel()).proof, "sha256");
      await arrived();
    });
  }

  test("a broken connection is gone on from, not begun again", async () => {
    world.hub.fail({ kind: "cut", after: 120_000 }, { door: "cdn" });
    await fetchModel();
    await arrived();
    assert.equal(cdnBytes(), SIZE);
    const second = world.hub.requests.filter((one) => one.door === "cdn")[1];
    assert.equal(second?.status, 206);
    assert.equal(second?.headers["range"], `bytes=120000-${SIZE - 1}`);
    assert.match(String(second?.headers["if-range"]), /^"[0-9a-f]{32}-2"$/);
  });

  test("the next call goes on from the partial file, with a fresh address", async () => {
    await breakAfter(150_000);
    const seen: TransferProgress[] = [];
    await fetchModel({}, never, (progress) => seen.push(progress));
    await arrived();
    assert.equal(cdnBytes(), SIZE - 150_000);
    assert.equal(seen[0]?.phase, "checking");
    assert.deepEqual(
      world.hub.requests.map((one) => one.door),
      ["resolve", "cdn"],
    );
  });

  for (const [what, text] of [
    ["torn", '{"version":1,"repos'],
    ["zero-filled", "\0".repeat(64)],
    ["empty", ""],
  ] as const) {
    test(`a ${what} record costs nothing where a digest proves the bytes`, async () => {
      await breakAfter(150_000);
      await writeFile(`${world.target("model.gguf")}.partial.json`, text);
      await fetchModel();
      await arrived();
      assert.equal(cdnBytes(), SIZE - 150_000);
    });
  }

  test("bytes of a partial file that rotted are found out and fetched again", async () => {
    await breakAfter(150_000);
    const partial = `${world.target("model.gguf")}.partial`;
    const spoilt = await read(partial);
    spoilt.fill(0, 140_000);
    await writeFile(partial, spoilt);
    await fetchModel();
    await arrived();
  });

  test("a partial file of another commit is overwritten, and never gone on from", async () => {
    await breakAfter(150_000);
    const record = `${world.target("model.gguf")}.partial.json`;
    const kept: unknown = JSON.parse(await readFile(record, "utf8"));
    await writeFile(record, JSON.stringify({ ...Object(kept), commit: "0".repeat(40) }));
    await fetchModel();
    await arrived();
    assert.equal(cdnBytes(), SIZE);
  });

  test("without a digest and without an etag nothing is gone on from", async () => {
    const { sha256: _none, ...job } = world.job("model.gguf");
    world.hub.fail({ kind: "etag", value: undefined }, { door: "cdn", times: 3 });
    world.hub.fail({ kind: "cut", after: 120_000 }, { door: "cdn" });
    assert.equal((await transfers.run(job, () => undefined, never)).proof, "unverified");
    await arrived();
    assert.equal(cdnBytes(), SIZE + 120_000);
  });

  test("without a digest, a change on the way starts over and never mixes two versions", async () => {
    const { sha256: _none, ...job } = world.job("model.gguf");
    world.hub.fail({ kind: "cut", after: 120_000 }, { door: "cdn" });
    world.hub.fail({ kind: "etag", value: '"second"' }, { door: "cdn", after: 1 });
    await transfers.run(job, () => undefined, never);
    await arrived();
    const ranges = world.hub.requests.filter((one) => one.door === "cdn").map((one) => one.status);
    assert.deepEqual(ranges, [206, 200, 206]);
  });

  // Each goes wrong for good; the name never appears.
  const fatal: Record<
    string,
    { readonly fault: HubFault; readonly door: "cdn" | "resolve"; readonly code: string; readonly left?: RegExp }
  > = {
    "a page for ever": { fault: { kind: "html" }, door: "cdn", code: "network" },
    "503 for ever": { fault: { kind: "status", status: 503 }, door: "cdn", code: "network" },
    "packing for ever": { fault: { kind: "gzip" }, door: "cdn", code: "network" },
    "an address that is never good": { fault: { kind: "status", status: 403 }, door: "cdn", code: "network" },
    "a stall for ever": { fault: { kind: "stall", after: 0 }, door: "cdn", code: "timeout" },
    "a file that is not there": {
      fault: { kind: "status", status: 404, headers: { "x-error-code": "EntryNotFound" } },
      door: "resolve",
      code: "notFound",
    },
    "a gate": {
      fault: { kind: "status", status: 403, headers: { "x-error-code": "GatedRepo" } },
      door: "resolve",
      code: "gated",
    },
    "a refused token": { fault: { kind: "status", status: 401 }, door: "resolve", code: "unauthorized" },
    "a takedown": { fault: { kind: "status", status: 403 }, door: "resolve", code: "forbidden" },
    "a wait of hours": {
      fault: { kind: "status", status: 429, headers: { "retry-after": "7200" } },
      door: "resolve",
      code: "rateLimited",
    },
    "another file at the pinned commit": {
      fault: { kind: "etag", value: `"${"a".repeat(64)}"` },
      door: "resolve",
      code: "stale",
    },
    "another size at the pinned commit": {
      fault: { kind: "header", name: "x-linked-size", value: "17" },
      door: "resolve",
      code: "stale",
    },
    "a redirect without encryption": {
      fault: { kind: "redirect", to: "http://203.0.113.7/file" },
      door: "resolve",
      code: "forbidden",
    },
    "a redirect to a file of this machine": {
      fault: { kind: "redirect", to: "file:///etc/passwd" },
      door: "resolve",
      code: "forbidden",
    },
    "redirects in circles": { fault: { kind: "redirect", to: "?again" }, door: "resolve", code: "forbidden" },
  };
  for (const [what, { fault, door, code }] of Object.entries(fatal)) {
    test(`${what}: the fault is ${code}, and nothing is left`, async () => {
      if (fault.kind === "stall") await loseHeart();
      world.hub.fail(fault, { door, times: Number.POSITIVE_INFINITY });
      assert.equal((await faultOf(fetchModel())).code, code);
      assert.deepEqual(await namesBelow(world.out), []);
    });
  }

  test("bytes that are wrong twice are set aside, and the fault names the place", async () => {
    world.hub.fail({ kind: "corrupt", at: 5 }, { door: "cdn", times: 2 });
    const fault = await faultOf(fetchModel());
    assert.equal(fault.code, "hashMismatch");
    assert.ok(fault.code === "hashMismatch" && fault.keptAs);
    assert.equal(fault.expected, sha256Of(weights));
    assert.deepEqual(await namesBelow(world.out), [path.relative(world.out, fault.keptAs)]);
    assert.match(fault.keptAs, /model\.gguf\.corrupt-2\d{3}-/);
    assert.equal(fault.actual, sha256Of(await read(fault.keptAs)));
  });

  test("a source that keeps breaking off at the same place is given up; what came is kept", async () => {
    world.hub.fail({ kind: "ignoreRange" }, { door: "cdn", times: Number.POSITIVE_INFINITY });
    world.hub.fail({ kind: "cut", after: 70_000 }, { door: "cdn", times: Number.POSITIVE_INFINITY });
    assert.equal((await faultOf(fetchModel())).code, "network");
    // A reset takes back what the system had received and nobody had read yet: a later try may come a bit further.
    assert.ok(world.hub.requests.filter((one) => one.door === "cdn").length > impatient.attempts);
    const kept = await read(`${world.target("model.gguf")}.partial`);
    assert.ok(kept.length > 0 && kept.length <= 70_000, String(kept.length));
    assert.deepEqual(kept, weights.subarray(0, kept.length));
  });

  test("the right file under the name already is taken without a request", async () => {
    await mkdir(path.dirname(world.target("model.gguf")), { recursive: true });
    await writeFile(world.target("model.gguf"), weights);
    assert.equal((await fetchModel()).outcome, "accepted");
    assert.deepEqual(world.hub.requests, []);
  });

  test("another file under the name is never touched, unless it is forced", async () => {
    const mine = Buffer.from(weights);
    mine[7] = (mine[7] ?? 0) ^ 1;
    await mkdir(path.dirname(world.target("model.gguf")), { recursive: true });
    await writeFile(world.target("model.gguf"), mine);
    const fault = await faultOf(fetchModel());
    assert.equal(fault.code, "exists");
    assert.deepEqual(world.hub.requests, []);
    assert.deepEqual(await read(world.target("model.gguf")), mine);
    await fetchModel({ force: true });
    await arrived();
  });

  test("a file that takes the name while it is fetched is not overwritten", async () => {
    world.hub.pace(CRAWL);
    const first = Promise.withResolvers<void>();
    const running = fetchModel({}, never, () => first.resolve());
    const outcome = faultOf(running);
    await first.promise;
    await writeFile(world.target("model.gguf"), "mine");
    world.hub.pace(undefined);
    assert.equal((await outcome).code, "exists");
    assert.equal((await read(world.target("model.gguf"))).toString(), "mine");
  });

  test("no room: nothing is fetched, and the fault says how much it takes", async () => {
    const fault = await faultOf(fetchModel({ reserveBytes: Number.MAX_SAFE_INTEGER - SIZE }));
    assert.ok(fault.code === "diskFull" && fault.needed > fault.free);
    assert.deepEqual(world.hub.requests, []);
    assert.deepEqual(await namesBelow(world.out), []);
  });

  test("a link that leads out of the place is not followed", async () => {
    const elsewhere = path.join(world.folder, "elsewhere");
    await mkdir(elsewhere);
    await mkdir(world.out);
    await symlink(elsewhere, path.join(world.out, "owner"));
    assert.equal((await faultOf(fetchModel())).code, "fileUnreadable");
    assert.deepEqual(await namesBelow(elsewhere), []);
  });

  test("a link under the partial's name is not written through", async () => {
    const victim = path.join(world.folder, "victim");
    await writeFile(victim, "mine");
    await mkdir(path.dirname(world.target("model.gguf")), { recursive: true });
    const partial = `${world.target("model.gguf")}.partial`;
    await symlink(victim, partial);
    await fetchModel();
    assert.equal(sha256Of(await read(world.target("model.gguf"))), sha256Of(weights));
    assert.equal((await read(victim)).toString(), "mine");
    await rm(world.target("model.gguf"));
    await symlink(victim, partial);
    await writeFile(`${partial}.json`, "{}");
    assert.equal((await faultOf(fetchModel())).code, "fileUnreadable");
    assert.equal((await read(victim)).toString(), "mine");
  });

  test("stopping keeps what came, rejects with the reason, and the next call fetches the rest alone", async () => {
    world.hub.pace(CRAWL);
    const stop = new AbortController();
    let told = 0;
    const running = fetchModel({}, stop.signal, ({ doneBytes }) => {
      told = Math.max(told, doneBytes);
      if (doneBytes > 0) stop.abort();
    });
    await assert.rejects(running, (error) => error === stop.signal.reason);
    const kept = (await read(`${world.target("model.gguf")}.partial`)).length;
    assert.ok(told > 0 && kept >= told && kept < SIZE, `${kept} of ${told}`);
    world.hub.forget();
    world.hub.pace(undefined);
    await fetchModel();
    await arrived();
    assert.equal(cdnBytes(), SIZE - kept);
  });

  const bothArrived = async (): Promise<void> => {
    assert.deepEqual(await namesBelow(world.out), [`${REPOSITORY}/config.json`, `${REPOSITORY}/model.gguf`]);
  };

  test("a host that asks to wait is left alone by all, as long as it asked", async () => {
    world.hub.fail({ kind: "status", status: 429, headers: { "retry-after": "1" } }, { door: "resolve" });
    const told = Promise.withResolvers<TransferProgress>();
    const first = fetchModel({}, never, (progress) => {
      if (progress.waiting) told.resolve(progress);
    });
    assert.equal((await told.promise).waiting?.code, "rateLimited");
    const second = transfers.run(world.job("config.json"), () => undefined, never);
    await Promise.all([first, second]);
    const [refused, ...others] = world.hub.requests;
    // Timers may be a moment early.
    const tooSoon = others.filter(({ at }) => at < (refused?.at ?? 0) + 990);
    assert.deepEqual(tooSoon, []);
    await bothArrived();
  });
  test("the token goes to the hub and nowhere else, and into no error", async () => {
    await fetchModel({ token: TOKEN });
    const [hub, cdn] = world.hub.requests;
    assert.equal(hub?.headers["authorization"], `Bearer ${TOKEN}`);
    assert.equal(cdn?.headers["authorization"], undefined);
    assert.ok(!JSON.stringify(cdn).includes(TOKEN));
    world.hub.fail({ kind: "cut", after: 0 }, { door: "cdn", times: Number.POSITIVE_INFINITY });
    const error: unknown = await fetchModel({ token: TOKEN, force: true }).catch((thrown: unknown) => thrown);
    const everything = inspect(error, { depth: 20, showHidden: true }) + String(error) + JSON.stringify(error);
    assert.ok(!everything.includes(TOKEN));
    assert.ok(!/Signature=|Expires=/.test(everything));
  });

  test("a hub that redirects the token elsewhere does not get it there", async () => {
    world.hub.fail(
      { kind: "redirect", to: `${world.hub.cdnUrl}/elsewhere` },
      { door: "resolve", times: Number.POSITIVE_INFINITY },
    );
    await faultOf(fetchModel({ token: TOKEN }));
    const cdn = world.hub.requests.filter((one) => one.door === "cdn");
    assert.ok(cdn.length > 0);
    assert.ok(cdn.every((one) => one.headers["authorization"] === undefined));
  });

  test("whatever cuts come, the bytes are right and none is fetched for nothing", async () => {
    await check(
      asyncProperty(array(integer({ min: 1, max: 90_000 }), { maxLength: 6 }), async (cuts) => {
        world.hub.heal();
        world.hub.forget();
        for (const after of cuts) world.hub.fail({ kind: "cut", after }, { door: "cdn" });
        await fetchModel({ force: true });
        await arrived();
        assert.equal(cdnBytes(), SIZE);
      }),
      { numRuns: 15 },
    );
  });
});
