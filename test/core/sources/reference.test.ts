import assert from "node:assert/strict";
import { parseReference } from "../../../src/core/sources/reference.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const MIRROR = "http://127.0.0.1:4000/hf";
const parse = (text: string) => parseReference(text, MIRROR, "hub.analyze");

suite("naming a model", () => {
  for (const [text, reference] of [
    ["owner/repo", { repository: "owner/repo" }],
    ["  owner/Repo.v1_2-x  ", { repository: "owner/Repo.v1_2-x" }],
    ["owner/repo@v1.0", { repository: "owner/repo", revision: "v1.0" }],
    ["owner/repo@refs/pr/1", { repository: "owner/repo", revision: "refs/pr/1" }],
    ["https://huggingface.co/owner/repo", { repository: "owner/repo" }],
    ["https://huggingface.co/owner/repo/", { repository: "owner/repo" }],
    ["https://huggingface.co/owner/repo/tree/main", { repository: "owner/repo", revision: "main" }],
    ["https://huggingface.co/owner/repo/tree/refs%2Fpr%2F1", { repository: "owner/repo", revision: "refs/pr/1" }],
    ["https://huggingface.co/owner/repo/tree/main/sub", { repository: "owner/repo", revision: "main" }],
    [
      "https://huggingface.co/owner/repo/blob/main/a/b.gguf",
      { repository: "owner/repo", revision: "main", file: "a/b.gguf" },
    ],
    [
      "https://huggingface.co/owner/repo/resolve/main/a%20b.gguf?download=true",
      { repository: "owner/repo", revision: "main", file: "a b.gguf" },
    ],
    ["https://huggingface.co/owner/repo/discussions/3", { repository: "owner/repo" }],
    ["huggingface.co/owner/repo", { repository: "owner/repo" }],
    ["hf.co/owner/repo", { repository: "owner/repo" }],
    ["hf://owner/repo", { repository: "owner/repo" }],
    ["hf://models/owner/repo", { repository: "owner/repo" }],
    [
      "hf://owner/repo@refs%2Fpr%2F1/sub/x.gguf",
      { repository: "owner/repo", revision: "refs/pr/1", file: "sub/x.gguf" },
    ],
    ["https://hf.co/owner/repo", { repository: "owner/repo" }],
    [`${MIRROR}/owner/repo/blob/v2/x.gguf`, { repository: "owner/repo", revision: "v2", file: "x.gguf" }],
    [`${MIRROR}/api/models/owner/repo`, { repository: "owner/repo" }],
  ] as const) {
    test(`${text} is understood`, () => assert.deepEqual(parse(text), reference));
  }

  for (const text of [
    "",
    "repo",
    "owner/repo/more",
    "owner//repo",
    "../repo",
    "owner/..",
    "owner/-repo",
    "owner/re po",
    "owner/repo@a@b",
    "owner/repo@../x",
    "owner/repo@",
    "https://example.com/owner/repo",
    "https://huggingface.co.evil.example/owner/repo",
    "https://huggingface.co@evil.example/owner/repo",
    "https://user:word@huggingface.co/owner/repo",
    "https://huggingface.co/datasets/owner/repo",
    "https://huggingface.co/owner",
    "https://huggingface.co/owner/repo/blob/main",
    "https://huggingface.co/owner/repo/blob/main/..%2F..%2Fetc%2Fpasswd",
    "https://huggingface.co/owner/repo/resolve/main/a%5Cb",
    "https://huggingface.co/owner/repo/resolve/main/%zz",
    "http://127.0.0.1:4000/other/owner/repo",
    "ftp://huggingface.co/owner/repo",
    "file:///etc/passwd",
    "hf://owner",
    "hf://datasets/owner/repo",
    "hf://owner/repo@a@b",
    "hf://owner/repo/../x",
    "hf://owner/repo@%zz",
    "javascript://huggingface.co/owner/repo",
  ]) {
    test(`${JSON.stringify(text)} is refused with what does not fit`, () => {
      assert.throws(
        () => parse(text),
        (error) => isFault(error, "badArguments") && error.fault.path === "model" && error.fault.problem.length > 10,
      );
    });
  }
});
