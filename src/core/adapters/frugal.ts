import type { ResourceLimits } from "node:worker_threads";

/**
 * Of a thread that makes much garbage and keeps little. What is young is copied by up to five threads of the engine at once,
 * which give way to nobody: on two cores the host's timers waited 8 ms for them, several times a scan. So small, it takes
 * one or two of them a fraction of a millisecond, the more often.
 */
export const frugal: ResourceLimits = { maxYoungGenerationSizeMb: 6 };
