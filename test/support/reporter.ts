import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";
import type { TierResult } from "./result.ts";

/** Mocha's own "spec" on the screen, and beside it the counts in the file that MODELDECK_REPORT names. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const failed: { title: string; error: string }[] = [];
    runner.on("fail", (test, error: unknown) => {
      failed.push({
        title: test.fullTitle(),
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
    runner.on("end", () => {
      const file = process.env["MODELDECK_REPORT"];
      const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
      if (!file) return;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed, skipped, failed } satisfies TierResult));
    });
  }
}
