import os from "node:os";
import type { Processors } from "../ports/processors.ts";
import { millis } from "../util/ids.ts";

/** `cores` are those that this process may use, as in a container; times are the whole machine's. */
export const machineProcessors: Processors = {
  read: () => {
    let [busy, whole] = [0, 0];
    for (const { times } of os.cpus()) {
      const worked = times.user + times.nice + times.sys + times.irq;
      busy += worked;
      whole += worked + times.idle;
    }
    return { cores: os.availableParallelism(), busy: millis(busy), whole: millis(whole) };
  },
};
