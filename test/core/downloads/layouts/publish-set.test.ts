import assert from "node:assert/strict";
import { lstat, mkdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import { createNodeLinks } from "../../../../src/core/adapters/node-links.ts";
import { nodeRandom } from "../../../../src/core/adapters/node-random.ts";
import { createPartialFiles } from "../../../../src/core/adapters/partial-files.ts";
import { createPublishSet } from "../../../../src/core/downloads/publish-set.ts";
import { editOf } from "../../../../src/core/downloads/item.ts";
import { removeFiles } from "../../../../src/core/downloads/remove-files.ts";
import { knownAs } from "../../../../src/core/downloads/plan.ts";
import type { Layout } from "../../../../src/core/settings.ts";
import { createHashThreads } from "../../../../src/core/adapters/hash-threads.ts";
import { createVerifier } from "../../../../src/core/tasks/create-verifier.ts";
import { verified } from "../../tasks/support.ts";
import { cacheRevision } from "../../../support/stores/hub-cache.ts";
import { safetensors, sha256Of, tinyModel, tinyProjector } from "../../../support/stores/model-files.ts";
import { never } from "../../maintenance/workshop.ts";
import { faultOf } from "../support.ts";
import { type Contents, type Downloading, openDownloading } from "./downloaded.ts";
import { COMMIT, analysisOf } from "./samples.ts";

suite("a set that has arrived", () => {
  let world: Downloading;
  const open = async (layout: Layout, others = {}): Promise<string> => {
    world = await openDownloading(layout, others);
    return world.shop.models;
  };
  teardown(() => world.shop.remove());

  const weights = tinyModel("one");
  const contents: Contents = { "tiny-Q4_K_M.gguf": weights, "mmproj-F16.gguf": tinyProjector() };
  const first = async (more: Parameters<Downloading["plans"]>[1] = {}, given = contents) => {
    const [plan] = await world.plans(analysisOf(given), more);
    assert.ok(plan);
    return plan;
  };
  const cancel = async (item: Awaited<ReturnType<Downloading["arrive"]>>): Promise<void> =>
    removeFiles(
      {
        files: nodeFiles,
        partials: createPartialFiles(),
        registry: world.shop.parts.registry,
        links: createNodeLinks(),
      },
      item,
      new Set(),
    );

  /** Files of the entry that are as they were, and those that are not. */
  async function checked(name: string): Promise<readonly [ok: number, others: number]> {
    const { parts, models } = world.shop;
    const verifier = createVerifier({
      ...parts,
      random: nodeRandom,
      hasher: createHashThreads({ lanes: 1 }),
      hub: { analyze: async () => assert.fail("all digests are known") },
      roots: { locations: [{ name: "main", path: models }], weightsRoot: undefined },
    });
    try {
      const { counts } = await verified(verifier, [name]);
      return [counts.ok, counts.missing + counts.changed + counts.unknown];
    } finally {
      await verifier.close();
    }
  }

  for (const [layout, given] of [
    ["owner-repo", contents],
    ["flat", contents],
    ["lm-studio", contents],
    ["hf-cache", contents],
    ["comfyui", { "some-lora.safetensors": safetensors({ ss_network_module: "networks.lora" }) }],
    ["hf-cache", { "config.json": '{"model_type":"llama"}', "model.safetensors": safetensors() }],
    ["lm-studio", { "config.json": '{"model_type":"llama"}', "model.safetensors": safetensors() }],
  ] as const) {
    const what = Object.keys(given).join(", ");
    test(`in the layout ${layout} is an entry that scans, doctor, verification and removal know (${what})`, async () => {
      await open(layout);
      const { shop } = world;
      const { name, troubles } = await world.finish(await world.arrive(await first({}, given), given));
      assert.deepEqual(troubles, []);
      const rows = await shop.rows();
      assert.equal(rows["entries"]?.length, 1);
      for (const [operation, options] of [
        ["scan", {}],
        ["importHuggingFaceCache", { root: shop.models }],
        ["importLmStudio", { root: shop.models }],
        ["importComfyUI", { root: shop.models }],
      ] as const) {
        const fits = { importHuggingFaceCache: "hf-cache", importLmStudio: "lm-studio", importComfyUI: "comfyui" };
        if (operation !== "scan" && fits[operation] !== layout) continue;
        const plan = await shop.maintenance.plan(operation, options, never);
        assert.deepEqual(plan.firstSteps, [], operation);
      }
      assert.deepEqual(await checked(name), [Object.keys(given).length, 0]);
      const doctor = await shop.maintenance.plan(
        "doctor",
        { stores: [shop.models], partialAgeDays: 0, mend: ["orphan", "danglingLink", "missing"] },
        never,
      );
      assert.deepEqual([doctor.firstSteps, (doctor.findings ?? []).filter(({ kind }) => kind !== "unsafe")], [[], []]);
      const removal = await shop.maintenance.plan("remove", { names: [name], mode: "purge" }, never);
      assert.deepEqual(removal.keptBack, []);
      await shop.maintenance.apply(removal.planId, true, never);
      const left = Object.keys(await shop.tree()).filter((one) => !/trash|\/$|refs\/main/.test(one));
      assert.deepEqual(left, []);
    });
  }

  test("a cache's alias is a relative link, and its mark says the commit; doing it again changes nothing", async () => {
    const root = await open("hf-cache");
    const plan = await first();
    const item = await world.arrive(plan, contents);
    assert.deepEqual(await world.publish(plan, never), []);
    const alias = `${root}/models--acme--Tiny-GGUF/snapshots/${COMMIT}/tiny-Q4_K_M.gguf`;
    assert.equal(await readlink(alias), `../../blobs/${sha256Of(weights)}`);
    assert.equal(await readFile(`${root}/models--acme--Tiny-GGUF/refs/main`, "utf8"), COMMIT);
    const before = await lstat(alias);
    assert.deepEqual(await world.publish(plan, never), []);
    assert.deepEqual((await lstat(alias)).mtimeMs, before.mtimeMs);
    await world.finish(item);
    const [entry] = (await world.shop.rows())["entries"] ?? [];
    assert.equal(entry?.["path"], alias);
  });

  test("ended between any two steps, the next start goes on from there", async () => {
    const root = await open("hf-cache");
    const linkOut = path.join(world.shop.root, "program");
    const plan = await first({ linkOut: [linkOut] });
    await world.arrive(plan, contents);
    for (let steps = 0; ; steps += 1) {
      let left = steps;
      const living = (): void => {
        if (left <= 0) throw new Error("killed");
        left -= 1;
      };
      const links = createNodeLinks();
      const mortal = createPublishSet({
        files: {
          ...nodeFiles,
          makeFolder: async (folder) => {
            living();
            await nodeFiles.makeFolder(folder);
          },
          replace: async (file, content) => {
            living();
            await nodeFiles.replace(file, content);
          },
        },
        links: {
          ...links,
          make: async (...asked) => {
            living();
            await links.make(...asked);
          },
        },
      });
      const isDone = await mortal(plan, never).then(
        (troubles) => troubles.length === 0,
        () => false,
      );
      if (isDone) break;
      assert.deepEqual(await world.publish(plan, never), []);
      for (const file of plan.files) {
        assert.equal((await stat(knownAs(file))).ino, (await stat(file.target)).ino);
        assert.equal((await stat(path.join(linkOut, file.path))).ino, (await stat(file.target)).ino);
      }
      assert.equal(await readFile(`${root}/models--acme--Tiny-GGUF/refs/main`, "utf8"), COMMIT);
      for (const gone of [linkOut, `${root}/models--acme--Tiny-GGUF/snapshots`, `${root}/models--acme--Tiny-GGUF/refs`])
        await rm(gone, { recursive: true });
    }
  });

  test("blobs of a download that is not done are no litter, though nothing leads to them yet", async () => {
    const root = await open("hf-cache");
    const { shop } = world;
    const item = await world.arrive(await first(), contents);
    await mkdir(`${root}/models--acme--Tiny-GGUF/snapshots`);
    const orphans = async () =>
      (await shop.maintenance.plan("doctor", { stores: [shop.models], partialAgeDays: 0, mend: ["orphan"] }, never))
        .totals.steps;
    item.state = "paused";
    await shop.parts.registry.commit([editOf(item)]);
    assert.equal(await orphans(), 0);
    item.state = "cancelled";
    await shop.parts.registry.commit([editOf(item)]);
    assert.ok((await orphans()) > 0);
  });

  test("an alias that leads nowhere is made anew, and one that is another file is a fault", async () => {
    const root = await open("hf-cache");
    const snapshot = `${root}/models--acme--Tiny-GGUF/snapshots/${COMMIT}`;
    await mkdir(snapshot, { recursive: true });
    await symlink("../../blobs/gone", `${snapshot}/tiny-Q4_K_M.gguf`);
    const plan = await first();
    await world.arrive(plan, contents);
    assert.deepEqual(await world.publish(plan, never), []);
    assert.deepEqual(await readFile(`${snapshot}/tiny-Q4_K_M.gguf`), Buffer.from(weights));
    await rm(`${snapshot}/tiny-Q4_K_M.gguf`);
    await writeFile(`${snapshot}/tiny-Q4_K_M.gguf`, "somebody's");
    assert.equal((await faultOf(world.publish(plan, never))).code, "exists");
    assert.equal(await readFile(`${snapshot}/tiny-Q4_K_M.gguf`, "utf8"), "somebody's");
    // What lies there as a file of its own is checked there, and gets no blob.
    assert.equal((await first()).files[0]?.target, `${snapshot}/tiny-Q4_K_M.gguf`);
  });

  test("finished files get a further name in another program's folder, or a link where they lie in a cache", async () => {
    await open("owner-repo");
    const program = path.join(world.shop.root, "program/ckpts");
    const plan = await first({ linkOut: [`${program}/`] });
    assert.deepEqual(plan.linkOut, [program]);
    await world.arrive(plan, contents);
    assert.deepEqual(await world.publish(plan, never), []);
    const target = plan.files[0]?.target ?? "";
    assert.equal((await lstat(`${program}/tiny-Q4_K_M.gguf`)).ino, (await lstat(target)).ino);
    assert.deepEqual(await world.publish(plan, never), []);
    await world.shop.remove();
    await open("hf-cache");
    const link = path.join(world.shop.root, "program");
    const cached = await first({ linkOut: [link] });
    await world.arrive(cached, contents);
    assert.deepEqual(await world.publish(cached, never), []);
    assert.ok((await lstat(`${link}/tiny-Q4_K_M.gguf`)).isSymbolicLink());
  });

  test("another file in that folder stays as it is, and is told; the others get their links", async () => {
    await open("owner-repo");
    const program = path.join(world.shop.root, "program");
    await mkdir(program);
    await writeFile(`${program}/tiny-Q4_K_M.gguf`, "another");
    const plan = await first({ linkOut: [program] });
    await world.arrive(plan, contents);
    const troubles = await world.publish(plan, never);
    assert.deepEqual(
      troubles.map(({ code, facts }) => [code, facts["path"]]),
      [["exists", `${program}/tiny-Q4_K_M.gguf`]],
    );
    assert.ok(troubles[0]?.remedy);
    assert.equal(await readFile(`${program}/tiny-Q4_K_M.gguf`, "utf8"), "another");
    assert.ok(await stat(`${program}/mmproj-F16.gguf`));
  });

  test("where no link can be made nothing is copied, and it is told what to do", async () => {
    await open("owner-repo");
    const program = path.join(world.shop.root, "program");
    const plan = await first({ linkOut: [program] });
    await world.arrive(plan, contents);
    const links = createNodeLinks();
    const refusing = createPublishSet({
      files: nodeFiles,
      links: {
        ...links,
        make: (link, _target, how) => links.make(link, path.join(program, "none"), how === "hard" ? "hard" : "clone"),
      },
    });
    const troubles = await refusing(plan, never);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ["fileUnreadable", "fileUnreadable"],
    );
    assert.deepEqual(await nodeFiles.list(program), []);
  });

  for (const layout of ["owner-repo", "lm-studio", "hf-cache", "flat"] as const)
    test(`cancelled after it was published, nothing of it is left (${layout})`, async () => {
      await open(layout);
      const before = await world.shop.tree();
      const item = await world.arrive(await first({ linkOut: [path.join(world.shop.root, "program")] }), contents);
      assert.deepEqual(await world.publishItem(item), []);
      await cancel(item);
      assert.deepEqual(await world.shop.tree(), before);
    });

  test("cancelled, it leaves what others use of a cache: their blobs, their snapshot, what its branch said", async () => {
    const root = await open("hf-cache");
    const old = "a".repeat(40);
    await cacheRevision(root, "acme/Tiny-GGUF", {
      commit: old,
      refs: ["main"],
      files: { "mmproj-F16.gguf": tinyProjector() },
    });
    const before = await world.shop.tree();
    const item = await world.arrive(await first(), contents);
    assert.deepEqual(
      item.files.map(({ finished }) => finished?.made),
      [true, false],
    );
    assert.deepEqual(await world.publishItem(item), []);
    await cancel(item);
    assert.deepEqual(await world.shop.tree(), before);
    // One that another program began to use meanwhile.
    const again = await world.arrive(await first(), contents);
    await mkdir(`${root}/models--acme--Tiny-GGUF/snapshots/${"b".repeat(40)}`);
    await symlink(
      `../../blobs/${sha256Of(weights)}`,
      `${root}/models--acme--Tiny-GGUF/snapshots/${"b".repeat(40)}/other.gguf`,
    );
    await cancel(again);
    assert.ok(await stat(`${root}/models--acme--Tiny-GGUF/blobs/${sha256Of(weights)}`));
  });

  test("configuration of a support repository and optional files come with the set, pinned and under their owner's address", async () => {
    const support = analysisOf(
      { "config.json": "{}", "tokenizer.json": "{ }", "README.md": "# Hi", "model.safetensors": weights },
      { repository: "base/model", commit: "d".repeat(40) },
    );
    await open("owner-repo", { "base/model": support });
    const analysis = analysisOf({ "tiny-Q4_K_M.gguf": weights, "sample.png": "x", "README.md": "# Tiny" });
    const marked = {
      ...analysis,
      documents: ["README.md"],
      files: analysis.files.map((file) => (file.path === "sample.png" ? { ...file, optional: true } : file)),
    };
    const [plan] = await world.plans(marked, { supportRepo: "base/model", includeOptional: true });
    assert.deepEqual(
      plan?.files.map(({ path: name, from, url, primary }) => [
        name,
        from?.repository,
        url?.replace(/^[^/]*\/\/[^/]*/, ""),
        primary,
      ]),
      [
        ["tiny-Q4_K_M.gguf", undefined, undefined, true],
        ["sample.png", undefined, undefined, false],
        ["config.json", "base/model", `/base/model/resolve/${"d".repeat(40)}/config.json`, false],
        ["tokenizer.json", "base/model", `/base/model/resolve/${"d".repeat(40)}/tokenizer.json`, false],
      ],
    );
    assert.equal(plan.documents?.[0]?.path, "README.md");
    assert.match(plan.documents[0].gitSha1 ?? "", /^[0-9a-f]{40}$/);
  });
});
