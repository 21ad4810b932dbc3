import type { Available } from "./available.ts";

/** What a suite can need of a machine, as MODELDECK_REQUIRE names it. */
export type Need = "vscode" | "engine" | "llama";

/** True where MODELDECK_REQUIRE says that this machine must have it; an engine stands for a real llama-server too. */
export function isRequired(need: Need): boolean {
  const required = new Set((process.env["MODELDECK_REQUIRE"] ?? "").split(",").map((one) => one.trim()));
  return required.has(need) || (need === "llama" && required.has("engine"));
}

/** What the suite needs; where the machine lacks it the suite is skipped with the reason, or fails where it is required. */
export function needs<T>(context: Mocha.Context, need: Need, available: Available<T>): T {
  if (available.ok) return available;
  if (isRequired(need)) throw new Error(`MODELDECK_REQUIRE names ${need}, but ${available.reason}`);
  const suite = context.test?.parent?.title ?? "a suite";
  process.stderr.write(`skipped: ${suite}: ${available.reason}\n`);
  return context.skip();
}
