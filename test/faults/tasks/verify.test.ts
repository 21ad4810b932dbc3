import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { open, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import type { VerifyReport } from "../../../src/core/protocol/tasks.ts";
import { FIRST_PIECE } from "../../core/tasks/hash-here.ts";
import {
  type VerifyWorld,
  createVerifyWorld,
  verdicts,
  verified,
  writeZeros,
  zerosDigest,
} from "../../core/tasks/support.ts";

const LONG = 4 * FIRST_PIECE;

const kept = async ({ database }: VerifyWorld): Promise<number> =>
  (await database.query("SELECT path FROM hashes")).length;

suite("verify and files that do not hold still", () => {
  let world: VerifyWorld;
  /** Happens in the middle of each reading of a file. */
  let midway: (file: string) => Promise<unknown>;
  /** Of the clock, which stands still once a file was written: however long it takes, that was a moment ago. */
  let wroteAt: number | undefined;

  setup(async () => {
    midway = async () => undefined;
    wroteAt = undefined;
    const clock = { ...nodeClock, wall: () => wroteAt ?? nodeClock.wall() };
    world = await createVerifyWorld({ midway: (file) => midway(file), clock });
  });
  teardown(() => world.close());

  /** What the check says where that happens, once, in the middle of the file. */
  async function meanwhile(happens: () => Promise<void>): Promise<VerifyReport> {
    let times = 0;
    midway = async () => {
      times += 1;
      if (times === 1) await happens();
    };
    const report = await verified(world.verifier, ["long"]);
    assert.ok(times > 0);
    return report;
  }
  const putLong = (sha256 = zerosDigest(LONG)): Promise<string> =>
    world.putZeros("long", "long.gguf", LONG, { sha256 });
  const write = async (file: string, text: string): Promise<void> => {
    const handle = await open(file, "r+");
    await handle.write(text, 0);
    await handle.close();
    wroteAt = nodeClock.wall();
  };

  test("one that vanishes is missing", async () => {
    const file = await putLong();
    assert.deepEqual(verdicts(await meanwhile(() => rm(file))), { "long.gguf": "missing" });
    assert.equal(await kept(world), 0);
  });

  test("one whose drive goes away is offline", async () => {
    await putLong();
    const report = await meanwhile(() => rename(world.models, `${world.models}-unplugged`));
    assert.deepEqual(verdicts(report), { "long.gguf": "offline" });
  });

  test("one that changes is read again, and told by what it is then", async () => {
    const file = await putLong(zerosDigest(LONG, "x"));
    const report = await meanwhile(() => write(file, "x"));
    assert.deepEqual(verdicts(report), { "long.gguf": "ok" });
    // It had just been written when the second reading began.
    assert.equal(await kept(world), 0);
  });

  test("one that another takes the place of is read again", async () => {
    const file = await putLong(zerosDigest(5));
    await world.database.commit([
      {
        table: "files",
        key: file,
        after: { entry: "long", size_bytes: 0, sha256: zerosDigest(5), git_sha1: null, proof: "sha256" },
      },
    ]);
    await writeZeros(`${file}.new`, 5);
    const report = await meanwhile(() => rename(`${file}.new`, file));
    assert.deepEqual(verdicts(report), { "long.gguf": "ok" });
  });

  test("one that changes each time it is read is changed, and no hash of it is kept", async () => {
    const file = await putLong();
    let count = 0;
    midway = () => write(file, `${(count += 1)}`);
    assert.deepEqual(verdicts(await verified(world.verifier, ["long"])), { "long.gguf": "changed" });
    assert.equal(await kept(world), 0);
    assert.equal(world.hashed(), 2);
  });
});

suite("verify and what cannot be read", () => {
  let world: VerifyWorld;
  setup(async () => {
    world = await createVerifyWorld();
  });
  teardown(() => world.close());

  test("one that the system will not read is unreadable, and the others are checked all the same", async function () {
    // Its bytes cannot be read from the front, by no one.
    if (process.platform !== "linux") return this.skip();
    const file = await world.put("broken", "broken.gguf", "", { size_bytes: 0 });
    await rm(file);
    await symlink("/proc/self/mem", file);
    await world.put("good", "good.gguf", "good");
    const report = await verified(world.verifier);
    assert.deepEqual(verdicts(report), { "broken.gguf": "unreadable", "good.gguf": "ok" });
  });

  test("a pipe in a file's place is not waited for", async function () {
    if (process.platform === "win32") return this.skip();
    const file = await world.put("pipe", "pipe.gguf", "bytes");
    await rm(file);
    await promisify(execFile)("mkfifo", [file]);
    assert.deepEqual(verdicts(await verified(world.verifier)), { "pipe.gguf": "unreadable" });
  });

  test("a path through a file, and a link that leads nowhere or to itself, are missing", async () => {
    const file = await world.put("under", "under.gguf", "x");
    await world.addEntry("through", { path: path.join(file, "inside.gguf") });
    const [nowhere, loop] = [path.join(world.models, "nowhere.gguf"), path.join(world.models, "loop.gguf")];
    await symlink(path.join(world.models, "gone"), nowhere);
    await symlink(loop, loop);
    await world.addEntry("nowhere", { path: nowhere });
    await world.addEntry("loop", { path: loop });
    assert.deepEqual(verdicts(await verified(world.verifier, ["through", "nowhere", "loop"])), {
      "inside.gguf": "missing",
      "nowhere.gguf": "missing",
      "loop.gguf": "missing",
    });
  });

  test("hashes that cannot be kept are no reason not to check", async () => {
    await world.close();
    world = await createVerifyWorld({ fullDisk: true });
    await world.put("one", "one.gguf", "one");
    assert.equal((await verified(world.verifier)).counts.ok, 1);
    assert.equal(await kept(world), 0);
    assert.match(world.warnings[0] ?? "", /the hashes of 1 files could not be kept: diskFull/);
  });
});
