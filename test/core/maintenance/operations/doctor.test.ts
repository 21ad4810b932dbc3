import assert from "node:assert/strict";
import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { OllamaFacts } from "../../../../src/core/maintenance/plan.ts";
import { doctor } from "../../../../src/core/maintenance/operations/doctor.ts";
import type { Plan } from "../../../../src/core/protocol/maintenance.ts";
import { type Workshop, anyOptions, never, openWorkshop, undoIt } from "../workshop.ts";

const blob = (letter: string): string => letter.repeat(64);

/** The plan of a download of one file. */
const bodyOf = (target: string): string =>
  JSON.stringify({
    version: 1,
    provider: "huggingface",
    repository: "o/r",
    revision: "main",
    commit: "c",
    variant: "Q4_K_M",
    root: "/",
    folder: path.dirname(target),
    madeFolders: [],
    force: false,
    tags: [],
    characteristics: [],
    files: [{ path: "m.gguf", target, sizeBytes: 9, primary: true }],
  });

suite("doctor", () => {
  let shop: Workshop;
  let ollama: OllamaFacts | undefined;
  setup(async () => {
    ollama = undefined;
    shop = await openWorkshop({ operations: [anyOptions(doctor)], readOllama: async () => ollama });
  });
  teardown(() => shop.remove());
  const at = (name: string): string => path.join(shop.models, name);
  const old = async (name: string): Promise<void> => utimes(await shop.file(name), 1_700_000_000, 1_700_000_000);
  const look = (more: Readonly<Record<string, unknown>> = {}) =>
    shop.maintenance.plan("doctor", { stores: [shop.models], ...more }, never);
  const told = ({ findings }: Plan): readonly string[] =>
    findings
      .map(
        ({ kind, what, mended }) =>
          `${kind} ${path.isAbsolute(what) ? path.relative(shop.root, what) : what}${mended ? " mended" : ""}`,
      )
      .toSorted();

  /** A cache of one repository: what a snapshot links to, and what it does not. */
  async function cache(root: string): Promise<void> {
    await old(`${root}/models--o--r/blobs/${blob("a")}`);
    await old(`${root}/models--o--r/blobs/${blob("b")}`);
    await old(`${root}/models--o--r/blobs/${blob("c")}.incomplete`);
    await shop.file(`${root}/models--o--r/blobs/${blob("d")}`);
    await mkdir(at(`${root}/models--o--r/snapshots/1`), { recursive: true });
    await symlink(`../../blobs/${blob("a")}`, at(`${root}/models--o--r/snapshots/1/w.safetensors`));
  }

  test("finds nothing wrong with what is well", async () => {
    await shop.entries("a", "b");
    assert.deepEqual(told(await look({ mend: ["orphan", "missing", "moved", "twin", "duplicateBytes"] })), []);
  });

  test("tells of orphaned blobs, partial files and links that lead nowhere, and touches nothing unasked", async () => {
    await cache("hub");
    await old("o/r/m.gguf.partial");
    await old("o/r/m.gguf.partial.json");
    await shop.file("o/r/young.gguf.partial");
    await symlink("gone.gguf", at("o/r/link.gguf"));
    const before = await shop.tree();
    const plan = await look();
    assert.deepEqual(told(plan), [
      "danglingLink models/o/r/link.gguf",
      `orphan models/hub/models--o--r/blobs/${blob("b")}`,
      `stalePartial models/hub/models--o--r/blobs/${blob("c")}.incomplete`,
      "stalePartial models/o/r/m.gguf.partial",
      "stalePartial models/o/r/m.gguf.partial.json",
    ]);
    assert.equal(plan.totals.steps, 0);
    assert.deepEqual(await shop.tree(), before);
    assert.ok(plan.findings.every(({ kind, bytes }) => (bytes ?? 0) > 0 === (kind !== "danglingLink")));
    const elder = await look({ partialAgeDays: 0 });
    assert.equal(told(elder).length, 7);
  });

  test("throws what was asked for into the trash, and undo brings it back", async () => {
    await cache("hub");
    await old("o/r/m.gguf.partial");
    await symlink("gone.gguf", at("o/r/link.gguf"));
    const before = await shop.tree();
    const plan = await look({ mend: ["orphan", "danglingLink"] });
    assert.deepEqual(told(plan), [
      "danglingLink models/o/r/link.gguf mended",
      `orphan models/hub/models--o--r/blobs/${blob("b")} mended`,
      `stalePartial models/hub/models--o--r/blobs/${blob("c")}.incomplete`,
      "stalePartial models/o/r/m.gguf.partial",
    ]);
    const { historyId } = await shop.maintenance.apply(plan.planId, true, never);
    const left = Object.keys(await shop.tree()).filter((name) => name.startsWith("models/"));
    assert.ok(!left.some((name) => name.endsWith(blob("b")) || name.endsWith("link.gguf")));
    assert.ok(left.some((name) => name.endsWith(blob("a"))));
    await undoIt(shop.maintenance, historyId);
    assert.deepEqual(await shop.tree(), before);
  });

  test("takes no partial file that a download goes on with, by whatever path it is met", async () => {
    await old("o/r/m.gguf.partial");
    const alias = path.join(shop.root, "alias");
    await symlink(shop.models, alias);
    const target = path.join(alias, "o/r/m.gguf");
    await shop.parts.registry.commit([
      {
        table: "downloads",
        key: "d",
        after: { state: "paused", priority: 0, position: 0, added_at: "2026-01-01", body_json: bodyOf(target) },
      },
    ]);
    assert.deepEqual(told(await look()), []);
    assert.deepEqual(told(await look({ stores: [alias] })), []);
  });

  test("takes no blob for an orphan where a snapshot may lie elsewhere", async () => {
    await cache("hub");
    await mkdir(at("far"));
    await symlink(at("far"), at("hub/models--o--r/snapshots/2"));
    assert.deepEqual(
      told(await look()).filter((one) => one.startsWith("orphan")),
      [],
    );
    await rm(at("hub/models--o--r/snapshots"), { recursive: true });
    assert.deepEqual(
      told(await look()).filter((one) => one.startsWith("orphan")),
      [],
    );
  });

  test("leaves a blob that an entry has, and one that is linked from elsewhere", async () => {
    await cache("hub");
    await mkdir(at("mine"));
    await symlink(at(`hub/models--o--r/blobs/${blob("b")}`), at("mine/x.safetensors"));
    assert.deepEqual(
      told(await look()).filter((one) => one.startsWith("orphan")),
      [],
    );
  });

  for (const serverRuns of [false, true])
    test(`${serverRuns ? "tells only of" : "mends"} Ollama's orphans while its server ${serverRuns ? "runs" : "rests"}`, async () => {
      const [used, unused] = [`ollama/blobs/sha256-${blob("1")}`, `ollama/blobs/sha256-${blob("2")}`];
      const partial = `ollama/blobs/sha256-${blob("3")}-partial`;
      for (const name of [used, unused, partial, `${partial}-0`]) await old(name);
      const manifest = await shop.file("ollama/manifests/m");
      const models = new Map([["m:latest", { modelBlob: at(used), blobs: [at(used)], manifest }]]);
      ollama = { root: at("ollama"), serverRuns, models };
      const plan = await look({ mend: ["orphan", "stalePartial"] });
      const end = serverRuns ? "" : " mended";
      assert.deepEqual(
        told(plan),
        [
          `orphan models/${unused}${end}`,
          `stalePartial models/${partial}-0${end}`,
          `stalePartial models/${partial}${end}`,
        ].toSorted(),
      );
      assert.equal(plan.totals.files, serverRuns ? 0 : 3);
      ollama = { ...ollama, unreadable: [manifest] };
      assert.deepEqual(
        told(await look()).filter((one) => one.startsWith("orphan")),
        [],
      );
    });

  test("tells of splits that lack a part and of projectors beside which there is no model", async () => {
    await shop.file("s/m-00001-of-00003.gguf");
    await shop.file("s/m-00003-of-00003.gguf");
    await shop.file("t/n-00001-of-00001.gguf");
    await shop.file("p/mmproj-x.gguf");
    await shop.file("q/mmproj-x.gguf");
    await shop.file("q/x.gguf");
    assert.deepEqual(told(await look()), [
      "incompleteSplit models/s/m-00001-of-00003.gguf",
      "lonelyProjector models/p/mmproj-x.gguf",
    ]);
  });

  test("prunes what is missing, but not what only moved", async () => {
    await shop.entries("gone", "moved", "stays");
    const from = at("owner/moved/moved.gguf");
    await rm(at("owner/gone/gone.gguf"));
    await mkdir(at("new"));
    await writeFile(at("new/moved.gguf"), `bytes of owner/moved/moved.gguf`);
    await rm(from);
    const plan = await look({ mend: ["missing", "moved"] });
    assert.deepEqual(told(plan), ["missing gone mended", "moved moved"]);
    await shop.maintenance.apply(plan.planId, true, never);
    const { entries = [] } = await shop.rows();
    assert.deepEqual(
      entries.map(({ name }) => name),
      ["moved", "stays"],
    );
  });

  test("tells of unsafe formats, drift from a lock and bytes that are recorded twice", async () => {
    await shop.entries("a", "b", "c");
    const { files = [], entries = [] } = await shop.rows();
    const row = (name: string) => entries.find((one) => one["name"] === name);
    const same = await Promise.all(["a", "b"].map((name) => shop.file(`owner/${name}/${name}.gguf`, "the same bytes")));
    await shop.parts.registry.commit([
      ...files.slice(0, 2).map((file, index) => ({
        table: "files",
        key: same[index] ?? "",
        after: { ...file, size_bytes: 14, modified: null, sha256: blob("e") },
      })),
      { table: "entries", key: "discovered:b", after: { ...row("b"), locked: 1, lock_sha256: blob("f") } },
      {
        table: "characteristics",
        key: "c|unsafe|name",
        after: { entry: "c", name: "unsafe", value_json: "true", source: "name", confidence: 1 },
      },
    ]);
    assert.deepEqual(told(await look()), ["drift b", "duplicateBytes models/owner/a/a.gguf", "unsafe c"]);
    const mending = await look({ mend: ["duplicateBytes"] });
    assert.deepEqual(told(mending), ["drift b", "duplicateBytes models/owner/b/b.gguf mended", "unsafe c"]);
    await shop.maintenance.apply(mending.planId, true, never);
  });

  test("mends twins in one go, and says of each that it is mended", async () => {
    await shop.entries("a", "b", "c");
    const { entries = [] } = await shop.rows();
    await shop.parts.registry.commit(
      entries.map((row) => ({ table: "entries", key: String(row["key"]), after: { ...row, family: "one" } })),
    );
    const plan = await look({ mend: ["twin"] });
    assert.deepEqual(told(plan), ["twin b mended", "twin c mended"]);
    assert.equal(plan.totals.removed, 2);
  });
});
