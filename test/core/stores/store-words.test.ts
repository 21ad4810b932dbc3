import assert from "node:assert/strict";
import { parseExtraPaths } from "../../../src/core/stores/comfyui-paths.ts";
import { foundFromServer } from "../../../src/core/stores/found-from-server.ts";
import { digestOfEtag, parseDownloadNote, repositoryOfFolder } from "../../../src/core/stores/hub-names.ts";
import { readInvokeFolders } from "../../../src/core/stores/invokeai-folders.ts";
import { readInvokeRow, sourceOf } from "../../../src/core/stores/invokeai-rows.ts";
import { modelWord } from "../../../src/core/stores/model-words.ts";
import { licenceOf, readOllamaConfig, readOllamaTemplate } from "../../../src/core/stores/ollama-facts.ts";
import { readOllamaName } from "../../../src/core/stores/ollama-names.ts";

const facts = (told: readonly { readonly name: string; readonly value: unknown }[]): Record<string, unknown> =>
  Object.fromEntries(told.map(({ name, value }) => [name, value]));

suite("what Ollama's own words say", () => {
  test("a name tells the family, the variant and the quantization apart", () => {
    const table: readonly (readonly [string, string, string | undefined, string, string])[] = [
      ["llama3.2:latest", "llama3.2", undefined, "ollama", "llama3.2:latest"],
      ["llama3.2:3b", "llama3.2-3b", undefined, "ollama", "llama3.2:3b"],
      ["qwen2.5:7b-instruct-q4_K_M", "qwen2.5-7b-instruct", "Q4_K_M", "ollama", "qwen2.5:7b-instruct-q4_K_M"],
      ["me/tuned:q8_0", "tuned", "Q8_0", "ollama", "me/tuned:q8_0"],
      ["hf.co/acme/Tiny-GGUF:Q4_K_M", "Tiny-GGUF", "Q4_K_M", "huggingface", "acme/Tiny-GGUF"],
    ];
    for (const [name, family, quantization, provider, reference] of table) {
      const told = readOllamaName(name);
      assert.equal(told.family, family);
      assert.equal(told.quantization, quantization, name);
      assert.deepEqual(told.source, { provider, reference });
    }
    assert.equal(readOllamaName("qwen2.5:7b-instruct-q4_K_M").displayName, "qwen2.5 7b instruct (Q4_K_M)");
  });

  test("a configuration tells size, quantization, context and capabilities, each as the store's word", () => {
    const config = readOllamaConfig(
      JSON.stringify({
        model_format: "gguf",
        model_family: "llama",
        model_type: "8.0B",
        file_type: "Q4_K_M",
        context_length: 4096,
        capabilities: ["completion", "tools", "embedding", "insert"],
      }),
    );
    assert.deepEqual(facts(config.characteristics), {
      architecture: "llama",
      parameters: 8_000_000_000,
      quantization: "Q4_K_M",
      context: 4096,
      text: true,
      tools: true,
      embeddings: true,
    });
    assert.ok(config.characteristics.every(({ source }) => source === "store"));
    assert.equal(config.format, "gguf");
  });

  test("a configuration that is broken, or wrong in one field, spoils no other", () => {
    assert.deepEqual(readOllamaConfig("{").characteristics, []);
    assert.deepEqual(readOllamaConfig("[]").characteristics, []);
    const odd = readOllamaConfig('{"model_type":7,"file_type":"unknown","context_length":"x","model_family":"qwen2"}');
    assert.deepEqual(facts(odd.characteristics), { architecture: "qwen2" });
  });

  test("a template asks for tools and for thinking by its variables, not by its words", () => {
    const names = (template: string): readonly string[] => readOllamaTemplate(template).map(({ name }) => name);
    assert.deepEqual(names("{{ if .Tools }}{{ range .Tools }}{{ . }}{{ end }}{{ end }}"), ["tools"]);
    assert.deepEqual(names("{{- if and $.IsThinkSet (eq .Role `user`) }}/think{{ end }}"), ["thinking"]);
    assert.deepEqual(names("{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}"), ["thinking"]);
    assert.deepEqual(names("You may use Tools and show Thinking. {{ .Prompt }}"), []);
  });

  test("a licence goes by its short name where it is a known one", () => {
    assert.equal(licenceOf("\n    Apache License\n   Version 2.0, January 2004\n"), "apache-2.0");
    assert.equal(licenceOf("MIT License\n\nCopyright"), "mit");
    assert.equal(licenceOf("LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\n"), "llama3.2");
    assert.equal(licenceOf("Our own words\nand more"), "Our own words");
    assert.equal(licenceOf(" \n"), undefined);
  });

  test("a server's list becomes models that lie nowhere here", () => {
    const [model] = foundFromServer(new Map([["qwen3:8b-q8_0", 42]]));
    assert.deepEqual(
      [model?.path, model?.servedModelId, model?.sizeBytes, model?.files, model?.quantization, model?.backend],
      ["ollama://qwen3:8b-q8_0", "qwen3:8b-q8_0", 42, [], "Q8_0", "ollama"],
    );
  });
});

