import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";
import type { Failure, TierResult } from "./result.ts";

/** Mocha's own "spec" on the screen; beside it the counts in FILE.json, and in FILE.running what runs, for MODELDECK_REPORT=FILE. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env["MODELDECK_REPORT"];
    const failed: Failure[] = [];
    if (file) {
      mkdirSync(path.dirname(file), { recursive: true });
      for (const begins of ["suite", "test", "hook"])
        runner.on(begins, (one: Mocha.Runnable) => writeFileSync(`${file}.running`, one.fullTitle()));
    }
    runner.on("fail", (test, error: unknown) => {
      failed.push({
        title: test.fullTitle(),
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        ...(test.file !== undefined && { file: test.file }),
      });
    });
    const files: Record<string, { passed: string[]; skipped: number }> = {};
    const ofFile = ({ file: of = "" }: Mocha.Test) => (files[of] ??= { passed: [], skipped: 0 });
    runner.on("pass", (test) => void ofFile(test).passed.push(test.fullTitle()));
    runner.on("pending", (test) => void (ofFile(test).skipped += 1));
    runner.on("end", () => {
      const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
      if (!file) return;
      writeFileSync(`${file}.json`, JSON.stringify({ passed, skipped, failed, files } satisfies TierResult));
    });
  }
}
