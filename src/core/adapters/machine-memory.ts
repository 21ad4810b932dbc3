import os from "node:os";
import type { MachineMemory } from "../ports/memory.ts";
import { bytes } from "../util/ids.ts";

/** In a container with a limit, that limit; where there is none Node says 0 or a number beyond all memory. */
export const machineMemory: MachineMemory = {
  read: () => {
    const limit = process.constrainedMemory();
    const total = limit > 0 ? Math.min(os.totalmem(), limit) : os.totalmem();
    return { total: bytes(total), free: bytes(Math.min(total, process.availableMemory())) };
  },
};
