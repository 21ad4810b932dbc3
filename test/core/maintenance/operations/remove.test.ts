import assert from "node:assert/strict";
import * as v from "valibot";
import { remove } from "../../../../src/core/maintenance/operations/remove.ts";
import { isFault } from "../../../../src/core/util/faults.ts";
import { type FakeWorld, after, characteristic, entry, fileRow, inWords, kept, surveyOf } from "./survey.ts";

type Mode = "metadata" | "files" | "purge";
const decide = (world: FakeWorld, mode: Mode, ...names: readonly string[]) =>
  remove.decide(surveyOf(world), { names: [...names], mode });
const CLEARED = "path=null location=null size_bytes=null downloaded_at=null";

const split: FakeWorld = {
  entries: [entry("a", { path: "/models/o/a-1", location: "main", size_bytes: 30, downloaded_at: "2026-01-01" })],
  files: [fileRow("/models/o/a-1", "a"), fileRow("/models/o/a-2", "a"), fileRow("/models/o/gone", "a")],
  characteristics: [characteristic("a", "context")],
  disk: { "/models/o/a-1": { size: 10 }, "/models/o/a-2": { size: 20 }, "/models/o/other": { size: 5 } },
};

suite("remove, in three modes", () => {
  test("metadata clears the download fields and keeps files and entry", () => {
    assert.deepEqual(inWords(decide(split, "metadata", "a")), [
      `~ entries discovered:a ${CLEARED}`,
      "- files /models/o/a-1",
      "- files /models/o/a-2",
      "- files /models/o/gone",
    ]);
  });

  test("files moves them into the trash and keeps the logical entry", () => {
    assert.deepEqual(inWords(decide(split, "files", "a")), [
      "trash /models/o/a-1 10",
      "trash /models/o/a-2 20",
      `~ entries discovered:a ${CLEARED}`,
      "- files /models/o/a-1",
      "- files /models/o/a-2",
      "- files /models/o/gone",
    ]);
  });

  test("purge takes entry and files, and asks that the file is still the one that was seen", () => {
    const decided = decide(split, "purge", "a");
    assert.deepEqual(inWords(decided), [
      "trash /models/o/a-1 10",
      "trash /models/o/a-2 20",
      "- entries discovered:a",
      "- files /models/o/a-1",
      "- files /models/o/a-2",
      "- files /models/o/gone",
      "- characteristics a|context|name",
    ]);
    assert.deepEqual(decided.steps[0], {
      kind: "trash",
      path: "/models/o/a-1",
      root: "/models",
      bytes: 10,
      seen: { size: 10, modified: Date.UTC(2026, 10, 20), identity: "/models/o/a-1" },
    });
  });

  test("deletes for good where no trash can be had beside the root", () => {
    assert.deepEqual(inWords(decide({ ...split, noTrash: ["/models"] }, "purge", "a")).slice(0, 2), [
      "delete /models/o/a-1 10",
      "delete /models/o/a-2 20",
    ]);
  });

  test("takes several entries at once, and a file they share once", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/x" }), entry("b", { path: "/models/x" })],
      files: [fileRow("/models/x", "a")],
      disk: { "/models/x": { size: 10 } },
    };
    assert.deepEqual(inWords(decide(world, "purge", "a", "b", "a")), [
      "trash /models/x 10",
      "- entries discovered:a",
      "- entries discovered:b",
      "- files /models/x",
    ]);
  });

  test("takes a file once that two paths lead to", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/alias/x" }), entry("b", { path: "/models/o/x" })],
      disk: { "/models/alias": { link: "/models/o" }, "/models/o/x": { size: 9 } },
    };
    const decided = inWords(decide(world, "files", "a", "b"));
    assert.equal(decided.filter((step) => step.startsWith("trash")).length, 1);
    assert.equal(decided.filter((step) => step.startsWith("~")).length, 2);
  });

  test("takes a folder whose files nobody listed as one, with what its entry says it holds", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/o/r", size_bytes: 70 })],
      disk: { "/models/o/r/config.json": { size: 1 }, "/models/o/r/w.safetensors": { size: 69 } },
    };
    assert.deepEqual(inWords(decide(world, "purge", "a")), ["trash /models/o/r 70", "- entries discovered:a"]);
  });

  test("takes a folder with all in it, another entry's file too where that goes as well", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/o" }), entry("b", { path: "/models/o/b" })],
      disk: { "/models/o/b": { size: 1 } },
    };
    assert.deepEqual(inWords(decide(world, "files", "b", "a")), [
      "trash /models/o 0",
      "~ entries discovered:b path=null",
      "~ entries discovered:a path=null",
    ]);
  });

  test("takes only the listed files of a folder where some are listed", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/o/r" })],
      files: [fileRow("/models/o/r/w", "a")],
      disk: { "/models/o/r/w": { size: 69 }, "/models/o/r/mine.txt": { size: 1 } },
    };
    assert.deepEqual(inWords(decide(world, "files", "a")), [
      "trash /models/o/r/w 69",
      "~ entries discovered:a path=null",
      "- files /models/o/r/w",
    ]);
  });

  test("refuses a name that no entry has, and says which come near", () => {
    assert.throws(
      () => decide(split, "purge", "aa", "a"),
      (error) => isFault(error, "notFound") && error.fault.name === "aa" && error.fault.near?.[0] === "a",
    );
  });

  test("needs names and a mode", () => {
    for (const given of [
      {},
      { names: ["a"] },
      { mode: "purge" },
      { names: [], mode: "purge" },
      { names: ["a"], mode: "all" },
    ])
      assert.equal(v.safeParse(remove.options, given).success, false, JSON.stringify(given));
  });
});