suite("names of the hub's tools", () => {
  test("a cache's folder names its repository", () => {
    assert.equal(repositoryOfFolder("models--acme--tiny-llama"), "acme/tiny-llama");
    assert.equal(repositoryOfFolder("models--gpt2"), "gpt2");
    for (const other of ["datasets--acme--x", "models--", "models", ".locks", "models----"])
      assert.equal(repositoryOfFolder(other), undefined, other);
  });

  test("an etag is a sha256, git's sha1 or nothing", () => {
    assert.deepEqual(digestOfEtag("A".repeat(64)), { sha256: "a".repeat(64) });
    assert.deepEqual(digestOfEtag("b".repeat(40)), { gitSha1: "b".repeat(40) });
    assert.equal(digestOfEtag(`${"a".repeat(64)}.1234abcd.incomplete`), undefined);
  });

  test("a note of a download is three lines, and nothing where one of them is off", () => {
    const commit = "c".repeat(40);
    const etag = "e".repeat(64);
    assert.deepEqual(parseDownloadNote(`${commit}\n${etag}\n1700000000.25\n`), {
      commit,
      etag,
      written: 1_700_000_000_250,
    });
    for (const text of ["", `${commit}\n${etag}\n`, `main\n${etag}\n1`, `${commit}\nx\n1`])
      assert.equal(parseDownloadNote(text), undefined);
  });
});

suite("a file of extra paths", () => {
  const read = (text: string) => parseExtraPaths(text, "/comfy");

  test("names folders by type, several on a line each, default sections first", () => {
    const { folders, problems } = read(`
a1111:
    base_path: /webui/
    checkpoints: models/Stable-diffusion
    loras: |
         models/Lora
         models/LyCORIS
    custom_nodes: nodes
more:
    is_default: true
    vae: /elsewhere/vae/
near:
    base_path: ./shared
    embeddings: emb
empty:
`);
    assert.deepEqual(problems, []);
    assert.deepEqual(folders, [
      { type: "vae", path: "/elsewhere/vae" },
      { type: "checkpoints", path: "/webui/models/Stable-diffusion" },
      { type: "loras", path: "/webui/models/Lora" },
      { type: "loras", path: "/webui/models/LyCORIS" },
      { type: "embeddings", path: "/comfy/shared/emb" },
    ]);
  });

  test("passes by keys that are maps, however deep: a word of one is as long as all memory", () => {
    const deep = `${"? ".repeat(200)}x`;
    assert.deepEqual(read(deep).folders, []);
    const inside = `a:\n  ? ${"{".repeat(40)}${"}".repeat(40)}\n  : x\n  vae: /v\n`;
    assert.deepEqual(read(inside).folders, [{ type: "vae", path: "/v" }]);
  });

  test("leaves alone and tells what only a shell understands", () => {
    const { folders, problems } = read("a:\n  base_path: ~/x\n  vae: v\nb:\n  vae: $HOME/v\n  loras: /l\n");
    assert.deepEqual(folders, [{ type: "loras", path: "/l" }]);
    assert.equal(problems.length, 2);
  });

  test("is told to be broken, never fatal", () => {
    for (const text of ["a: [", "- 1\n- 2", "just words", "a: 1", "a:\n  vae: [1, 2]", "a: &x\n  b: *y"]) {
      const { folders, problems } = read(text);
      assert.deepEqual(folders, [], text);
      assert.ok(problems.length > 0, text);
    }
    assert.deepEqual(read(""), { folders: [], problems: [] });
  });
});

