import assert from "node:assert/strict";
import { oomKills } from "../../../src/core/adapters/oom-kills.ts";

test("how many processes were ended for want of memory is a number on Linux, and unknown elsewhere", () => {
  const kills = oomKills();
  if (process.platform === "linux") assert.ok(kills === undefined || (Number.isInteger(kills) && kills >= 0));
  else assert.equal(kills, undefined);
});
