import assert from "node:assert/strict";
import * as v from "valibot";
import { fixMissing } from "../../../../src/core/maintenance/operations/fix-missing.ts";
import type { FileVerdict } from "../../../../src/core/protocol/tasks.ts";
import { type FakeWorld, entry, fileRow, inWords, kept, surveyOf, places } from "./survey.ts";

const fix = (world: FakeWorld, ...files: readonly FileVerdict[]) =>
  fixMissing.decide(surveyOf(world), { files: [...files] });
const said = (verdict: FileVerdict["verdict"], path: string, of = "a"): FileVerdict => ({ entry: of, path, verdict });
const CLEARED = "path=null location=null size_bytes=null proof=unverified downloaded_at=null";
const download = { location: "main", size_bytes: 3, downloaded_at: "2026-01-01T00:00:00Z", proof: "sha256" };

suite("fix missing", () => {
  test("clears the download fields of an entry whose path is missing, in both layers", () => {
    const world = {
      entries: [
        entry("a", { path: "/models/a", ...download, metadata_json: '{"x":1,"download_directory_checksum":"c"}' }),
        entry("a", { layer: "curated", path: "/models/a", ...download, notes: "mine" }),
      ],
      files: [fileRow("/models/a", "a")],
    };
    assert.deepEqual(inWords(fix(world, said("missing", "/models/a"))), [
      `~ entries discovered:a ${CLEARED} metadata_json={"x":1}`,
      `~ entries curated:a ${CLEARED}`,
      "- files /models/a",
    ]);
  });

  test("forgets a missing file beside the path, and names the entry for a new download", () => {
    const world = {
      entries: [entry("a", { path: "/models/a-1.gguf" })],
      files: [fileRow("/models/a-1.gguf", "a"), fileRow("/models/a-2.gguf", "a")],
      disk: { "/models/a-1.gguf": { size: 1 } },
    };
    const decided = fix(world, said("ok", "/models/a-1.gguf"), said("missing", "/models/a-2.gguf"));
    assert.deepEqual(inWords(decided), ["- files /models/a-2.gguf"]);
    assert.deepEqual(kept(decided), { a: "1 of its files is missing: download it again" });
  });

  test("clears an entry whose path is a folder once all its files are missing", () => {
    const world = {
      entries: [entry("a", { path: "/models/o/r", ...download })],
      files: [fileRow("/models/o/r/1", "a"), fileRow("/models/o/r/2", "a")],
      disk: { "/models/o/r": "folder" } as const,
    };
    const all = fix(world, said("missing", "/models/o/r/1"), said("missing", "/models/o/r/2"));
    assert.deepEqual(inWords(all), [
      `~ entries discovered:a ${CLEARED}`,
      "- files /models/o/r/1",
      "- files /models/o/r/2",
    ]);
  });

  test("names what has changed, and changes nothing", () => {
    const world = { entries: [entry("a", { path: "/models/a" })], disk: { "/models/a": { size: 1 } } };
    const decided = fix(world, said("changed", "/models/a"));
    assert.deepEqual(inWords(decided), []);
    assert.deepEqual(kept(decided), { "/models/a": "it has changed: download a again" });
  });

  test("looks again: what is there now, offline or locked is left alone and named", () => {
    const world = {
      entries: [
        entry("a", { path: "/models/a" }),
        entry("b", { path: "/usb/b" }),
        entry("c", { path: "/models/c", locked: 1 }),
        entry("d", { path: "/models/d" }),
      ],
      disk: { "/models/a": { size: 1 }, "/models/d": { unreadable: "permission denied" } },
      offline: ["/usb"],
    };
    const decided = fix(
      world,
      said("missing", "/models/a"),
      said("missing", "/usb/b", "b"),
      said("missing", "/models/c", "c"),
      said("missing", "/models/d", "d"),
      said("missing", "/models/e", "e"),
    );
    assert.deepEqual(inWords(decided), []);
    assert.deepEqual(kept(decided), {
      "/models/a": "it is there again",
      "/usb/b": "its drive is not there",
      c: "it is locked",
      "/models/d": "permission denied",
    });
  });

  test("takes the files of a verify report as they are", () => {
    const files = [{ ...said("changed", "/models/a"), expected: "x", actual: "y" }];
    assert.equal(v.safeParse(fixMissing.options, { files }).success, true);
    assert.equal(v.safeParse(fixMissing.options, { files, report: 1 }).success, false);
    assert.deepEqual(fixMissing.wants({ files: [said("missing", "/m/a"), said("ok", "/m/b")] }, places), {
      paths: ["/m/a"],
    });
  });
});
