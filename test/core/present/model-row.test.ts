import assert from "node:assert/strict";
import { profilesOf, serverOf, servesEntry } from "../../../src/core/present/match-profile.ts";
import { fileRow, modelRow, modelTooltip } from "../../../src/core/present/model-row.ts";
import { contextWords, profileRow, withFit } from "../../../src/core/present/profile-words.ts";
import { aFit, aProfile, anEntry, anEntryWithDetails } from "../../support/samples.ts";

suite("a model's row", () => {
  test("says size, quantization where the name does not, capabilities and marks", () => {
    assert.equal(modelRow(anEntry(), false).description, "4.9 GB");
    assert.equal(modelRow(anEntry(), true, "context 4k of 8k").description, "context 4k of 8k · 4.9 GB · serving");
    assert.equal(
      modelRow(anEntry({ displayName: "Tiny", capabilities: ["text", "vision"], locked: true }), false).description,
      "4.9 GB · Q4_K_M · vision · locked",
    );
  });

  test("marks what is served, missing, unverified and never downloaded", () => {
    const look = (parts: Parameters<typeof anEntry>[0], serving = false): string => {
      const { icon, mark, description } = modelRow(anEntry(parts), serving);
      return `${icon} ${mark} ${description}`;
    };
    assert.equal(look({}, true), "play-circle serving 4.9 GB · serving");
    assert.equal(look({ state: "missing" }), "warning missing missing · 4.9 GB");
    assert.equal(look({ proof: "unverified" }), "package unverified 4.9 GB · unverified");
    assert.equal(look({ state: "logical" }), "circle-outline none 4.9 GB · not downloaded");
  });

  test("marks what runs code when it is loaded, before that it is unverified", () => {
    const unsafe = { name: "unsafe", value: true, source: "store", confidence: 1 } as const;
    const row = modelRow(anEntry({ facts: [unsafe], proof: "unverified" }), false);
    assert.deepEqual([row.icon, row.mark], ["shield", "unsafe"]);
    assert.match(row.description, /^unsafe format · .* · unverified$/);
    assert.match(modelTooltip(anEntry({ facts: [unsafe] })), /\$\(shield\) Unsafe format: whoever loads it runs code/);
  });

  test("its icon says what it is for, by what its files say before its list of capabilities", () => {
    const fact = { value: true, source: "safetensors", confidence: 1 } as const;
    const iconOf = (parts: Parameters<typeof anEntry>[0]): string => modelRow(anEntry(parts), false).icon;
    assert.equal(iconOf({ capabilities: ["text", "vision"] }), "eye");
    assert.equal(iconOf({ capabilities: ["vision"], facts: [{ ...fact, name: "vision", value: false }] }), "package");
    assert.equal(iconOf({ facts: [{ ...fact, name: "diffusion" }] }), "symbol-color");
    assert.equal(iconOf({ facts: ["diffusion", "lora"].map((name) => ({ ...fact, name })) }), "extensions");
  });

  test("the tooltip leaves to the card what few ask for, and the fit where there is no context", () => {
    const fact = { source: "gguf", confidence: 1 } as const;
    const layers = { ...fact, name: "layers", value: 32 };
    const paints = { ...fact, name: "diffusion", value: true };
    assert.doesNotMatch(modelTooltip(anEntry({ facts: [layers, { ...fact, name: "audio", value: false }] })), /\|/);
    assert.doesNotMatch(modelTooltip(anEntryWithDetails({ facts: [paints], fit: [aFit()] })), /Fits/);
  });

  test("marks what lies on a drive that is away", () => {
    const row = modelRow(anEntry({ state: "offline" }), false);
    assert.deepEqual([row.icon, row.mark], ["debug-disconnect", "offline"]);
    assert.match(row.description, /^offline · /);
    assert.match(modelTooltip(anEntry({ state: "offline" })), /is not there now/);
  });

  test("the tooltip says where each characteristic comes from, and which is a guess", () => {
    const tooltip = modelTooltip(
      anEntry({
        facts: [
          { name: "context", value: 32768, source: "gguf", confidence: 1 },
          { name: "tools", value: true, source: "template", confidence: 1 },
          { name: "vision", value: true, source: "name", confidence: 0.5 },
        ],
      }),
    );
    assert.match(tooltip, /\| Context \| 32,768 tokens \| the file's header \|/);
    assert.match(tooltip, /\| Tools \| yes \| its chat template \|/);
    assert.match(tooltip, /\| Vision \| yes \| its name \(a guess\) \|/);
    assert.match(tooltip, /verified by sha256/);
  });

  test("once the details are there the tooltip says where it fits and where its bytes lie, with its picture", () => {
    const place = { of: "/models/a", sizeBytes: 1, sha256: "0" };
    const details = anEntryWithDetails({
      fit: [aFit()],
      places: [
        { ...place, path: "/ollama/blobs/sha256-0", shared: true },
        { ...place, path: "/lm/a.gguf", shared: false },
      ],
    });
    const tooltip = modelTooltip(details, "file:///p/a.png");
    assert.match(tooltip, /!\[Its picture\]\(file:\/\/\/p\/a\.png\|width=96\)/);
    assert.match(tooltip, /Fits NVIDIA H200 with 12 GB to spare: 12 GB at 8,192 tokens · estimated ± 15 %/);
    assert.match(tooltip, /- `\/ollama\/blobs\/sha256-0` \(the same file\)\n- `\/lm\/a\.gguf` \(a copy\)/);
  });

  test("a file stands by its name, wherever it lies", () => {
    const file = { path: "C:\\models\\a.gguf", sizeBytes: 1000, proof: "gitSha1" } as const;
    assert.deepEqual(fileRow(file, "a.gguf"), { label: "a.gguf", description: "1.0 kB · verified by git's sha1" });
  });
});

suite("profiles and models", () => {
  test("a profile serves the entry whose path ends with its MODEL, folder by folder", () => {
    const entry = anEntry({ path: "/models/acme/tiny/tiny.gguf" });
    assert.equal(servesEntry({ model: "acme/tiny/tiny.gguf" }, entry), true);
    assert.equal(servesEntry({ model: "./tiny.gguf" }, entry), true);
    assert.equal(servesEntry({ model: "/models/acme/tiny/tiny.gguf" }, entry), true);
    assert.equal(servesEntry({ model: "y.gguf" }, entry), false);
    assert.equal(servesEntry({ model: "" }, entry), false);
    assert.equal(
      servesEntry({ model: "acme\\tiny\\tiny.gguf" }, anEntry({ path: "C:\\models\\acme\\tiny\\tiny.gguf" })),
      true,
    );
  });

  test("a benchmark profile comes last", () => {
    const profiles = [aProfile({ id: "bench-tiny", bench: true }), aProfile(), aProfile({ id: "x", model: "x.gguf" })];
    assert.deepEqual(
      profilesOf(profiles, anEntry()).map(({ id }) => id),
      ["tiny", "bench-tiny"],
    );
  });

  test("a profile's row says context and speed, marks the current one, and shows the first error", () => {
    const profile = aProfile({ context: 32768, speed: "~40 t/s" });
    assert.deepEqual(profileRow(profile, true), {
      label: "$(check) Tiny Model",
      description: "serving · 32k tokens · ~40 t/s",
      detail: "The smallest there is",
    });
    const broken = aProfile({ problems: [{ line: 7, problem: "MODEL is missing", severity: "error" }] });
    assert.equal(profileRow(broken, false).label, "$(warning) Tiny Model");
    assert.equal(profileRow(broken, false).detail, "Line 7: MODEL is missing");
    const away = aProfile({ problems: [{ line: 3, problem: "there is no such file", severity: "warning" }] });
    assert.match(profileRow(away, false).label, /^\$\(warning\) /);
    assert.match(profileRow(away, false).detail, / · there is no such file$/);
  });

  test("a profile's row takes on whether it fits, and is marked where it does not", () => {
    const row = { label: "Tiny", description: "32k tokens" };
    assert.deepEqual(withFit(row, { words: "fits", sentence: "", warns: false }), {
      label: "Tiny",
      description: "32k tokens · fits",
    });
    assert.equal(withFit(row, { words: "does not fit", sentence: "", warns: true }).label, "$(warning) Tiny");
    const broken = { label: "$(warning) Tiny", description: "" };
    assert.equal(withFit(broken, { words: "does not fit", sentence: "", warns: true }).label, "$(warning) Tiny");
  });

  test("a context that is no multiple of 1024 stands as it is", () => {
    assert.deepEqual([32768, 131072, 5000, 512].map(contextWords), ["32k", "128k", "5,000", "512"]);
  });

  test("what is done to the server of a profile is done to the one that is up, not to one that failed with it", () => {
    const both = { profile: "a", since: "2026-11-21T12:00:00.000Z", differences: [] } as const;
    const failed = { ...both, server: "llama.cpp", group: "llama.cpp", state: "failed" } as const;
    const up = { ...both, server: "chat", group: "chat", state: "ready" } as const;
    const isA = (profile: string): boolean => profile === "a";
    assert.equal(serverOf({ servers: [failed, up] }, isA)?.server, "chat");
    assert.equal(serverOf({ servers: [failed] }, isA), undefined);
  });
});