suite("remove leaves alone and names", () => {
  const one = (more: Partial<FakeWorld>, path = "/models/a"): FakeWorld => ({
    entries: [entry("a", { path })],
    files: [fileRow(path, "a")],
    ...more,
  });
  const trashed = (world: FakeWorld): readonly string[] =>
    inWords(decide(world, "files", "a")).filter((step) => !step.startsWith("~") && !step.startsWith("-"));
  const reasons = (world: FakeWorld) => kept(decide(world, "files", "a"));

  test("locked entries, whole", () => {
    const world = { ...split, entries: [entry("a", { path: "/models/o/a-1", locked: 1 })] };
    for (const mode of ["metadata", "files", "purge"] as const) {
      assert.deepEqual(inWords(decide(world, mode, "a")), []);
      assert.deepEqual(kept(decide(world, mode, "a")), { a: "it is locked" });
    }
  });

  test("entries on a drive that is not there, or in a folder nobody may read, whole", () => {
    const away = { ...split, offline: ["/models"] };
    assert.deepEqual(inWords(decide(away, "purge", "a")), []);
    assert.deepEqual(kept(decide(away, "purge", "a")), { a: "/models/o/a-1: its drive is not there" });
    const secret = one({ disk: { "/models/a": { unreadable: "permission denied" } } });
    assert.deepEqual(inWords(decide(secret, "purge", "a")), []);
    assert.deepEqual(kept(decide(secret, "purge", "a")), { a: "/models/a: permission denied" });
  });

  test("bytes with a hard link elsewhere; the entry keeps its path", () => {
    const world = one({ disk: { "/models/a": { size: 9, elsewhere: 1 } } });
    assert.deepEqual(inWords(decide(world, "files", "a")), []);
    assert.deepEqual(reasons(world), { "/models/a": "1 more name of the same bytes would stay" });
    assert.deepEqual(inWords(decide(world, "purge", "a")), ["- entries discovered:a", "- files /models/a"]);
  });

  test("but not where all names of the bytes go, whose size counts once", () => {
    const disk = { "/models/a": { size: 9, identity: "i" }, "/models/b": { size: 9, identity: "i" } };
    const world: FakeWorld = { entries: [entry("a", { path: "/models/a" }), entry("b", { path: "/models/b" })], disk };
    assert.deepEqual(inWords(decide(world, "files", "a", "b")).slice(0, 2), ["trash /models/a 9", "trash /models/b 0"]);
    assert.deepEqual(inWords(decide(world, "files", "a")), []);
  });

  test("what a link leads to", () => {
    const world = one({ disk: { "/models/a": { size: 9 }, "/models/link": { link: "/models/a" } } });
    assert.deepEqual(trashed(world), []);
    assert.deepEqual(reasons(world), { "/models/a": "the link /models/link leads to it" });
  });

  test("what another entry has as its own, by this path or another", () => {
    for (const path of ["/models/a", "/models/link"]) {
      const world: FakeWorld = {
        entries: [entry("a", { path: "/models/a" }), entry("b", { path })],
        disk: { "/models/a": { size: 9 }, "/models/link": { link: "/models/a" } },
      };
      assert.deepEqual(trashed(world), []);
      assert.deepEqual(reasons(world), { "/models/a": "the entry b uses it" });
    }
  });

  test("the target of a link that goes", () => {
    const world = one({ disk: { "/models/a": { link: "/elsewhere/a" }, "/elsewhere/a": { size: 9 } } });
    assert.deepEqual(trashed(world), ["trash /models/a 0"]);
    assert.deepEqual(reasons(world), { "/elsewhere/a": "the link /models/a leads to it; only the link goes" });
  });

  test("what lies out of its root, behind a linked folder", () => {
    const disk = {
      "/models/out": { link: "/elsewhere" },
      "/elsewhere/a": { size: 9 },
      "/elsewhere/l": { link: "/models/x" },
      "/models/x": { size: 1 },
    };
    for (const path of ["/models/out/a", "/models/out/l"]) {
      const world = one({ disk }, path);
      assert.deepEqual(trashed(world), [], path);
      assert.deepEqual(reasons(world), { [path]: "a link leads to it, out of /models" });
    }
  });

  test("what steps back out of its root", () => {
    const path = "/models/../etc/passwd";
    const world = one({ disk: { [path]: { size: 9 } } }, path);
    assert.deepEqual(trashed(world), []);
    assert.deepEqual(reasons(world), { [path]: "its path steps back" });
  });

  test("what lies in no location, unless a row says that these very bytes are ours", () => {
    const disk = { "/home/a": { size: 9, identity: "1:2" } };
    assert.deepEqual(reasons(one({ disk }, "/home/a")), { "/home/a": "it lies in no location of the settings" });
    const ours = { disk, files: [fileRow("/home/a", "a", { identity: "1:2", size_bytes: 9 })] };
    assert.deepEqual(trashed(one(ours, "/home/a")), ["trash /home/a 9"]);
    const changed = { disk, files: [fileRow("/home/a", "a", { identity: "1:3", size_bytes: 9 })] };
    assert.deepEqual(trashed(one(changed, "/home/a")), []);
  });

  test("what lies in a folder that another entry has as a whole", () => {
    const world: FakeWorld = {
      entries: [
        entry("a", { path: "/models/o/r", backend: "vllm" }),
        entry("b", { path: "/models/o/r", backend: "lmdeploy" }),
      ],
      files: [fileRow("/models/o/r/model.safetensors", "a")],
      disk: { "/models/o/r/model.safetensors": { size: 10 } },
    };
    const decided = decide(world, "purge", "a");
    assert.deepEqual(inWords(decided), ["- entries discovered:a", "- files /models/o/r/model.safetensors"]);
    assert.deepEqual(kept(decided), {
      "/models/o/r/model.safetensors": "the entry b has the folder it lies in",
    });
  });

  test("a projector beside which another entry's weights lie, whosever row it is", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/o/m-Q8_0.gguf" }), entry("b", { path: "/models/o/m-Q4_K_M.gguf" })],
      files: [
        fileRow("/models/o/m-Q8_0.gguf", "a"),
        fileRow("/models/o/mmproj-F16.gguf", "a"),
        fileRow("/models/o/m-Q4_K_M.gguf", "b"),
      ],
      disk: {
        "/models/o/m-Q8_0.gguf": { size: 10 },
        "/models/o/mmproj-F16.gguf": { size: 5 },
        "/models/o/m-Q4_K_M.gguf": { size: 7 },
      },
    };
    const decided = decide(world, "files", "a");
    assert.deepEqual(inWords(decided).slice(0, 1), ["trash /models/o/m-Q8_0.gguf 10"]);
    assert.deepEqual(kept(decided), {
      "/models/o/mmproj-F16.gguf": "the entry b lies beside it, and may need it",
    });
    const both = inWords(decide(world, "files", "a", "b"));
    assert.equal(both.filter((step) => step.startsWith("trash")).length, 3);
  });

  test("a projector that stays goes on to the entry beside it that uses it, and is taken away with the last", () => {
    const projector = "/models/o/mmproj-F16.gguf";
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/o/m-Q8_0.gguf" }), entry("b", { path: "/models/o/q/m-Q4_K_M.gguf" })],
      files: [
        fileRow("/models/o/m-Q8_0.gguf", "a"),
        fileRow(projector, "a", { size_bytes: 5, sha256: "5" }),
        fileRow("/models/o/q/m-Q4_K_M.gguf", "b"),
      ],
      disk: {
        "/models/o/m-Q8_0.gguf": { size: 10 },
        [projector]: { size: 5 },
        "/models/o/q/m-Q4_K_M.gguf": { size: 7 },
      },
    };
    const first = decide(world, "purge", "a");
    assert.ok(inWords(first).includes(`~ files ${projector} entry=b`), inWords(first).join("\n"));
    const left = after(world, first);
    assert.deepEqual(
      inWords(decide(left, "purge", "b")).filter((step) => step.startsWith("trash")),
      [`trash ${projector} 5`, "trash /models/o/q/m-Q4_K_M.gguf 7"],
    );
    // A locked entry is left as it is.
    const locked = {
      ...world,
      entries: [world.entries?.[0] ?? {}, entry("b", { path: "/models/o/q/m-Q4_K_M.gguf", locked: 1 })],
    };
    assert.ok(inWords(decide(locked, "purge", "a")).includes(`- files ${projector}`));
  });

  test("a folder that a location is a link to", () => {
    const world: FakeWorld = {
      entries: [entry("a", { path: "/models/o/r" })],
      locations: { main: "/models", other: "/hf" },
      disk: { "/hf": { link: "/models/o/r" }, "/models/o/r/own.gguf": { size: 10 } },
    };
    assert.deepEqual(kept(decide(world, "purge", "a")), { "/models/o/r": "it is or holds a folder of the settings" });
  });

  test("folders in which another entry, a location or the target of a link lies", () => {
    const base: FakeWorld = {
      entries: [entry("a", { path: "/models/o" }), entry("b", { path: "/models/o/b" })],
      disk: { "/models/o/b": { size: 1 } },
    };
    assert.deepEqual(reasons(base), { "/models/o": "the entry b has files in it" });
    const alone = { ...base, entries: [entry("a", { path: "/models/o" })] };
    const nested = { ...alone, locations: { main: "/models", inner: "/models/o/inner" } };
    assert.deepEqual(reasons(nested), { "/models/o": "it is or holds a folder of the settings" });
    const root = { ...alone, weightsRoot: "/models/o" };
    assert.deepEqual(reasons(root), { "/models/o": "it is or holds a folder of the settings" });
    const withKept = { ...alone, files: [fileRow("/models/o/b", "b")], entries: [...alone.entries, entry("b")] };
    const tied = { ...withKept, disk: { "/models/o/b": { size: 1, elsewhere: 1 } } };
    assert.deepEqual(inWords(decide(tied, "files", "a", "b")), []);
    assert.equal(kept(decide(tied, "files", "a", "b"))["/models/o"], "/models/o/b stays, and lies in it");
    const linked = { ...alone, disk: { ...base.disk, "/models/l": { link: "/models/o/b" } } };
    assert.deepEqual(reasons(linked), { "/models/o": "the link /models/l leads to it" });
    assert.deepEqual(trashed(alone), ["trash /models/o 0"]);
  });
});

