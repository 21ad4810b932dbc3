import assert from "node:assert/strict";
import { parseSource } from "../../../src/core/sources/source-reference.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const ENDPOINTS = { huggingface: "http://127.0.0.1:4000/hf", civitai: "http://127.0.0.1:4001" };
const parse = (text: string) => parseSource(text, ENDPOINTS, "hub.analyze");
const civitai = (model?: number, version?: number, file?: number) => ({ kind: "civitai", model, version, file });
const DIGEST = "ab".repeat(32);

suite("naming a model of any source", () => {
  for (const [text, reference] of [
    ["owner/repo", { kind: "huggingface", text: "owner/repo" }],
    ["hf://owner/repo@v1/x.gguf", { kind: "huggingface", text: "hf://owner/repo@v1/x.gguf" }],
    ["https://hf.co/owner/repo", { kind: "huggingface", text: "https://hf.co/owner/repo" }],
    [`${ENDPOINTS.huggingface}/owner/repo`, { kind: "huggingface", text: `${ENDPOINTS.huggingface}/owner/repo` }],
    ["urn:air:flux1:checkpoint:huggingface:owner/repo@v2", { kind: "huggingface", text: "owner/repo@v2" }],
    ["civitai:12", civitai(12)],
    ["civitai:12@34", civitai(12, 34)],
    ["civitai:@34", civitai(undefined, 34)],
    ["urn:air:sdxl:lora:civitai:12@34", civitai(12, 34)],
    ["urn:air:sdxl:lora:civitai:12@34:layer.safetensors", civitai(12, 34)],
    ["air:sd1:model:civitai:12", civitai(12)],
    ["https://civitai.com/models/12", civitai(12)],
    ["https://civitai.com/models/12/some-name?modelVersionId=34", civitai(12, 34)],
    ["civitai.com/models/12", civitai(12)],
    ["https://civitai.red/models/12", civitai(12)],
    ["https://civitai.com/api/download/models/34?type=Model&format=SafeTensor", civitai(undefined, 34)],
    ["https://civitai.com/api/download/models/34?fileId=56", civitai(undefined, 34, 56)],
    [`${ENDPOINTS.civitai}/api/v1/model-versions/34`, civitai(undefined, 34)],
    ["ollama:llama3", { kind: "ollama", name: "llama3", tag: undefined }],
    ["ollama:llama3:8b-q4_0", { kind: "ollama", name: "llama3", tag: "8b-q4_0" }],
    ["ollama:hf.co/owner/repo:Q4_K_M", { kind: "ollama", name: "hf.co/owner/repo", tag: "Q4_K_M" }],
    [
      "https://example.com/a/x.gguf?part=1#top",
      { kind: "url", url: new URL("https://example.com/a/x.gguf?part=1"), sha256: undefined },
    ],
    [
      `https://example.com/x.gguf#sha256=${DIGEST}`,
      { kind: "url", url: new URL("https://example.com/x.gguf"), sha256: DIGEST },
    ],
    [
      "https://huggingface.co.evil.example/owner/repo",
      { kind: "url", url: new URL("https://huggingface.co.evil.example/owner/repo"), sha256: undefined },
    ],
  ] as const) {
    test(`${text} is understood`, () => assert.deepEqual(parse(text), reference));
  }

  for (const text of [
    "12",
    "civitai:",
    "civitai:abc",
    "civitai:0",
    "civitai:99999999999999999999",
    "https://civitai.com/images/12",
    "https://civitai.com/models/0",
    "https://civitai.com/models/12?modelVersionId=x",
    "https://user:word@civitai.com/models/12",
    "urn:air:sdxl:lora:elsewhere:12@34",
    "urn:isbn:12",
    "ollama:",
    "ollama:a b",
    "ollama:../x",
    "https://user:word@example.com/x.gguf",
    "https://example.com/x.gguf?token=secret",
    "https://store.example/x.gguf?X-Amz-Date=1&X-Amz-Signature=ab",
    "https://store.example/x.gguf?sp=r&sig=ab",
    "https://civitai.com/api/download/models/12?token=secret",
    "civitai.com/api/download/models/12?token=secret",
    "https://huggingface.co/owner/model/resolve/main/x.gguf?access_token=secret",
    "https://example.com/x.gguf#part#sha256=12",
    "https://example.com/x.gguf#sha256=12",
    "https://",
  ]) {
    test(`${JSON.stringify(text)} is refused with what does not fit`, () => {
      assert.throws(
        () => parse(text),
        (error) => isFault(error, "badArguments") && error.fault.path === "model" && error.fault.problem.length > 10,
      );
    });
  }
});
