import assert from "node:assert/strict";
import { fetchedDocument, fetchedWords, lockedWords } from "../../../src/core/present/metadata-words.ts";
import { updateRow, updatesDocument, updatesWords } from "../../../src/core/present/update-words.ts";
import type { UpdateReport } from "../../../src/core/protocol/metadata.ts";
import { updateRequest } from "../../../src/extension/library/update-request.ts";

const aReport = (parts: Partial<UpdateReport> = {}): UpdateReport => ({
  entry: "tiny",
  repository: "acme/tiny",
  there: "abc",
  state: "changed",
  touches: ["weights", "template"],
  files: [
    { path: "tiny.gguf", change: "changed", sizeBytes: 4.9e9 },
    { path: "old.md", change: "removed", sizeBytes: 1 },
  ],
  bytes: 4.9e9,
  ...parts,
});

suite("updates in words", () => {
  test("a row says what changed and how much there is to fetch", () => {
    assert.deepEqual(updateRow(aReport(), "Tiny"), {
      label: "Tiny",
      description: "weights, chat template · 4.9 GB to fetch",
      detail: "± tiny.gguf  − old.md",
    });
  });

  test("the summary counts what changed first", () => {
    assert.equal(
      updatesWords([aReport({ state: "current" }), aReport()]),
      "2 models looked at: 1 changed, 1 up to date",
    );
  });

  test("the document tells why it is not known", () => {
    const reason = { code: "network", message: "The hub cannot be reached.", facts: {} };
    assert.match(updatesDocument([aReport({ state: "unknown", reason })]), /unknown: The hub cannot be reached\\\./);
  });
});

suite("the download of an update", () => {
  const entry = { files: [{ path: "/m/acme/tiny/tiny.gguf" }, { path: "/m/acme/tiny/mmproj.gguf" }] };
  const files = [{ path: "tiny.gguf" }, { path: "mmproj.gguf" }, { path: "template.jinja" }, { path: "other.gguf" }];
  const request = (report: UpdateReport) =>
    updateRequest(
      report,
      { files: entry.files.map((file) => ({ ...file, sizeBytes: 1, proof: "sha256" })), location: "main" },
      { files: files.map((file) => ({ ...file, sizeBytes: 1 })) },
    );

  test("brings all the entry has where its weights changed", () => {
    assert.deepEqual(request(aReport()), {
      model: "acme/tiny",
      files: ["tiny.gguf", "mmproj.gguf"],
      location: "main",
      force: true,
    });
  });

  test("follows the branch it came from, for a commit of its own would be another model beside it", () => {
    assert.equal(request(aReport())?.["revision"], undefined);
    assert.equal(request(aReport({ branch: "dev" }))?.["revision"], "dev");
  });

  test("brings no more than what changed where the weights are as they were", () => {
    const template = aReport({
      touches: ["template"],
      files: [{ path: "template.jinja", change: "added", sizeBytes: 1 }],
    });
    assert.deepEqual(request(template)?.["files"], ["template.jinja"]);
  });

  test("is none where all that changed is gone", () => {
    assert.equal(
      request(aReport({ touches: [], files: [{ path: "old.md", change: "removed", sizeBytes: 1 }] })),
      undefined,
    );
  });
});

suite("metadata in words", () => {
  const known = {
    entry: "a",
    from: "civitai",
    page: "https://x/1",
    fields: ["licence"],
    written: ["/m/a.preview.png"],
  } as const;
  const unknown = { entry: "b", fields: [], written: [] };
  const failed = { ...unknown, entry: "c", reason: { code: "network", message: "away", facts: {} } };

  test("what was found is counted, and what nobody knows, and what failed", () => {
    assert.equal(
      fetchedWords([known, unknown, failed]),
      "Metadata of 1 model found. Of 1 nobody knows any. 1 could not be asked for.",
    );
    assert.match(fetchedDocument("Fetch", [known]), /\| a \| \[Civitai\]\(<https:\/\/x\/1>\) \| Licence \|/);
  });

  test("a lockfile tells what is here and what comes", () => {
    const outcome = { path: "/l.json", models: 3, here: ["a", "b"], downloads: ["d1"], leftOut: [] };
    assert.equal(lockedWords(outcome), "3 models: 2 are here, 1 downloads queued.");
  });
});