suite("what InvokeAI says of a model", () => {
  const row = (config: object) => readInvokeRow({ id: "k", config: JSON.stringify(config) });
  const plain = { name: "Foo", type: "main", base: "sdxl", path: "sdxl/main/foo.safetensors" };

  test("is read from its configuration, and from columns where older versions have it there", () => {
    const hash = `sha256:${"A".repeat(64)}`;
    assert.deepEqual(row({ ...plain, key: "kk", hash, description: "Fine", trigger_phrases: ["x", " "] }), {
      ...plain,
      key: "kk",
      sha256: "a".repeat(64),
      description: "Fine",
      triggerWords: ["x"],
    });
    assert.deepEqual(readInvokeRow({ id: "old", ...plain, base: "any", config: "{}" }), {
      key: "old",
      name: "Foo",
      type: "main",
      path: plain.path,
      triggerWords: [],
    });
  });

  test("counts as a digest only where it is a sha256, and never its hash of another kind", () => {
    for (const hash of [`blake3:${"a".repeat(64)}`, "random:1", "a".repeat(64)]) {
      const model = row({ ...plain, hash });
      assert.ok(typeof model === "object" && model.sha256 === undefined, hash);
    }
  });

  test("is remote, or none, where there are no files to it", () => {
    assert.equal(row({ ...plain, source_type: "external" }), "remote");
    assert.equal(row({ name: "x" }), undefined);
    assert.equal(readInvokeRow({ id: "x", config: "{" }), undefined);
    assert.equal(readInvokeRow({ id: "x", config: "7" }), undefined);
  });

  test("names its source without what may be a secret in the address", () => {
    const hub = (reference: string) => ({ provider: "huggingface", reference });
    assert.deepEqual(sourceOf("acme/tiny:fp16:sub/folder", "hf_repo_id"), hub("acme/tiny"));
    assert.deepEqual(sourceOf("acme/tiny", "hf_repo_id"), hub("acme/tiny"));
    assert.equal(sourceOf("/models/foo.safetensors", "path"), undefined);
    assert.deepEqual(sourceOf("https://huggingface.co/acme/tiny/resolve/main/a.safetensors?x=1", "url"), {
      ...hub("acme/tiny"),
      revision: "main",
    });
    assert.deepEqual(sourceOf("https://me:pass@civitai.com/api/download/models/7?token=secret&type=Model", "url"), {
      provider: "civitai",
      reference: "https://civitai.com/api/download/models/7?type=Model",
    });
    assert.deepEqual(sourceOf("https://example.org/a.safetensors?sig=1", "url"), {
      provider: "url",
      reference: "https://example.org/a.safetensors",
    });
  });

  test("lies where its settings say, flat or as version 3 has them", () => {
    const usual = { models: "/i/models", database: "/i/databases/invokeai.db" };
    assert.deepEqual(readInvokeFolders("/i", ""), usual);
    assert.deepEqual(readInvokeFolders("/i", "models_dir: [broken"), usual);
    assert.equal(readInvokeFolders("/i", "schema_version: 4.0.0\nmodels_dir: /big/models/\n").models, "/big/models");
    const three = "InvokeAI:\n  Paths:\n    models_dir: m\n    db_dir: d\n";
    assert.deepEqual(readInvokeFolders("/i", three), { models: "/i/m", database: "/i/d/invokeai.db" });
  });

  test("and ComfyUI's words for kinds are one set", () => {
    assert.deepEqual(["main", "checkpoints", "unet", "clip", "my_nodes"].map(modelWord), [
      "checkpoint",
      "checkpoint",
      "diffusion model",
      "text encoder",
      "my nodes",
    ]);
  });
});
