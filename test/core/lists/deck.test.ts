import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../../src/core/core.ts";
import { openDeck } from "../../../src/core/open-deck.ts";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import type { LibraryFetched, LibraryLists } from "../../../src/core/protocol/lists.ts";
import { type HubServer, startHubServer } from "../../support/hub-server.ts";

const REPOSITORY = "demo/Wan2.2";
const [HIGH, LOW, NESTED] = [
  "wan2.2_text2video_14B_high_mbf16.safetensors",
  "wan2.2_text2video_14B_low_mbf16.safetensors",
  "umt5-xxl/models_t5_umt5-xxl-enc-bf16.safetensors",
];

/** Whole: real lists, real hub, real queue. */
suite("lists of Wan2GP through the deck", () => {
  let folder = "";
  let hub: HubServer;
  let deck: Deck;
  const content = new Map([HIGH, LOW, NESTED].map((name, at) => [name, randomBytes(200_000 + at)]));

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "wan2gp-deck-"));
    for (const [name, bytes] of content) {
      const file = path.join(folder, "hub", REPOSITORY, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    hub = await startHubServer({ folder: path.join(folder, "hub") });
    deck = await openDeck({
      storage: path.join(folder, "data"),
      settings: {
        "huggingface.endpoint": hub.url,
        locations: { main: { path: path.join(folder, "models"), layout: "owner-repo" } },
        "wan2gp.root": path.join(folder, "one"),
        "serving.engine": "process",
        "gpu.enabled": false,
      },
    });
  });
  suiteTeardown(async () => {
    await deck.close();
    await hub.close();
    await rm(folder, { recursive: true });
  });

  const install = async (name: string): Promise<string> => {
    const root = path.join(folder, name);
    await mkdir(path.join(root, "defaults"), { recursive: true });
    const address = (file: string): string => `https://huggingface.co/${REPOSITORY}/resolve/main/${file}`;
    await writeFile(
      path.join(root, "defaults/t2v_2_2.json"),
      JSON.stringify({
        model: {
          name: "Wan2.2",
          architecture: "t2v_2_2",
          URLs: [address(HIGH)],
          URLs2: [address(LOW)],
          text_encoder_URLs: [address(NESTED)],
        },
      }),
    );
    return root;
  };
  const ended = async (ids: readonly string[]): Promise<readonly Download[]> => {
    for (;;) {
      const changed = Promise.withResolvers<void>();
      const subscription = deck.onEvent(({ kind }) => kind === "downloads" && changed.resolve());
      const { downloads } = (await deck.run("downloads.list")) as { downloads: readonly Download[] };
      const own = downloads.filter(({ id }) => ids.includes(id));
      if (own.length === ids.length && own.every(({ state }) => state === "done" || state === "failed")) {
        subscription.dispose();
        return own;
      }
      await changed.promise;
      subscription.dispose();
    }
  };
  const states = ({ entries }: LibraryLists): readonly (readonly unknown[])[] =>
    (entries[0]?.files ?? []).map(({ name, state }) => [name, state]);
  const names = [HIGH, LOW, path.basename(NESTED)];

  test("what is missing is fetched to where the program looks, and another installation gets the same bytes without the hub", async () => {
    const one = await install("one");
    const before = (await deck.run("library.lists")) as LibraryLists;
    assert.equal(before.root, one);
    assert.deepEqual(
      states(before),
      names.map((name) => [name, "missing"]),
    );
    const fetched = (await deck.run("library.fetch", {})) as LibraryFetched;
    assert.deepEqual([fetched.files, fetched.leftOut], [3, []]);
    for (const { state, reason } of await ended(fetched.ids)) assert.equal(state, "done", reason?.message);
    for (const [name, bytes] of content)
      assert.ok((await readFile(path.join(one, "ckpts", path.basename(name)))).equals(bytes), name);
    const after = (await deck.run("library.lists", {})) as LibraryLists;
    assert.deepEqual(
      states(after),
      names.map((name) => [name, "present"]),
    );
    assert.equal(after.totals.bytesWanted, 0);
    const again = (await deck.run("library.fetch", {})) as LibraryFetched;
    assert.deepEqual([again.ids, again.files], [[], 0], "nothing is missing");

    const two = await install("two");
    const linkable = (await deck.run("library.lists", { path: two })) as LibraryLists;
    assert.deepEqual(
      states(linkable),
      names.map((name) => [name, "linkable"]),
    );
    hub.forget();
    const linked = (await deck.run("library.fetch", { path: two })) as LibraryFetched;
    for (const { state, reason } of await ended(linked.ids)) assert.equal(state, "done", reason?.message);
    for (const [name, bytes] of content)
      assert.ok((await readFile(path.join(two, "ckpts", path.basename(name)))).equals(bytes), name);
    assert.equal(hub.requests.filter(({ door }) => door === "cdn").length, 0, "no byte was fetched twice");
  }).timeout(180_000);
});
