import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";

test("docs/verbs.md says what the verb table says", () => {
  const script = path.join(import.meta.dirname, "../../support/verbs-doc.ts");
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
