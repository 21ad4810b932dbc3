import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { freePort } from "../../support/free-port.ts";
import { nativeLlamaServer } from "../../support/llama.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");

/** Two models behind a llama-server whose loading of the second waits for a word. */
export interface GatedServer {
  readonly settings: Record<string, unknown>;
  /** What became of the second model's start. */
  open(word: "serve" | "fail"): Promise<void>;
  /** Every start there was, in order: the model's name and the process. */
  starts(): readonly { readonly model: string; readonly pid: number }[];
  /** Of those, what runs still. */
  running(): readonly string[];
  /** Ends what runs still. */
  close(): void;
}

/** @param stubborn the first ignores a polite end, which the real program cannot be asked to */
export async function createGatedServer(
  folder: string,
  { stubborn = false }: { readonly stubborn?: boolean } = {},
): Promise<GatedServer> {
  const models = path.join(folder, "served");
  await mkdir(models, { recursive: true });
  const native = stubborn ? undefined : await nativeLlamaServer();
  const program = native?.ok ? native.binary : FAKE;
  for (const model of ["a", "b"]) writeTinyGguf({ file: path.join(models, `${model}.gguf`), reply: model });
  const [gate, starts, binary, conf] = ["gate", "starts", "gated-server", "models.conf"].map((name) =>
    path.join(models, name),
  ) as [string, string, string, string];
  const script = [
    "#!/bin/sh",
    `case "$*" in *--version*|*--help*) exec "${program}" "$@" ;; esac`,
    'case "$*" in *a.gguf*) model=a ;; *) model=b ;; esac',
    `echo "$model $$" >> "${starts}"`,
    `if [ $model = b ]; then while [ ! -s "${gate}" ]; do sleep 0.05; done; [ "$(cat "${gate}")" = serve ] || exit 3; fi`,
    `exec "${program}" "$@"`,
    "",
  ];
  await writeFile(binary, script.join("\n"));
  await chmod(binary, 0o755);
  const first = stubborn ? "\nEXTRA_ARGS=--fake-stubborn" : "";
  await writeFile(conf, `[a]\nMODEL=a.gguf\nCTX_SIZE=512${first}\n[b]\nMODEL=b.gguf\nCTX_SIZE=256\n`);
  const read = (): readonly { readonly model: string; readonly pid: number }[] =>
    (existsSync(starts) ? readFileSync(starts, "utf8") : "").split("\n").flatMap((line) => {
      const [model, pid] = line.split(" ");
      return model === undefined || pid === undefined ? [] : [{ model, pid: Number(pid) }];
    });
  const alive = () => read().filter(({ pid }) => isAlive(pid));
  return {
    settings: {
      "profiles.files": [conf],
      weightsRoot: models,
      "serving.engine": "process",
      "serving.port": await freePort(),
      "serving.stopGrace": 2,
      "backends.llama.cpp.binary": binary,
    },
    open: (word) => writeFile(gate, word),
    starts: read,
    running: () => alive().map(({ model }) => model),
    close: () => {
      for (const { pid } of alive()) process.kill(pid, "SIGKILL");
    },
  };
}

/** One that has ended and was not waited for is gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
