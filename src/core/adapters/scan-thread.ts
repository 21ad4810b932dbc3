import type { FileHead } from "../identify/head.ts";
import type { Scanner } from "../ports/scanner.ts";
import type { FoundFile } from "../stores/found.ts";
import { createKeptModels } from "./kept-models.ts";
import { type ScanThreadOptions, createScanLine } from "./scan-line.ts";
import { createHeardModels } from "./told-models.ts";

/** One thread for all that is read of stores and headers. */
export function createScanThread(options: ScanThreadOptions): Scanner {
  const line = createScanLine(options);
  const kept = createKeptModels();
  return {
    scan: async (wanted, onProgress, signal) => {
      const before = kept.of(wanted);
      const heard = createHeardModels(before);
      const report = await line.ask(
        { kind: "scan", ask: wanted, known: Array.from(before.keys()).join(" ") },
        (message) => {
          if (message.kind === "models") heard.hear(message);
          if (message.kind === "progress") onProgress(message.progress);
        },
        signal,
      );
      if (!report) throw new Error("the scan thread gave no report");
      kept.keep(wanted, heard.named());
      return { ...report, models: heard.all() };
    },
    heads: async (paths, signal) => {
      const heads = new Map<string, FileHead>();
      await line.ask(
        { kind: "heads", paths },
        (message) => {
          if (message.kind === "heads") for (const [path, head] of message.heads) heads.set(path, head);
        },
        signal,
      );
      return heads;
    },
    ofSizes: async (roots, sizes, signal) => {
      const files: FoundFile[] = [];
      await line.ask(
        { kind: "ofSizes", roots, sizes },
        (message) => void (message.kind === "files" && files.push(...message.files)),
        signal,
      );
      return files;
    },
    close: () => {
      kept.forget();
      return line.close();
    },
  };
}
