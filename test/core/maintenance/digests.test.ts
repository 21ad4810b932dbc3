import assert from "node:assert/strict";
import { link, symlink, utimes, writeFile } from "node:fs/promises";
import { nodeThumbprint } from "../../../src/core/adapters/node-thumbprint.ts";
import { checksumsOf } from "../../../src/core/maintenance/survey/checksums.ts";
import { digestsOf } from "../../../src/core/maintenance/survey/digests.ts";
import type { Task } from "../../../src/core/protocol/tasks.ts";
import { sha256Of } from "../../support/stores/model-files.ts";
import { type Workshop, never, openWorkshop } from "./workshop.ts";

const OLD = new Date(Date.UTC(2026, 0, 1));

suite("digests that plans ask for", () => {
  let shop: Workshop;
  let read: string[] = [];
  let told: Task["progress"][] = [];
  setup(async () => {
    shop = await openWorkshop();
    [read, told] = [[], []];
  });
  teardown(() => shop.remove());

  const put = async (name: string, content: string): Promise<string> => {
    const at = await shop.file(name, content);
    await utimes(at, OLD, OLD);
    return at;
  };
  const digests = (paths: readonly string[]) => {
    const { hasher } = shop.parts;
    const watched: typeof hasher = {
      lanes: hasher.lanes,
      start: (job, onBytes, signal) => {
        read.push(job.path);
        return hasher.start(job, onBytes, signal);
      },
    };
    return digestsOf({ ...shop.parts, hasher: watched }, paths, (progress) => void told.push(progress), never);
  };

  test("are remembered as long as the file is as it was, and names of the same bytes are read once", async () => {
    const at = await put("a.bin", "the bytes");
    await link(at, `${at}.hard`);
    await symlink(at, `${at}.soft`);
    const paths = [at, `${at}.hard`, `${at}.soft`, `${shop.models}/nowhere`];
    const wanted = new Map(paths.slice(0, 3).map((path) => [path, sha256Of("the bytes")]));
    assert.deepEqual(await digests(paths), wanted);
    assert.deepEqual(read, [at]);
    assert.deepEqual(told.at(-1), { done: 9, total: 9, unit: "bytes" });
    assert.deepEqual(await digests(paths), wanted);
    assert.deepEqual(read, [at]);
    await writeFile(at, "others!!!");
    await utimes(at, OLD, new Date(OLD.getTime() + 5000));
    assert.equal((await digests([at])).get(at), sha256Of("others!!!"));
    assert.deepEqual(read, [at, at]);
  });

  test("a thumbprint reads small files whole, and of large ones the first and the last MiB", async () => {
    const MIB = 2 ** 20;
    const small = await put("small", "x");
    assert.equal(await nodeThumbprint(small, never), sha256Of("x"));
    assert.equal(await nodeThumbprint(`${shop.models}/nowhere`, never), undefined);
    const whole = Buffer.alloc(10 * MIB, 1);
    const [exact, large] = [`${shop.models}/exact`, `${shop.models}/large`];
    await writeFile(exact, whole);
    assert.equal(await nodeThumbprint(exact, never), sha256Of(whole));
    const more = Buffer.concat([whole, Buffer.alloc(5, 2)]);
    await writeFile(large, more);
    const ends = Buffer.concat([more.subarray(0, MIB), more.subarray(-MIB)]);
    assert.equal(await nodeThumbprint(large, never), sha256Of(ends));
  });

  test("a directory checksum moves with its files, and changes with any of them", async () => {
    const sums = (folder: string, ...names: readonly string[]) =>
      checksumsOf(shop.parts, new Map([["e", names.map((name) => `${shop.models}/${folder}/${name}`)]]), never);
    await put("one/a.gguf", "a");
    await put("one/sub/b.json", "b");
    await put("two/a.gguf", "a");
    await put("two/sub/b.json", "b");
    const one = (await sums("one", "sub/b.json", "a.gguf")).get("e");
    assert.match(one ?? "", /^v1:[0-9a-f]{64}$/);
    assert.equal((await sums("two", "a.gguf", "sub/b.json")).get("e"), one);
    await put("two/sub/b.json", "c");
    assert.notEqual((await sums("two", "a.gguf", "sub/b.json")).get("e"), one);
    assert.equal((await sums("one", "a.gguf", "gone")).size, 0);
  });
});
