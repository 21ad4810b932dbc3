import assert from "node:assert/strict";
import { pruneDuplicates } from "../../../../src/core/maintenance/operations/prune-duplicates.ts";
import type { Row } from "../../../../src/core/ports/database.ts";
import { type FakeWorld, entry, inWords, kept, surveyOf } from "./survey.ts";

const twin = (name: string, more: Row = {}): Row => entry(name, { family: "llama", quantization: "q4_k_m", ...more });
const prune = (world: FakeWorld, backend?: "vllm") =>
  pruneDuplicates.decide(surveyOf(world), backend === undefined ? {} : { backend });
const there = { "/models/a": { size: 1 }, "/models/b": { size: 1 } };

suite("prune duplicates", () => {
  test("keeps the richest: a path tells more than a size, and metadata fields count one each", () => {
    const table: readonly (readonly [richer: Row, poorer: Row])[] = [
      [{ path: "/models/a" }, { size_bytes: 5 }],
      [{ path: "/models/a", size_bytes: 5 }, { path: "/models/b" }],
      [
        { path: "/models/a", metadata_json: '{"x":1,"y":"z"}' },
        { path: "/models/b", size_bytes: 5 },
      ],
      [{ metadata_json: '{"x":1,"y":2,"z":3}' }, { path: "/models/b" }],
      // What is empty tells nothing.
      [{ path: "/models/a" }, { size_bytes: 1, metadata_json: '{"x":null,"y":""}' }],
    ];
    for (const [richer, poorer] of table) {
      const decided = prune({ entries: [twin("poorer", poorer), twin("richer", richer)], disk: there });
      assert.deepEqual(inWords(decided), ["- entries discovered:poorer"], JSON.stringify(richer));
    }
  });

  test("breaks a tie by what is installed, then by what is newer, then by name", () => {
    const newer = { downloaded_at: "2026-02-01T00:00:00Z" };
    const older = { downloaded_at: "2026-01-01T00:00:00Z" };
    const table: readonly (readonly [kept: Row, gone: Row])[] = [
      [
        { path: "/models/a", ...older },
        { path: "/models/missing", ...newer },
      ],
      [
        { path: "/models/a", ...newer },
        { path: "/models/b", ...older },
      ],
      [{ path: "/models/a", ...older }, { path: "/models/b" }],
    ];
    for (const [stays, goes] of table) {
      const decided = prune({ entries: [twin("a", goes), twin("b", stays)], disk: there });
      assert.deepEqual(inWords(decided), ["- entries discovered:a"], JSON.stringify(stays));
    }
    const same = prune({ entries: [twin("b", { path: "/models/b" }), twin("a", { path: "/models/a" })], disk: there });
    assert.deepEqual(inWords(same), ["- entries discovered:b"]);
  });

  test("does not take what is on a drive that is not there for missing", () => {
    const decided = prune({
      entries: [
        twin("away", { path: "/usb/a", downloaded_at: "2026-02-01T00:00:00Z" }),
        twin("here", { path: "/models/a", downloaded_at: "2026-01-01T00:00:00Z" }),
      ],
      disk: there,
      offline: ["/usb"],
    });
    assert.deepEqual(inWords(decided), ["- entries discovered:here"]);
  });

  test("moves roles that only the others had, with their best priority", () => {
    const decided = prune({
      entries: [
        twin("kept", { path: "/models/a", roles_json: '["chat"]', role_priority_json: '{"chat":5}' }),
        twin("one", { roles_json: '["chat","code"]', role_priority_json: '{"chat":1,"code":40}' }),
        twin("two", { roles_json: '["code","ocr"]', role_priority_json: '{"code":20}' }),
      ],
      disk: there,
    });
    assert.deepEqual(inWords(decided), [
      '~ entries discovered:kept roles_json=["chat","code","ocr"] role_priority_json={"chat":5,"code":20}',
      "- entries discovered:one",
      "- entries discovered:two",
    ]);
  });

  test("leaves groups alone of which none has a path, layers of one name, and other back ends", () => {
    assert.deepEqual(inWords(prune({ entries: [twin("a"), twin("b")] })), []);
    const layers = [twin("a", { path: "/models/a" }), twin("a", { layer: "curated", path: "/models/a" })];
    assert.deepEqual(inWords(prune({ entries: layers, disk: there })), []);
    const others = [twin("a", { path: "/models/a" }), twin("b"), twin("c", { backend: "vllm", path: "/models/b" })];
    assert.deepEqual(inWords(prune({ entries: others, disk: there }, "vllm")), []);
    for (const column of ["family", "backend", "format", "quantization"])
      assert.deepEqual(
        inWords(prune({ entries: [twin("a", { path: "/models/a" }), twin("b", { [column]: "other" })], disk: there })),
        [],
        column,
      );
  });

  test("removes both layers of a name, and gives both layers of the kept one the roles", () => {
    const decided = prune({
      entries: [
        twin("kept", { path: "/models/a" }),
        twin("kept", { layer: "curated" }),
        twin("gone", { roles_json: '["ocr"]' }),
        twin("gone", { layer: "curated" }),
      ],
      disk: there,
    });
    assert.deepEqual(inWords(decided), [
      '~ entries discovered:kept roles_json=["ocr"]',
      '~ entries curated:kept roles_json=["ocr"]',
      "- entries discovered:gone",
      "- entries curated:gone",
    ]);
  });

  test("never touches a locked entry: it stays, and one whose roles it would have to take stays too", () => {
    const decided = prune({
      entries: [
        twin("kept", { path: "/models/a", locked: 1, roles_json: '["chat"]' }),
        twin("locked", { locked: 1 }),
        twin("plain", { roles_json: '["chat"]' }),
        twin("useful", { roles_json: '["ocr"]' }),
      ],
      disk: there,
    });
    assert.deepEqual(inWords(decided), ["- entries discovered:plain"]);
    assert.deepEqual(kept(decided), {
      locked: "it is locked",
      useful: "it has roles that kept, which is locked, cannot take",
    });
  });
});
