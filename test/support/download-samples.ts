import type { DownloadPreview } from "../../src/core/protocol/downloads.ts";
import type { HubAnalysis } from "../../src/core/protocol/hub.ts";

/** A model with two quantizations and a pickle its scanners warn of. */
export const anAnalysis = (parts: Partial<HubAnalysis> = {}): HubAnalysis => ({
  provider: "huggingface",
  repository: "acme/tiny",
  revision: "main",
  commit: "0".repeat(40),
  files: [
    { path: "tiny-Q4_K_M.gguf", sizeBytes: 4_900_000_000, format: "gguf" },
    { path: "tiny-Q8_0.gguf", sizeBytes: 8_000_000_000, format: "gguf" },
    { path: "tiny.ckpt", sizeBytes: 2_000_000_000, format: "pytorch", warning: "Its pickle imports os.system" },
    { path: "sample.png", sizeBytes: 1_200_000, optional: true },
  ],
  choices: [
    {
      label: "Q4_K_M · 4.9 GB",
      format: "gguf",
      quantization: "Q4_K_M",
      files: ["tiny-Q4_K_M.gguf"],
      sizeBytes: 4_900_000_000,
    },
    {
      label: "Q8_0 · 8.0 GB",
      format: "gguf",
      quantization: "Q8_0",
      files: ["tiny-Q8_0.gguf"],
      sizeBytes: 8_000_000_000,
      alreadyHere: "tiny",
    },
    { label: "tiny.ckpt · 2.0 GB", format: "pytorch", files: ["tiny.ckpt"], sizeBytes: 2_000_000_000 },
  ],
  licence: "mit",
  gated: false,
  private: false,
  tags: [],
  characteristics: [],
  page: "https://hub.test/acme/tiny",
  ...parts,
});

/** Of two sets: one whose bytes are on this machine, one that is fetched. */
export const aPreview = (file = "tiny-Q4_K_M.gguf"): DownloadPreview => ({
  model: "acme/tiny",
  sets: [
    {
      variant: "Q4_K_M",
      files: [
        {
          path: file,
          sizeBytes: 4_900_000_000,
          target: `/models/acme/tiny/${file}`,
          state: "linkable",
          from: { path: "/other/tiny.gguf", ways: ["hard", "copy"], refused: ["no clones here"] },
        },
      ],
      bytesTotal: 4_900_000_000,
      bytesToFetch: 0,
    },
    {
      variant: "tiny.ckpt",
      files: [
        {
          path: "tiny.ckpt",
          sizeBytes: 2_000_000_000,
          target: "/models/acme/tiny/tiny.ckpt",
          state: "likely",
          from: { path: "/other/tiny.ckpt", ways: ["hard"], refused: [] },
        },
      ],
      bytesTotal: 2_000_000_000,
      bytesToFetch: 2_000_000_000,
    },
  ],
  folder: "/models/acme/tiny",
  freeBytes: 100_000_000_000,
  spokenForBytes: 5_000_000_000,
  command: "modeldeck downloads.add --model acme/tiny",
});
