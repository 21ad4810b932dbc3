import type { Download } from "../../src/core/protocol/downloads.ts";
import type { Fit, MemoryNeed } from "../../src/core/protocol/fit.ts";
import type { Entry, EntryDetails } from "../../src/core/protocol/models.ts";
import type { Profile } from "../../src/core/protocol/profiles.ts";
import type { Server } from "../../src/core/protocol/serving.ts";

/** Well-formed things for tests that care for one or two of their fields. */

export const aDownload = (parts: Partial<Download> = {}): Download => ({
  id: "d1",
  provider: "huggingface",
  model: "acme/tiny",
  revision: "0".repeat(40),
  variant: "Q4_K_M",
  state: "running",
  files: [],
  bytesDone: 0,
  bytesTotal: 1000,
  bytesPerSecond: 0,
  priority: 0,
  etaSeconds: null,
  location: "main",
  folder: "/models/acme/tiny",
  addedAt: "2026-01-01T00:00:00Z",
  ...parts,
});

export const anEntry = (parts: Partial<Entry> = {}): Entry => ({
  name: "tiny-llama.cpp-gguf-q4_k_m",
  displayName: "Tiny (Q4_K_M)",
  layer: "discovered",
  family: "tiny",
  backend: "llama.cpp",
  format: "gguf",
  quantization: "q4_k_m",
  path: "/models/acme/tiny/tiny-Q4_K_M.gguf",
  location: "main",
  sizeBytes: 4_900_000_000,
  state: "installed",
  proof: "sha256",
  aliases: [],
  roles: [],
  rolePriority: {},
  capabilities: [],
  deprecated: false,
  locked: false,
  testing: false,
  facts: [],
  ...parts,
});

export const anEntryWithDetails = (parts: Partial<EntryDetails> = {}): EntryDetails => ({
  ...anEntry(),
  basis: "b1",
  backendConfig: {},
  extraArgs: [],
  files: [],
  characteristics: [],
  metadata: {},
  ...parts,
});

export const aServer = (parts: Partial<Server> = {}): Server => ({
  server: "default",
  group: "default",
  state: "ready",
  profile: "tiny",
  title: "Tiny Model",
  url: "http://127.0.0.1:8080",
  since: "2026-01-01T00:00:00Z",
  differences: [],
  ...parts,
});

export const aProfile = (parts: Partial<Profile> = {}): Profile => ({
  id: "tiny",
  name: "Tiny Model",
  description: "The smallest there is",
  backend: "llama.cpp",
  model: "acme/tiny/tiny-Q4_K_M.gguf",
  group: "default",
  bench: false,
  file: "/conf/models.conf",
  line: 1,
  problems: [],
  source: "conf",
  aliases: [],
  ...parts,
});

const GIB = 2 ** 30;

export const aNeed = (parts: Partial<MemoryNeed> = {}): MemoryNeed => ({
  context: 8192,
  weights: 10 * GIB,
  kvCache: GIB,
  compute: GIB,
  other: 0,
  total: 12 * GIB,
  basis: "estimated",
  uncertainty: 0.15,
  unknown: [],
  ...parts,
});

export const aFit = (parts: Partial<Fit> = {}): Fit => ({
  device: "GPU-1",
  name: "NVIDIA H200",
  memoryTotal: 32 * GIB,
  memoryFree: 24 * GIB,
  verdict: { kind: "fits" },
  need: aNeed(),
  ...parts,
});
