import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { faultOf, namesBelow, never, read, sha256Of } from "../downloads/support.ts";
import { type MetadataWorld, type WorldOptions, createMetadataWorld, png } from "./world.ts";

const CONTENT = "weights of an adapter";
const PICTURE = png(640, 320);
const record = (url: string) => ({
  baseModel: "SDXL 1.0",
  trainedWords: [" glow ", "neon"],
  description: "<p>Adds a <b>glow</b>.</p><script>x</script><p>Use it &amp; enjoy</p>",
  model: { name: "Glow", type: "LORA" },
  images: [
    { url: `${url}/adult.png`, type: "image", nsfwLevel: 8 },
    { url: `${url}/clip.mp4`, type: "video", nsfwLevel: 1 },
    { url: `${url}/broken.png`, type: "image", nsfwLevel: 1 },
    { url: `${url}/good.png`, type: "image", nsfwLevel: 1 },
  ],
});

suite("metadata", () => {
  let world: MetadataWorld;
  const open = async (options: WorldOptions = {}): Promise<void> => {
    world = await createMetadataWorld(options);
    world.server.versions.push({
      id: 7,
      modelId: 70,
      name: "v2",
      sha256: sha256Of(CONTENT),
      more: record(world.server.url),
    });
    world.server.pictures.set("/good.png", { content: PICTURE, type: "image/png" });
    world.server.pictures.set("/broken.png", { content: Buffer.from("<html>"), type: "image/png" });
  };
  teardown(() => world.close());
  const fetched = async (...names: string[]) => world.metadata.fetch(names, never);
  const files = () => namesBelow(world.models);

  test("what Civitai knows by the digest lies beside the file and in the registry", async () => {
    await open();
    const file = await world.add("glow", "loras/glow.safetensors", CONTENT);
    const [found] = await fetched("glow");
    const folder = path.dirname(file);
    assert.deepEqual(found?.written, [`${folder}/glow.civitai.info`, `${folder}/glow.preview.png`]);
    assert.deepEqual(found.fields, [
      "description",
      "triggerWords",
      "baseModel",
      "civitai",
      "modelType",
      "lora",
      "preview",
    ]);
    const entry = await world.show("glow");
    assert.equal(entry.description, "Adds a glow.\nUse it & enjoy");
    assert.deepEqual(entry.metadata["triggerWords"], ["glow", "neon"]);
    assert.equal(entry.preview, `${folder}/glow.preview.png`);
    assert.deepEqual(await read(entry.preview), Buffer.from(PICTURE));
    assert.ok((await read(String(entry.metadata["thumbnail"]))).length < PICTURE.length + 4000);
    assert.ok(entry.facts.some(({ name, value, source }) => name === "lora" && value === true && source === "hub"));
    const sidecar: unknown = JSON.parse(await readFile(`${folder}/glow.civitai.info`, "utf8"));
    assert.ok(typeof sidecar === "object" && sidecar !== null && "trainedWords" in sidecar && "modelDeck" in sidecar);
    assert.ok(!world.server.requests.some(({ url }) => url.includes("adult") || url.includes("clip")));
  });

  test("what a person, or another program, wrote stays", async () => {
    await open();
    const file = await world.add("glow", "glow.safetensors", CONTENT, {
      description: "Mine",
      metadata: { triggerWords: ["my word"] },
      preview: "/pictures/mine.png",
    });
    const sidecar = path.join(path.dirname(file), "glow.civitai.info");
    await writeFile(sidecar, '{"notes":"of another program"}');
    const [found] = await fetched("glow");
    assert.deepEqual(found?.written, []);
    const entry = await world.show("glow");
    assert.equal(entry.description, "Mine");
    assert.deepEqual(entry.metadata["triggerWords"], ["my word"]);
    assert.equal(entry.preview, "/pictures/mine.png");
    assert.equal(await readFile(sidecar, "utf8"), '{"notes":"of another program"}');
    await world.metadata.remove(["glow"], never);
    assert.deepEqual((await world.show("glow")).metadata, { triggerWords: ["my word"] });
    assert.deepEqual(await files(), ["glow.civitai.info", "glow.safetensors"]);
  });

  test("removing takes away what was brought, and no more", async () => {
    await open();
    await world.add("glow", "glow.safetensors", CONTENT);
    const before = { ...(await world.show("glow")), basis: "" };
    await fetched("glow");
    await fetched("glow");
    assert.deepEqual(await files(), ["glow.civitai.info", "glow.preview.png", "glow.safetensors"]);
    await world.metadata.remove(["glow"], never);
    assert.deepEqual({ ...(await world.show("glow")), basis: "" }, before);
    assert.deepEqual(await files(), ["glow.safetensors"]);
    assert.deepEqual(await namesBelow(path.join(world.storage, "previews")), []);
  });

  test("a file that was changed since stays, and it is said", async () => {
    await open();
    const file = await world.add("glow", "glow.safetensors", CONTENT);
    await fetched("glow");
    const sidecar = path.join(path.dirname(file), "glow.civitai.info");
    await writeFile(sidecar, '{"rating":5}');
    const [removed] = await world.metadata.remove(["glow"], never);
    assert.equal(removed?.reason?.code, "stale");
    assert.equal(await readFile(sidecar, "utf8"), '{"rating":5}');
  });

  test("nor is what took the place of a file of ours written over when it is fetched again", async () => {
    await open();
    const file = await world.add("glow", "glow.safetensors", CONTENT);
    await fetched("glow");
    const folder = path.dirname(file);
    await writeFile(`${folder}/glow.civitai.info`, '{"notes":"of another program"}');
    await writeFile(`${folder}/glow.preview.png`, "a person's own");
    await world.metadata.setPreview("glow", null, never);
    await fetched("glow");
    assert.equal(await readFile(`${folder}/glow.civitai.info`, "utf8"), '{"notes":"of another program"}');
    assert.equal(await readFile(`${folder}/glow.preview.png`, "utf8"), "a person's own");
    await world.metadata.remove(["glow"], never);
    assert.equal(await readFile(`${folder}/glow.preview.png`, "utf8"), "a person's own");
  });

  test("what other programs added to our file stays when it is fetched again", async () => {
    await open();
    const file = await world.add("glow", "glow.safetensors", CONTENT);
    await fetched("glow");
    const sidecar = path.join(path.dirname(file), "glow.civitai.info");
    const said: unknown = JSON.parse(await readFile(sidecar, "utf8"));
    await writeFile(sidecar, JSON.stringify({ ...(said as object), rating: 5, name: "old" }));
    await fetched("glow");
    const now = JSON.parse(await readFile(sidecar, "utf8")) as { rating: number; name: string };
    assert.deepEqual([now.rating, now.name], [5, "v2"]);
  });

  test("files are as they were where the registry refuses", async () => {
    const full = fault({ code: "diskFull", path: "storage", needed: bytes(1), free: bytes(0) });
    let refuse = false;
    await open({
      parts: (parts) => ({
        ...parts,
        registry: {
          ...parts.registry,
          // Not what the hub said, which is kept on its own.
          commit: (edits) =>
            refuse && edits.some(({ table }) => table === "entries")
              ? Promise.reject(full)
              : parts.registry.commit(edits),
        },
      }),
    });
    const file = await world.add("glow", "glow.safetensors", CONTENT);
    refuse = true;
    const [found] = await fetched("glow");
    assert.equal(found?.reason?.code, "diskFull");
    assert.deepEqual(await files(), ["glow.safetensors"]);
    assert.deepEqual(await namesBelow(path.join(world.storage, "previews")), []);
    refuse = false;
    await fetched("glow");
    const sidecar = file.replace(".safetensors", ".civitai.info");
    const touched = JSON.stringify({ ...(JSON.parse(await readFile(sidecar, "utf8")) as object), rating: 5 });
    await writeFile(sidecar, touched);
    refuse = true;
    await fetched("glow");
    assert.equal(await readFile(sidecar, "utf8"), touched);
  });

  test("stores of other programs get no file; the registry and the data folder do", async () => {
    await open();
    const cache = `models--a--b/snapshots/${"a".repeat(40)}/glow.safetensors`;
    await world.add("cached", cache, CONTENT);
    await mkdir(path.join(world.models, "invoke/databases"), { recursive: true });
    await writeFile(path.join(world.models, "invoke/databases/invokeai.db"), "");
    await world.add("invoked", "invoke/models/0-1/glow.safetensors", CONTENT);
    const found = await fetched("cached", "invoked");
    assert.deepEqual(
      found.map(({ written, reason }) => [written, reason?.code]),
      [
        [[], "readOnly"],
        [[], "readOnly"],
      ],
    );
    assert.ok((await world.show("invoked")).preview?.startsWith(path.join(world.storage, "previews")));
    // Both have the same picture: it goes with the last of them.
    await world.metadata.remove(["cached"], never);
    assert.equal((await namesBelow(path.join(world.storage, "previews"))).length, 2);
    await world.metadata.remove(["invoked"], never);
    assert.deepEqual(await namesBelow(path.join(world.storage, "previews")), []);
  });

  test("a folder that takes no file costs nothing but the files", async function () {
    if (process.getuid?.() === 0 || process.platform === "win32") this.skip();
    await open();
    const file = await world.add("glow", "closed/glow.safetensors", CONTENT);
    await chmod(path.dirname(file), 0o555);
    const [found] = await fetched("glow");
    await chmod(path.dirname(file), 0o755);
    assert.deepEqual([found?.written, found?.reason?.code], [[], "fileUnreadable"]);
    assert.equal((await world.show("glow")).description, "Adds a glow.\nUse it & enjoy");
  });

  test("a write that fails in the middle leaves nothing behind and is made in the data folder", async () => {
    await open({
      parts: (parts) => ({
        ...parts,
        files: {
          ...parts.files,
          replace: async (file, content) => {
            if (file.endsWith("glow.preview.png"))
              throw fault({ code: "fileUnreadable", path: file, reason: "permission denied" });
            await nodeFiles.replace(file, content);
          },
        },
      }),
    });
    await world.add("glow", "glow.safetensors", CONTENT);
    const [found] = await fetched("glow");
    assert.equal(found?.reason?.code, "fileUnreadable");
    assert.deepEqual(await files(), ["glow.safetensors"]);
    assert.equal((await world.show("glow")).metadata["baseModel"], "SDXL 1.0");
  });

  test("a file of which neither digest nor source is known is read whole, and asked about by its digest", async () => {
    const computed: (readonly string[])[] = [];
    await open({
      parts: (own) => ({
        ...own,
        computeDigests: async (paths) => {
          computed.push(paths);
          return new Map(await Promise.all(paths.map(async (one) => [one, sha256Of(await readFile(one))] as const)));
        },
      }),
    });
    const bare = path.join(world.models, "bare.safetensors");
    await world.add("bare", "bare.safetensors", CONTENT, {
      files: [{ path: bare, sizeBytes: CONTENT.length, proof: "unverified" }],
    });
    await world.add("glow", "glow.safetensors", CONTENT);
    const found = await fetched("bare", "glow");
    assert.deepEqual(computed, [[bare]]);
    assert.deepEqual(
      found.map(({ from }) => from),
      ["civitai", "civitai"],
    );
  });

  test("an entry nobody can be asked about is told why, a locked one is left alone", async () => {
    await open();
    await world.add("bare", "bare.safetensors", "x", {
      files: [{ path: path.join(world.models, "bare.safetensors"), sizeBytes: 1, proof: "unverified" }],
    });
    await world.add("locked", "locked.safetensors", CONTENT, { kept: { locked: 1 } });
    const [bare, locked] = await fetched("bare", "locked");
    assert.equal(bare?.reason?.code, "notFound");
    assert.match(bare.reason.remedy ?? "", /Fetch again once its file is there/);
    assert.equal(locked?.reason?.code, "locked");
    assert.equal((await faultOf(fetched("bare", "nobody"))).code, "notFound");
  });

  test("it is one task, counted in entries, that can be cancelled between two", async () => {
    await open();
    await world.add("one", "one.safetensors", CONTENT);
    await world.add("two", "two.safetensors", CONTENT);
    const heard = world.tasks.onChange(() => {
      const [task] = world.tasks.list();
      if (task?.state === "running" && task.progress.done === 1) void world.tasks.cancel({ ids: [task.id] });
    });
    const found = await fetched("one", "two");
    heard.dispose();
    assert.deepEqual(
      found.map(({ from, reason }) => [from, reason?.code]),
      [
        ["civitai", undefined],
        [undefined, "cancelled"],
      ],
    );
    const [task] = world.tasks.list();
    assert.deepEqual([task?.kind, task?.state, task?.progress.total], ["metadata", "cancelled", 2]);
    const done = new Promise<void>((resolve) => {
      const listen = world.tasks.onChange(() => {
        if (world.tasks.list()[0]?.state !== "done") return;
        listen.dispose();
        resolve();
      });
    });
    await world.tasks.retry({ all: true });
    await done;
    assert.equal((await world.show("two")).metadata["baseModel"], "SDXL 1.0");
  });

  test("whoever gives it up hears so", async () => {
    await open();
    await world.add("one", "one.safetensors", CONTENT);
    const stop = new AbortController();
    const asked = world.metadata.fetch(["one"], stop.signal);
    stop.abort(new Error("given up"));
    await assert.rejects(asked, /given up/);
  });

  test("a person's picture is copied beside the model under a free name, and goes again", async () => {
    await open();
    const file = await world.add("glow", "glow.safetensors", CONTENT);
    const chosen = path.join(world.folder, "chosen.PNG");
    await writeFile(chosen, PICTURE);
    await writeFile(file.replace(".safetensors", ".preview.png"), "an earlier one");
    await world.metadata.setPreview("glow", chosen, never);
    const entry = await world.show("glow");
    assert.equal(entry.preview, file.replace(".safetensors", ".preview-2.png"));
    await fetched("glow");
    assert.equal((await world.show("glow")).preview, entry.preview);
    await world.metadata.setPreview("glow", null, never);
    assert.equal((await world.show("glow")).preview, undefined);
    assert.deepEqual(await files(), ["glow.civitai.info", "glow.preview.png", "glow.safetensors"]);
    await writeFile(chosen, "no picture");
    assert.equal((await faultOf(world.metadata.setPreview("glow", chosen, never))).code, "formatInvalid");
    assert.equal((await faultOf(world.metadata.setPreview("glow", "/nowhere.png", never))).code, "notFound");
  });
});
