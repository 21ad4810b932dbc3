import assert from "node:assert/strict";
import { type FileHandle, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createCarrierHttp } from "../../../src/core/adapters/carrier-http.ts";
import { DEFAULT_NET } from "../../../src/core/adapters/choose-proxy.ts";
import { createFollowThreads } from "../../../src/core/adapters/follow-threads.ts";
import { type NetAgents, createNetAgents } from "../../../src/core/adapters/net-agents.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";
import { createRawCarrier } from "../../../src/core/adapters/raw-carrier.ts";
import { createTransfer } from "../../../src/core/downloads/transfer.ts";
import {
  type TestHub,
  faultOf,
  hubWith,
  namesBelow,
  never,
  read,
  sampleBytes,
  sha256Of,
  unhurried,
} from "../../core/downloads/support.ts";

const SIZE = 2_500_000;
const weights = sampleBytes(SIZE, 12);

suite("a transfer and its disk", () => {
  let world: TestHub;
  let agents: NetAgents;
  const follower = createFollowThreads();

  setup(async () => {
    world = await hubWith({ "model.gguf": weights });
    agents = createNetAgents(DEFAULT_NET);
  });
  teardown(async () => {
    agents.close();
    await world.close();
  });

  suiteTeardown(() => follower.close());

  const transferWith = (partials = createPartialFiles()): ReturnType<typeof createTransfer>["run"] =>
    createTransfer(
      {
        http: createCarrierHttp(agents),
        carrier: createRawCarrier(agents, createCarrierHttp(agents)),
        follower,
        files: nodeFiles,
        partials,
        digest: nodeDigest,
        clock: nodeClock,
        random: nodeRandom,
      },
      { patience: unhurried, perHost: 16 },
    ).run;
  const writing = async (
    handle: FileHandle,
    chunks: readonly Uint8Array[],
    at: number,
    most: number,
  ): Promise<number> => {
    const [first = new Uint8Array()] = chunks;
    return (await handle.write(first, 0, Math.min(first.length, most), at)).bytesWritten;
  };

  test("a system that writes less than it was given gets the rest again", async () => {
    const stingy = createPartialFiles((handle, chunks, at) => writing(handle, chunks, at, 10_007));
    await transferWith(stingy)(world.job("model.gguf"), () => undefined, never);
    assert.equal(sha256Of(await read(world.target("model.gguf"))), sha256Of(weights));
  });

  test("a disk that fills up on the way: diskFull with what is missing, and the next call fetches the rest alone", async () => {
    let room = 1_500_000;
    const full = createPartialFiles(async (handle, chunks, at) => {
      if (room === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      const written = await writing(handle, chunks, at, room);
      room -= written;
      return written;
    });
    const fault = await faultOf(transferWith(full)(world.job("model.gguf"), () => undefined, never));
    assert.ok(fault.code === "diskFull");
    assert.ok(fault.needed >= SIZE - 1_500_000);
    assert.deepEqual(await namesBelow(world.out), [
      "owner/model/model.gguf.partial",
      "owner/model/model.gguf.partial.json",
    ]);
    const record = await readFile(`${world.target("model.gguf")}.partial.json`, "utf8");
    const { synced } = JSON.parse(record) as { readonly synced: readonly (readonly [number, number])[] };
    const had = synced.reduce((sum, [from, end]) => sum + end - from, 0);
    assert.ok(had > 0, "something was here");
    world.hub.forget();
    await transferWith()(world.job("model.gguf"), () => undefined, never);
    assert.equal(sha256Of(await read(world.target("model.gguf"))), sha256Of(weights));
    const fetched = world.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);
    assert.equal(fetched, SIZE - had);
  });

  test("a name is given once: the second who publishes keeps the first one's file", async () => {
    const partials = createPartialFiles();
    await mkdir(world.out);
    const [one, two, name] = ["one", "two", "name"].map((word) => path.join(world.out, word));
    await writeFile(one ?? "", "1");
    await writeFile(two ?? "", "2");
    await partials.publish(one ?? "", name ?? "", { replace: false });
    assert.equal((await faultOf(partials.publish(two ?? "", name ?? "", { replace: false }))).code, "exists");
    assert.equal(await readFile(name ?? "", "utf8"), "1");
    await partials.publish(two ?? "", name ?? "", { replace: true });
    assert.equal(await readFile(name ?? "", "utf8"), "2");
  });

  test("only an empty folder is removed", async () => {
    const partials = createPartialFiles();
    await mkdir(path.join(world.out, "full"), { recursive: true });
    await partials.removeEmptyFolder(world.out);
    assert.ok((await stat(world.out)).isDirectory());
    await partials.removeEmptyFolder(path.join(world.out, "full"));
    await partials.removeEmptyFolder(world.out);
    await partials.removeEmptyFolder(world.out);
    await assert.rejects(stat(world.out), { code: "ENOENT" });
  });
});
