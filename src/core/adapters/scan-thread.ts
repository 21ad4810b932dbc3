import type { FileHead } from "../identify/head.ts";
import type { Scanner } from "../ports/scanner.ts";
import type { FoundFile, FoundModel } from "../stores/found.ts";
import { type ScanThreadOptions, createScanLine } from "./scan-line.ts";

/** One thread for all that is read of stores and headers. */
export function createScanThread(options: ScanThreadOptions): Scanner {
  const line = createScanLine(options);
  return {
    scan: async (wanted, onProgress, signal) => {
      const models: FoundModel[] = [];
      const report = await line.ask(
        { kind: "scan", ask: wanted },
        (message) => {
          if (message.kind === "models") models.push(...message.models);
          if (message.kind === "progress") onProgress(message.progress);
        },
        signal,
      );
      if (!report) throw new Error("the scan thread gave no report");
      return { ...report, models };
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
    close: () => line.close(),
  };
}
