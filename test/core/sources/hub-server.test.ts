import assert from "node:assert/strict";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";
import { readGgufFacts } from "../../support/hub/gguf-facts.ts";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type TestHub, REPOSITORY, gitSha1Of, hubWith, sampleBytes, sha256Of } from "../downloads/support.ts";

const weights = sampleBytes(10_000);
const CONTENTS = {
  "model.gguf": weights,
  "config.json": "{}",
  "sub/deep/notes.txt": "notes",
  "owner/gate//model.gguf": "behind",
  "owner/hidden//model.gguf": "unseen",
};

/** The stand-in must speak as the real one does, or what is tested against it is tested against nothing. */
suite("the hub server speaks as the documented one", () => {
  let world: TestHub;

  setup(async () => {
    world = await hubWith(CONTENTS, {
      pageSize: 2,
      accounts: { hf_in: { name: "ada", granted: ["owner/gate"], sees: ["owner/hidden"] }, hf_out: { name: "bob" } },
      repositories: { "owner/gate": { gated: "auto" }, "owner/hidden": { private: true } },
    });
  });
  teardown(() => world.close());

  const get = (address: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(address.startsWith("http") ? address : world.hub.url + address, { headers, method, redirect: "manual" });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const signed = async (): Promise<string> => {
    const response = await get(`/${REPOSITORY}/resolve/main/model.gguf`);
    return response.headers.get("location") ?? "";
  };

  test("a model's info has its commit, which is the same for the same content", async () => {
    const info = await (await get(`/api/models/${REPOSITORY}`)).json();
    assert.match(info.sha, /^[0-9a-f]{40}$/);
    assert.deepEqual(
      info.siblings.map((one: { rfilename: string }) => one.rfilename),
      ["config.json", "model.gguf", "sub/deep/notes.txt"],
    );
    const twin = await hubWith(CONTENTS);
    assert.equal(twin.hub.commit(REPOSITORY), info.sha);
    await twin.close();
  });

  test("the tree comes in pages that lead to each other, folders among the files", async () => {
    const seen: string[] = [];
    let pages = 0;
    for (
      let next: string | undefined = `/api/models/${REPOSITORY}/tree/main?recursive=true&expand=true`;
      next !== undefined;
      pages++
    ) {
      const response = await get(next);
      for (const item of await response.json()) seen.push(`${item.type} ${item.path}`);
      next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    }
    assert.deepEqual(seen, [
      "file config.json",
      "file model.gguf",
      "directory sub",
      "directory sub/deep",
      "file sub/deep/notes.txt",
    ]);
    assert.equal(pages, 3);
  });

  test("large files are told with the sha256 of their content, small ones with git's sha1", async () => {
    const response = await fetch(`${world.hub.url}/api/models/${REPOSITORY}/paths-info/main`, {
      method: "POST",
      body: JSON.stringify({ paths: ["model.gguf", "config.json", "none"] }),
    });
    const [config, model, ...more] = await response.json();
    assert.equal(more.length, 0);
    assert.deepEqual(model.lfs, { oid: sha256Of(weights), size: weights.length, pointerSize: 134 });
    assert.equal(config.oid, gitSha1Of(Buffer.from("{}")));
    assert.equal(config.lfs, undefined);
  });

  test("a large file is a redirect that says what comes", async () => {
    for (const method of ["GET", "HEAD"]) {
      const response = await get(`/${REPOSITORY}/resolve/main/model.gguf`, {}, method);
      assert.equal(response.status, 302);
      assert.equal(response.headers.get("x-linked-etag"), `"${sha256Of(weights)}"`);
      assert.equal(response.headers.get("x-linked-size"), String(weights.length));
      assert.equal(response.headers.get("x-repo-commit"), world.hub.commit(REPOSITORY));
      assert.ok(response.headers.get("location")?.startsWith(world.hub.cdnUrl));
    }
  });

  test("a small file comes from the hub itself", async () => {
    const response = await get(`/${REPOSITORY}/resolve/main/config.json`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("etag"), `"${gitSha1Of(Buffer.from("{}"))}"`);
    assert.equal(await response.text(), "{}");
  });

  for (const [range, from, to] of [
    ["bytes=0-0", 0, 1],
    ["bytes=100-199", 100, 200],
    ["bytes=9000-", 9000, 10_000],
    ["bytes=-5", 9995, 10_000],
    ["bytes=9990-20000", 9990, 10_000],
  ] as const) {
    test(`${range} is a part, with its place`, async () => {
      const response = await get(await signed(), { range });
      assert.equal(response.status, 206);
      assert.equal(response.headers.get("content-range"), `bytes ${from}-${to - 1}/10000`);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), weights.subarray(from, to));
    });
  }

  test("a range beyond the end is 416, an If-Range that does not fit is the whole", async () => {
    const address = await signed();
    const beyond = await get(address, { range: "bytes=10000-" });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get("content-range"), "bytes */10000");
    const etag = (await get(address, {}, "HEAD")).headers.get("etag") ?? "";
    assert.equal((await get(address, { range: "bytes=5-", "if-range": etag })).status, 206);
    assert.equal((await get(address, { range: "bytes=5-", "if-range": '"other"' })).status, 200);
  });

  test("a signed address wants its signature, dies in time, and takes no token beside it", async () => {
    const address = await signed();
    assert.equal((await get(address, bearer("hf_in"))).status, 400);
    assert.equal((await get(address.replace("Signature=", "Signature=x"))).status, 403);
    const hasty = await hubWith(CONTENTS, { signatureSeconds: -1 });
    const response = await fetch(`${hasty.hub.url}/${REPOSITORY}/resolve/main/model.gguf`);
    assert.equal(response.status, 403);
    await hasty.close();
  });

  for (const [address, token, status, code] of [
    ["/api/models/owner/none", undefined, 401, "RepoNotFound"],
    ["/api/models/owner/none", "hf_in", 404, "RepoNotFound"],
    ["/api/models/owner/hidden", undefined, 401, "RepoNotFound"],
    ["/api/models/owner/hidden", "hf_out", 404, "RepoNotFound"],
    ["/api/models/owner/hidden", "hf_in", 200, null],
    ["/api/models/owner/hidden", "hf_wrong", 401, null],
    [`/api/models/${REPOSITORY}/revision/none`, undefined, 404, "RevisionNotFound"],
    [`/${REPOSITORY}/resolve/main/none`, undefined, 404, "EntryNotFound"],
    ["/api/models/owner/gate", undefined, 200, null],
    ["/owner/gate/resolve/main/model.gguf", undefined, 401, "GatedRepo"],
    ["/owner/gate/resolve/main/model.gguf", "hf_out", 403, "GatedRepo"],
    ["/owner/gate/resolve/main/model.gguf", "hf_in", 302, null],
    ["/api/whoami-v2", undefined, 401, null],
    ["/api/whoami-v2", "hf_in", 200, null],
  ] as const) {
    test(`${address} with ${token ?? "no token"}: ${status} ${code ?? ""}`, async () => {
      const response = await get(address, token === undefined ? {} : bearer(token));
      assert.equal(response.status, status);
      assert.equal(response.headers.get("x-error-code"), code);
      if (status >= 400) assert.ok((response.headers.get("x-error-message") ?? "").length > 0);
    });
  }

  test("a search finds names, and never what may not be seen", async () => {
    const found = await (await get("/api/models?search=OWNER&limit=10")).json();
    assert.deepEqual(found.map((one: { id: string }) => one.id).toSorted(), ["owner/gate", "owner/model"]);
  });

  test("requests are kept with what they carried and how much went out", async () => {
    await (await get(await signed(), { range: "bytes=0-99" })).arrayBuffer();
    const [resolve, cdn] = world.hub.requests;
    assert.deepEqual([resolve?.door, resolve?.status, resolve?.bytes], ["resolve", 302, 0]);
    assert.deepEqual([cdn?.door, cdn?.status, cdn?.bytes, cdn?.headers["range"]], ["cdn", 206, 100, "bytes=0-99"]);
  });

  test("the facts of a GGUF file are read from its header", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-facts-"));
    const file = path.join(folder, "tiny.gguf");
    const written = writeTinyGguf({ file, ctx: 512 });
    const facts = await readGgufFacts(file);
    assert.deepEqual(facts, { architecture: "llama", context_length: 512, total: written.parameters });
    await rm(folder, { recursive: true });
  });
});