suite("remove from a Hugging Face cache", () => {
  const repo = "/hf/models--o--r";
  const one = `${repo}/snapshots/1/w.gguf`;
  const two = `${repo}/snapshots/2/w.gguf`;
  const blob = `${repo}/blobs/abc`;
  const world: FakeWorld = {
    locations: { hf: "/hf" },
    entries: [entry("a", { path: one })],
    files: [fileRow(one, "a")],
    disk: { [one]: { link: blob }, [blob]: { size: 9 } },
  };

  test("takes the link of the snapshot and its blob", () => {
    assert.deepEqual(inWords(decide(world, "purge", "a")).slice(0, 2), [`trash ${one} 0`, `trash ${blob} 9`]);
  });

  test("keeps a blob that another snapshot uses, and names it", () => {
    const shared = { ...world, disk: { ...world.disk, [two]: { link: blob } } };
    const decided = decide(shared, "purge", "a");
    assert.deepEqual(inWords(decided).slice(0, 2), [`trash ${one} 0`, "- entries discovered:a"]);
    assert.deepEqual(kept(decided), { [blob]: `the link ${two} leads to it` });
  });

  test("takes it with the last of the snapshots", () => {
    const both = { ...world, entries: [entry("a", { path: one }), entry("b", { path: two })] };
    const decided = decide({ ...both, disk: { ...world.disk, [two]: { link: blob } } }, "purge", "a", "b");
    assert.deepEqual(inWords(decided).slice(0, 3), [`trash ${one} 0`, `trash ${two} 0`, `trash ${blob} 9`]);
  });

  test("works where the cache is reached through a link", () => {
    const disk = { "/hf": { link: "/big/hf" }, "/big/hf/models--o--r/blobs/abc": { size: 9 } };
    const inside = { "/big/hf/models--o--r/snapshots/1/w.gguf": { link: "/big/hf/models--o--r/blobs/abc" } };
    const decided = decide({ ...world, disk: { ...disk, ...inside } }, "purge", "a");
    assert.deepEqual(inWords(decided).slice(0, 2), [`trash ${one} 0`, `trash ${blob} 9`]);
  });
});
