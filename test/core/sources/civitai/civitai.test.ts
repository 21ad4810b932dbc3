import assert from "node:assert/strict";
import { inspect } from "node:util";
import { faultWords } from "../../../../src/core/present/fault-words.ts";
import { troubleActions } from "../../../../src/core/present/trouble-actions.ts";
import { troubleOf } from "../../../../src/core/present/trouble.ts";
import { parseSha256 } from "../../../../src/core/util/ids.ts";
import type { Sha256 } from "../../../../src/core/util/ids.ts";
import { faultOf, never, sha256Of } from "../../downloads/support.ts";
import { type MetadataWorld, SECRET, createMetadataWorld } from "../../metadata/world.ts";

const digest = (content: string): Sha256 => {
  const found = parseSha256(sha256Of(content));
  assert.ok(found);
  return found;
};
const version = (id: number, content: string) => ({
  id,
  modelId: id + 1000,
  name: `v${id}`,
  sha256: sha256Of(content),
});

suite("asking Civitai by digest", () => {
  let world: MetadataWorld;
  setup(async () => {
    world = await createMetadataWorld({ versions: [version(1, "one"), version(2, "two")] });
  });
  teardown(() => world.close());

  test("a whole library takes one question and one more for what is known", async () => {
    const library = [digest("one"), digest("two"), ...Array.from({ length: 3000 }, (_, n) => digest(`other ${n}`))];
    const found = await world.civitai.byHash(library, never);
    assert.deepEqual([...found.values()].map(({ name }) => name).toSorted(), ["v1", "v2"]);
    assert.deepEqual(
      world.server.requests.map(({ url, body }) => [url, Array.isArray(body) ? body.length : 0]),
      [
        ["/api/v1/model-versions/by-hash/ids", 3002],
        ["/api/v1/model-versions/by-hash", 2],
      ],
    );
  });

  test("a hub that names ids without digests is asked for all records, a hundred at a time", async () => {
    world.server.fail({ status: 200, headers: { "content-type": "application/json" }, body: "[1, 2]" });
    const library = [digest("one"), ...Array.from({ length: 150 }, (_, n) => digest(`other ${n}`))];
    const found = await world.civitai.byHash(library, never);
    assert.equal(found.size, 1);
    assert.deepEqual(
      world.server.requests.slice(1).map(({ body }) => (Array.isArray(body) ? body.length : 0)),
      [100, 51],
    );
  });

  test("what was answered is not asked again, that it is unknown neither", async () => {
    await world.civitai.byHash([digest("one"), digest("nobody's")], never);
    const found = await world.civitai.byHash([digest("one"), digest("nobody's")], never);
    assert.equal(found.get(digest("one"))?.name, "v1");
    assert.equal(found.size, 1);
    assert.equal(world.server.requests.length, 1);
  });

  test("the token is trimmed and goes to the endpoint alone, the agent is our own", async () => {
    await world.civitai.byHash([digest("one")], never);
    const other = await createMetadataWorld();
    other.server.pictures.set("/p.png", { content: Buffer.from("p"), type: "image/png" });
    world.server.fail({ status: 302, headers: { location: `${other.server.url}/p.png` } });
    const picture = await world.civitai.picture(`${world.server.url}/picture`, never);
    assert.equal(Buffer.from(picture ?? []).toString(), "p");
    assert.equal(world.server.requests[0]?.headers.authorization, `Bearer ${SECRET}`);
    assert.equal(world.server.requests[0]?.headers["user-agent"], "modeldeck");
    assert.equal(other.server.requests[0]?.headers.authorization, undefined);
    await other.close();
  });

  test("a wait that it asks for is kept, a long one is told", async () => {
    world.server.fail({ status: 503, headers: { "retry-after": "0" } });
    world.server.fail({ status: 429, headers: { "retry-after": "0" } });
    assert.equal((await world.civitai.byHash([digest("one")], never)).size, 1);
    assert.equal(world.server.requests.length, 3);
    world.server.fail({ status: 429, headers: { "retry-after": "900" } });
    const told = await faultOf(world.civitai.byHash([digest("two")], never));
    assert.equal(told.code === "rateLimited" && told.retryAfter, 900_000);
  });

  test("a page to sign in is no answer, and no error holds the token", async () => {
    world.server.fail({ status: 200, headers: { "content-type": "text/html" }, body: "<title>Sign in</title>" });
    const told = await faultOf(world.civitai.byHash([digest("one")], never));
    assert.equal(told.code, "network");
    world.server.fail({ status: 401 });
    const refused = await faultOf(world.civitai.byHash([digest("one")], never));
    assert.equal(refused.code === "unauthorized" && refused.tokenGiven, true);
    const button = { title: "Set Token", do: { kind: "setToken", provider: "civitai" } };
    assert.deepEqual(faultWords(refused).actions, [button]);
    assert.deepEqual(troubleActions(troubleOf(refused)), [button]);
    assert.doesNotMatch(inspect([told, refused], { depth: 9 }), new RegExp(SECRET));
  });

  test("a picture of an address that is not safe is not fetched", async () => {
    assert.equal(await world.civitai.picture("http://127.0.0.1:1/x.png", never), undefined);
    assert.equal(await world.civitai.picture("file:///etc/hostname", never), undefined);
    assert.equal(world.server.requests.length, 0);
  });

  test("odd fields hide no version", async () => {
    world.server.versions.push({
      ...version(3, "three"),
      more: {
        trainedWords: ["a", 7, null],
        images: [{ url: 4 }, { url: "https://x/y", nsfwLevel: {} }],
        description: null,
      },
    });
    const found = await world.civitai.byHash([digest("three")], never);
    const three = found.get(digest("three"));
    assert.deepEqual(three?.trainedWords, ["a"]);
    assert.equal(three.images.length, 1);
    assert.equal(three.description, undefined);
  });
});
