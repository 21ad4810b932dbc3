import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import type { DownloadRequest } from "../../../src/core/downloads/queue.ts";
import type { Reusable, WantedFile as Wanted } from "../../../src/core/downloads/reuse.ts";
import { createLists } from "../../../src/core/lists/create-lists.ts";
import type { LibraryLists, WantedEntry } from "../../../src/core/protocol/lists.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { fault, isFault } from "../../../src/core/util/faults.ts";
import { type HubServer, startHubServer } from "../../support/hub-server.ts";

const hubUrl = (file: string, repository = "DeepBeepMeep/Wan2.2"): string =>
  `https://huggingface.co/${repository}/resolve/main/${file}`;
const never = new AbortController().signal;
const HIGH = "wan2.2_text2video_14B_high_mbf16.safetensors";
const HIGH8 = "wan2.2_text2video_14B_high_quanto_mbf16_int8.safetensors";
const LOW = "wan2.2_text2video_14B_low_mbf16.safetensors";

suite("lists of Wan2GP", () => {
  let home = "";
  let root = "";
  let hub: HubServer;
  let added: DownloadRequest[] = [];
  let reusable: (wanted: Wanted) => Reusable | undefined = () => undefined;

  const put = async (name: string, content: string | object): Promise<string> => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const lists = (): ReturnType<typeof createLists> => {
    const client = createHuggingFaceClient({ endpoint: hub.url, token: async () => undefined });
    return createLists({
      files: nodeFiles,
      endpoint: hub.url,
      root: undefined,
      hub: createHuggingFaceHub({ client, endpoint: hub.url, installed: async () => new Map() }),
      reuse: { find: async (wanted) => reusable(wanted) },
      installed: async () => new Map(),
      downloads: {
        add: async (request) => {
          if (request.model === "owner/locked") throw fault({ code: "locked", what: "x", byPerson: true });
          added.push(request);
          return [`id${added.length}`];
        },
      },
    });
  };
  const read = (of = root): Promise<LibraryLists> => lists().read(of, never);
  const entryOf = ({ entries }: LibraryLists, id: string): WantedEntry => {
    const found = entries.find((entry) => entry.id === id);
    assert.ok(found, id);
    return found;
  };
  const byName = (entry: WantedEntry): Record<string, WantedEntry["files"][number] | undefined> =>
    Object.fromEntries(entry.files.map((file) => [file.name, file]));

  suiteSetup(async () => {
    home = await mkdtemp(path.join(tmpdir(), "wan2gp-"));
    for (const [repository, files] of Object.entries({
      "DeepBeepMeep/Wan2.2": { [HIGH]: 40, [HIGH8]: 20, [LOW]: 41, "loras/lightning.safetensors": 5 },
      "owner/locked": { "other.safetensors": 3 },
    }))
      for (const [file, size] of Object.entries(files)) {
        const at = path.join(home, "hub", repository, file);
        await mkdir(path.dirname(at), { recursive: true });
        await writeFile(at, "x".repeat(size));
      }
    hub = await startHubServer({ folder: path.join(home, "hub") });
  });
  suiteTeardown(async () => {
    await hub.close();
    await rm(home, { recursive: true });
  });
  setup(async () => {
    root = await mkdtemp(path.join(home, "app-"));
    added = [];
    reusable = () => undefined;
  });

  const pair = {
    model: {
      name: "Wan2.2 Text2video 14B",
      architecture: "t2v_2_2",
      URLs: [hubUrl(HIGH), hubUrl(HIGH8)],
      URLs2: [hubUrl(LOW)],
    },
    prompt: "a fox",
    guidance_phases: 2,
  };

  test("each address is a file with its part, its variant and its place, and says whether it is here", async () => {
    await put("defaults/t2v_2_2.json", pair);
    await put(`ckpts/${HIGH8}`, "x".repeat(20));
    const found = await read();
    assert.deepEqual(found.problems, []);
    const entry = entryOf(found, "t2v_2_2");
    assert.equal(entry.title, "Wan2.2 Text2video 14B");
    const files = byName(entry);
    assert.deepEqual(
      [files[HIGH]?.part, files[HIGH]?.variant, files[HIGH]?.state, files[HIGH]?.sizeBytes],
      ["high", "bf16", "missing", 40],
    );
    assert.deepEqual(
      [files[HIGH8]?.variant, files[HIGH8]?.state, files[HIGH8]?.proof],
      ["quanto int8 bf16", "present", "size"],
    );
    assert.deepEqual([files[LOW]?.part, files[LOW]?.key], ["low", "URLs2"]);
    assert.equal(files[LOW]?.target, path.join(root, "ckpts", LOW));
    assert.equal(files[LOW]?.id, `ckpts/${LOW}`);
    assert.deepEqual(entry.counts, { present: 1, linkable: 0, likely: 0, missing: 2 });
    assert.deepEqual(found.totals, {
      files: { present: 1, linkable: 0, likely: 0, missing: 2 },
      bytesWanted: 81,
      sizesUnknown: 0,
    });
    const trees = hub.requests.filter(({ url }) => url.includes("/tree/")).length;
    await read();
    assert.equal(
      hub.requests.filter(({ url }) => url.includes("/tree/")).length,
      trees * 2,
      "a repository is asked once",
    );
  });

  test("of a pair whose names do not say it, the first is for high noise, as both are wanted", async () => {
    await put("defaults/two.json", {
      model: { name: "Two", URLs: [hubUrl("first.safetensors")], URLs2: [hubUrl("second.safetensors")] },
    });
    await put("defaults/one.json", { model: { name: "One", URLs: [hubUrl("first.safetensors")] } });
    const found = await read();
    const parts = (id: string): readonly unknown[] => entryOf(found, id).files.map(({ part }) => part);
    assert.deepEqual([parts("two"), parts("one")], [["high", "low"], [undefined]]);
  });

  test("a string in place of a list names another entry, and may lead on; those that go round are named with their way", async () => {
    await put("defaults/t2v_2_2.json", pair);
    await put("defaults/again.json", { model: { name: "Again", URLs: "t2v_2_2", URLs2: "t2v_2_2" } });
    await put("finetunes/third.json", { model: { name: "Third", URLs: "again", preload_URLs: "nowhere" } });
    await put("defaults/a.json", { model: { URLs: "b" } });
    await put("defaults/b.json", { model: { URLs: "c" } });
    await put("defaults/c.json", { model: { URLs: "a" } });
    const found = await read();
    assert.deepEqual(
      entryOf(found, "third").files.map(({ name }) => name),
      [HIGH, HIGH8],
    );
    assert.equal(entryOf(found, "again").files.length, 3);
    assert.equal(found.totals.files.missing, 3, "each file counts once");
    const told = found.problems.map(({ path: at, key, problem }) => `${path.basename(at)} ${key}: ${problem}`);
    assert.ok(told.includes("a.json URLs: Its references go round: a → b → c → a."), told.join("\n"));
    assert.ok(told.includes("third.json preload_URLs: It names the entry “nowhere”, which is not there."));
  });

  test("a finetune of the same name wins key by key, modules are followed, LoRAs go to their folder", async () => {
    await put("defaults/vace.json", {
      model: { architecture: "t2v", modules: [[hubUrl(LOW)]], URLs: "t2v", description: "x" },
    });
    await put("defaults/t2v.json", { model: { URLs: [hubUrl(HIGH)] } });
    await put("defaults/mix.json", {
      model: {
        architecture: "t2v",
        URLs: [hubUrl(HIGH)],
        modules: ["vace", "vace#gone"],
        preload_URLs: [`${hubUrl(HIGH8)}|maps`, `${hubUrl("loras/lightning.safetensors")}|%lora_dir`],
      },
    });
    await put("finetunes/mix.json", {
      model: { name: "Mixed", URLs: "t2v", loras: [hubUrl("loras/lightning.safetensors")] },
    });
    await mkdir(path.join(root, "loras/wan"), { recursive: true });
    const found = await read();
    const mix = entryOf(found, "mix");
    assert.equal(mix.title, "Mixed");
    assert.equal(mix.lists.length, 2);
    const files = byName(mix);
    assert.equal(files[LOW]?.purpose, "module");
    assert.equal(files[HIGH8]?.target, path.join(root, "ckpts/maps", HIGH8));
    assert.equal(files["lightning.safetensors"]?.target, path.join(root, "loras/wan/lightning.safetensors"));
    assert.equal(files["lightning.safetensors"]?.targetGuessed, undefined);
    assert.match(found.problems.map(({ problem }) => problem).join(), /no module “gone”/);
  });

  test("folders are those of its own configuration", async () => {
    const elsewhere = path.join(root, "elsewhere");
    await put("wgp_config.json", { checkpoints_paths: [elsewhere, "ckpts"], loras_root: "my loras" });
    await put("defaults/t2v.json", {
      model: { URLs: [hubUrl(HIGH)], URLs2: [hubUrl(LOW)], loras: ["https://example.invalid/l.safetensors"] },
    });
    await put(`ckpts/${LOW}`, "x".repeat(41));
    const found = await read();
    const files = byName(entryOf(found, "t2v"));
    assert.equal(found.folder, elsewhere);
    assert.equal(files[HIGH]?.target, path.join(elsewhere, HIGH));
    assert.deepEqual([files[LOW]?.state, files[LOW]?.target], ["present", path.join(root, "ckpts", LOW)]);
    assert.deepEqual(
      [files["l.safetensors"]?.target, files["l.safetensors"]?.targetGuessed],
      [path.join(root, "my loras/wan/l.safetensors"), true],
    );
  });

  test("the same bytes elsewhere are linkable only where they are proven", async () => {
    await put("defaults/t2v_2_2.json", pair);
    reusable = ({ target }) =>
      target.endsWith(LOW)
        ? undefined
        : { path: "/store/blob", proven: target.endsWith(HIGH), ways: ["hard"], refused: [] };
    const files = byName(entryOf(await read(), "t2v_2_2"));
    assert.deepEqual(
      [HIGH, HIGH8, LOW].map((name) => files[name]?.state),
      ["linkable", "likely", "missing"],
    );
    assert.equal(files[HIGH]?.from, "/store/blob");
  });

  test("a file of another size is not taken for present, and is named", async () => {
    await put("defaults/t2v_2_2.json", pair);
    await put(`ckpts/${HIGH}`, "half");
    const files = byName(entryOf(await read(), "t2v_2_2"));
    assert.deepEqual([files[HIGH]?.state, files[HIGH]?.wrongBytes], ["missing", 4]);
  });

  test("whatever is broken in a list is told with its file, and the rest is read", async () => {
    await put("defaults/t2v_2_2.json", pair);
    await put("defaults/broken.json", "{ no json");
    await put("defaults/list.json", "[]");
    await put("defaults/model.json", { model: "text" });
    await put("defaults/settings.json", { prompt: "no list at all" });
    await put("defaults/types.json", { model: { name: 7, URLs: 5, URLs2: [1, null, hubUrl(LOW)], unknown: { a: 1 } } });
    await put("defaults/unsafe.json", {
      model: {
        URLs: [`${hubUrl(HIGH)}|../..`, `${hubUrl(HIGH)}|a|b`, "https://huggingface.co/a/b/resolve/main/con"],
        preload_URLs: ["http://"],
      },
    });
    await put("defaults/huge.json", `{"model":{"URLs":["${"x".repeat(10 * 2 ** 20)}"]}}`);
    await put("defaults/deep.json", "[".repeat(100_000));
    await put("defaults/local.json", { model: { URLs: ["ckpts/mine_quanto_bf16_int8.safetensors"] } });
    const found = await read();
    const told = (name: string): readonly string[] =>
      found.problems.filter(({ path: at }) => path.basename(at) === `${name}.json`).map(({ problem }) => problem);
    assert.deepEqual(told("broken"), ["It is no JSON."]);
    assert.deepEqual([told("list").length, told("model").length], [1, 1]);
    assert.equal(told("settings").length, 0);
    assert.equal(told("types").length, 2);
    assert.equal(told("unsafe").length, 4, told("unsafe").join("\n"));
    assert.match(told("huge")[0] ?? "", /cannot be read: it holds/);
    assert.deepEqual(told("deep"), ["It is no JSON."]);
    assert.equal(entryOf(found, "types").files.length, 1);
    assert.equal(entryOf(found, "t2v_2_2").files.length, 3);
    const [mine] = entryOf(found, "local").files;
    assert.deepEqual(
      [mine?.state, mine?.url, mine?.id],
      ["missing", undefined, "ckpts/mine_quanto_bf16_int8.safetensors"],
    );
  });

  test("lists that name each other a million times over are read in no time", async () => {
    for (let level = 0; level < 9; level += 1)
      await put(`defaults/m${level}.json`, { model: { modules: Array(400).fill(`m${level + 1}`) } });
    await put("defaults/m9.json", { model: { modules: [[hubUrl(HIGH)]] } });
    assert.equal(entryOf(await read(), "m0").files.length, 1);
  });

  test("a hub that is silent leaves sizes unknown, and names decide", async () => {
    await put("defaults/t2v.json", {
      model: { URLs: [hubUrl("a.safetensors", "no/such"), hubUrl("b.safetensors", "no/such")] },
    });
    await put("ckpts/a.safetensors", "x");
    const found = await read();
    const files = byName(entryOf(found, "t2v"));
    assert.deepEqual([files["a.safetensors"]?.state, files["a.safetensors"]?.proof], ["present", "name"]);
    assert.deepEqual([files["b.safetensors"]?.state, found.totals.sizesUnknown], ["missing", 1]);
    assert.match(found.problems[0]?.problem ?? "", /Sizes of no\/such are not known/);
  });

  test("one list alone is read with what it names, and a folder without lists is refused", async () => {
    await put("defaults/t2v_2_2.json", pair);
    const file = await put("finetunes/mine.json", { model: { URLs: "t2v_2_2" } });
    const found = await read(file);
    assert.deepEqual(
      found.entries.map(({ id, files }) => [id, files.length]),
      [["mine", 2]],
    );
    const alone = await put("shared/lone.json", { model: { URLs: [hubUrl(HIGH)] } });
    assert.equal((await read(alone)).entries[0]?.files.length, 1);
    await mkdir(path.join(root, "empty"));
    await assert.rejects(read(path.join(root, "empty")), (error) => isFault(error, "notFound"));
    await assert.rejects(read(path.join(root, "nowhere")), (error) => isFault(error, "notFound"));
    await assert.rejects(lists().read(undefined, never), (error) => isFault(error, "badArguments"));
    await assert.rejects(read("relative"), (error) => isFault(error, "badArguments"));
  });

  test("what is chosen is queued, one request for each repository and folder; what cannot be is named", async () => {
    await put("defaults/t2v_2_2.json", pair);
    await put(`ckpts/${HIGH8}`, "x".repeat(20));
    await put("defaults/more.json", {
      model: {
        architecture: "t2v",
        URLs: ["ckpts/own.safetensors", hubUrl("other.safetensors", "owner/locked")],
        loras: [hubUrl("loras/lightning.safetensors")],
      },
    });
    const done = await lists().fetch({ path: root }, never);
    assert.deepEqual(
      added.map(({ model, revision, files, folder, linkOut }) => ({ model, revision, files, folder, linkOut })),
      [
        {
          model: "DeepBeepMeep/Wan2.2",
          revision: "main",
          files: ["loras/lightning.safetensors"],
          folder: undefined,
          linkOut: [path.join(root, "loras/wan")],
        },
        {
          model: "DeepBeepMeep/Wan2.2",
          revision: "main",
          files: [HIGH, LOW],
          folder: path.join(root, "ckpts"),
          linkOut: undefined,
        },
      ],
    );
    assert.deepEqual([done.ids, done.files, done.bytes], [["id1", "id2"], 3, 86]);
    assert.deepEqual(done.leftOut.map(({ name }) => name).sort(), ["other.safetensors", "own.safetensors"]);

    added = [];
    await lists().fetch({ path: root, entries: ["t2v_2_2"], files: [`ckpts/${HIGH8}`] }, never);
    assert.deepEqual(added, [], "it is here");
    await lists().fetch(
      { path: root, entries: ["t2v_2_2"], files: [`ckpts/${HIGH8}`], missingOnly: false, folder: "/out" },
      never,
    );
    assert.deepEqual(
      added.map(({ files, folder }) => [files, folder]),
      [[[HIGH8], "/out"]],
    );
    await assert.rejects(lists().fetch({ path: root, entries: ["t2v"] }, never), (error) => isFault(error, "notFound"));
    await assert.rejects(lists().fetch({ path: root, files: ["x"] }, never), (error) => isFault(error, "notFound"));
  });
});
