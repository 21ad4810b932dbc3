/**
 * Claims a data folder and says what came of it:  node claimant.ts <folder> [hold | leave]
 * Prints `ready`, waits for a line on stdin, then prints `owner <generation>` or `locked <pid>`.
 * With `hold` it stays until it is killed or its stdin ends.
 */
import { once } from "node:events";
import { claimOwnership } from "../../../src/core/adapters/owner-claim.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const [folder = "", then = "hold"] = process.argv.slice(2);
console.log("ready");
await once(process.stdin, "data");
try {
  const { generation } = await claimOwnership({ folder, version: "1.2.3" });
  console.log(`owner ${generation}`);
} catch (error) {
  console.log(isFault(error, "locked") ? `locked ${error.fault.pid}` : `failed ${String(error)}`);
}
if (then === "hold") await once(process.stdin, "end");
process.stdin.destroy();
