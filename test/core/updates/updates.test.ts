import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { NewEntry } from "../../../src/core/registry/new-entry.ts";
import type { UpdateReport } from "../../../src/core/protocol/metadata.ts";
import { createUpdates } from "../../../src/core/updates/create-updates.ts";
import type { Updates } from "../../../src/core/updates/updates.ts";
import { type TestHub, gitSha1Of, hubWith, never, sha256Of } from "../downloads/support.ts";
import { type MetadataWorld, createMetadataWorld } from "../metadata/world.ts";

const FILES = {
  "tiny.safetensors": "weights",
  "config.json": "{}",
  "tokenizer_config.json": '{"chat_template":"old"}',
  "README.md": "# Tiny",
};

suite("updates", () => {
  let world: MetadataWorld;
  let hub: TestHub;
  let updates: Updates;
  setup(async () => {
    // A commit is named by its content: under another name it is still there when the branch goes on.
    const kept = Object.entries(FILES).map(([inside, content]) => [`owner/model@before//${inside}`, content]);
    hub = await hubWith({ ...FILES, ...Object.fromEntries(kept) });
    world = await createMetadataWorld({ hub: hub.hub.url });
    updates = createUpdates({
      registry: world.registry,
      files: nodeFiles,
      client: createHuggingFaceClient({ endpoint: hub.hub.url, token: async () => undefined }),
      civitai: world.civitai,
      cache: world.cache,
      profiles: { list: async () => ({ profiles: [], problems: [], files: [] }) },
      hub: { analyze: () => Promise.reject(new Error("not asked here")) },
      downloads: { add: () => Promise.reject(new Error("not asked here")) },
    });
  });
  teardown(async () => {
    await world.close();
    await hub.close();
  });

  /** The entry as a download leaves it. */
  async function download(name: string, more: Partial<NewEntry> = {}): Promise<void> {
    const file = await world.add(name, `owner/model/tiny.safetensors`, FILES["tiny.safetensors"]);
    const folder = path.dirname(file);
    const files = Object.entries(FILES).map(([inside, content]) => ({
      path: path.join(folder, inside),
      sizeBytes: content.length,
      sha256: sha256Of(content),
      ...(!inside.endsWith(".safetensors") && { gitSha1: gitSha1Of(Buffer.from(content)) }),
      proof: "sha256" as const,
    }));
    await world.add(name, "owner/model/tiny.safetensors", FILES["tiny.safetensors"], {
      source: { provider: "huggingface", reference: "owner/model", revision: hub.hub.commit("owner/model") },
      files,
      ...more,
    });
  }
  async function publish(changes: Readonly<Record<string, string | null>>): Promise<void> {
    for (const [inside, content] of Object.entries(changes)) {
      const file = path.join(hub.folder, "hub/owner/model", inside);
      await (content === null ? rm(file) : writeFile(file, content));
    }
    await hub.hub.rescan();
  }
  async function check(...names: string[]): Promise<UpdateReport> {
    const [report] = await updates.check(names, never);
    assert.ok(report);
    return report;
  }

  test("the same commit is current, and asked for once in a while", async () => {
    await download("tiny");
    assert.equal((await check("tiny")).state, "current");
    const asked = hub.hub.requests.length;
    assert.equal((await updates.check(undefined, never))[0]?.state, "current");
    assert.equal(hub.hub.requests.length, asked);
  });

  test("only a template changed: bytes, not gigabytes", async () => {
    await download("tiny");
    const here = hub.hub.commit("owner/model");
    const template = '{"chat_template":"a better one"}';
    await publish({ "tokenizer_config.json": template, "NOTES.md": "new and not needed" });
    const report = await check("tiny");
    assert.deepEqual(
      [report.state, report.touches, report.bytes, report.here, report.there],
      ["changed", ["template"], template.length, here, hub.hub.commit("owner/model")],
    );
    assert.deepEqual(report.files, [{ path: "tokenizer_config.json", change: "changed", sizeBytes: template.length }]);
  });

  test("a new file that was fetched since is no news any more", async () => {
    await download("tiny");
    await publish({ "chat_template.jinja": "{{ messages }}" });
    const before = await check("tiny");
    assert.deepEqual([before.state, before.files.map(({ change }) => change)], ["changed", ["added"]]);
    const { path: at = "" } = await world.show("tiny");
    const content = Buffer.from("{{ messages }}");
    const fetched = { entry: "tiny", size_bytes: content.length, git_sha1: gitSha1Of(content), proof: "gitSha1" };
    const key = path.join(path.dirname(at), "chat_template.jinja");
    await world.registry.commit([{ table: "files", key, after: fetched }]);
    assert.equal((await check("tiny")).state, "current");
  });

  test("another commit of the same bytes is current", async () => {
    await download("tiny");
    await publish({ "other.gguf": "not ours" });
    const report = await check("tiny");
    assert.equal(report.state, "current");
    assert.notEqual(report.there, report.here);
  });

  test("weights that changed, went and came are told, worst first", async () => {
    await download("tiny");
    await publish({ "tiny.safetensors": "other weights", "chat_template.jinja": "{{x}}", "README.md": "# Changed" });
    const report = await check("tiny");
    assert.deepEqual(report.touches, ["weights", "template", "document"]);
    assert.deepEqual(
      report.files.map(({ path: inside, change }) => [inside, change]),
      [
        ["README.md", "changed"],
        ["tiny.safetensors", "changed"],
        ["chat_template.jinja", "added"],
      ],
    );
  });

  test("weights in other files than before are a change, none at all is gone", async () => {
    await download("tiny");
    await publish({
      "tiny.safetensors": null,
      "tiny-00001-of-00001.safetensors": "split",
      "x-Q4_K_M.gguf": "another's",
    });
    const report = await check("tiny");
    assert.deepEqual(
      [report.state, report.files.map(({ path: inside, change }) => `${change} ${inside}`)],
      ["changed", ["removed tiny.safetensors", "added tiny-00001-of-00001.safetensors"]],
    );
    await publish({ "tiny-00001-of-00001.safetensors": null });
    await world.registry.commit([{ table: "hub_cache", key: "huggingface:head:owner/model@main", after: null }]);
    assert.equal((await check("tiny")).state, "gone");
  });

  test("a repository that is no longer there, and a hub that does not answer", async () => {
    await download("tiny");
    await world.add("lost", "lost.safetensors", "x", {
      source: { provider: "huggingface", reference: "owner/away", revision: "a".repeat(40) },
    });
    assert.equal((await check("lost")).state, "gone");
    hub.hub.fail({ kind: "status", status: 429, headers: { "retry-after": "60" } }, { times: 99 });
    const silent = await check("tiny");
    assert.deepEqual([silent.state, silent.reason?.code], ["unknown", "rateLimited"]);
  });

  test("a hub that is tired is not asked about the rest", async () => {
    for (let index = 0; index < 12; index++) {
      await world.add(`m${index}`, `m${index}.safetensors`, "x", {
        source: { provider: "huggingface", reference: `owner/m${index}`, revision: "a".repeat(40) },
      });
    }
    hub.hub.fail({ kind: "status", status: 429, headers: { "retry-after": "60" } }, { times: 99 });
    const reports = await updates.check(undefined, never);
    assert.deepEqual([...new Set(reports.map(({ reason }) => reason?.code))], ["rateLimited"]);
    assert.ok(hub.hub.requests.length <= 4);
  });

  test("without a commit the digests tell; without digests nothing does", async () => {
    await download("tiny", { source: { provider: "huggingface", reference: "owner/model" } });
    assert.equal((await check("tiny")).state, "current");
    await world.add("bare", "owner/model/config.json", "[]", {
      source: { provider: "huggingface", reference: "owner/model" },
      files: [{ path: path.join(world.models, "owner/model/config.json"), sizeBytes: 2, proof: "unverified" }],
    });
    const bare = await check("bare");
    assert.deepEqual([bare.state, bare.reason?.remedy?.includes("Download")], ["unknown", true]);
    await world.add("made", "made.safetensors", "x");
    assert.equal((await check("made")).state, "unknown");
  });

  test("of a branch its own head counts; who chose a commit has it", async () => {
    const branch = await world.add("branch", "owner/model@v2/tiny.safetensors", "weights", {
      source: { provider: "huggingface", reference: "owner/model", revision: "a".repeat(40) },
    });
    assert.match(branch, /@v2/);
    assert.deepEqual([(await check("branch")).state, (await check("branch")).reason?.code], ["gone", "notFound"]);
    const commit = hub.hub.commit("owner/model");
    await world.add("pinned", `owner/model@${commit.slice(0, 12)}/tiny.safetensors`, "weights", {
      source: { provider: "huggingface", reference: "owner/model", revision: commit },
    });
    await publish({ "tiny.safetensors": "other" });
    assert.equal((await check("pinned")).state, "current");
  });

  test("a file that lies flat, or under another name, is still the one of the repository", async () => {
    await publish({ "config.json": "[]" });
    const source = { provider: "huggingface" as const, reference: "owner/model" };
    await world.add("flat", "flat/renamed.safetensors", "weights", {
      source: { ...source, revision: hub.hub.commit("owner/model", "before") },
    });
    assert.equal((await check("flat")).state, "current");
    await world.add("strange", "flat/strange.safetensors", "of nobody", { source });
    assert.equal((await check("strange")).state, "unknown");
  });

  test("a newer version on Civitai for the same base is told", async () => {
    const version = (id: number, baseModel: string) => ({
      id,
      modelId: 70,
      name: `v${id}`,
      sha256: sha256Of(`content ${id}`),
      more: { baseModel },
    });
    world.server.versions.push(version(1, "SDXL 1.0"));
    await world.add("glow", "glow.safetensors", "content 1");
    await world.metadata.fetch(["glow"], never);
    assert.equal((await check("glow")).state, "current");
    world.server.versions.push(version(2, "SDXL 1.0"), version(3, "Flux"));
    await world.registry.commit([{ table: "hub_cache", key: "civitai:model:70", after: null }]);
    const report = await check("glow");
    assert.deepEqual([report.state, report.here, report.there, report.bytes], ["changed", "v1", "v2", 12_800]);
  });
});
