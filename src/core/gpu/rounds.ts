import { type GpuReading, parseGpuLine } from "./parse-nvidia-smi.ts";

/** Gathers the lines of a stream into rounds: one line for each card. */
export interface Rounds {
  /** @returns the rounds this piece completes, oldest first */
  add(piece: string): readonly (readonly GpuReading[])[];
}

export function createRounds(): Rounds {
  let rest = "";
  let round: GpuReading[] = [];
  return {
    add: (piece) => {
      const lines = (rest + piece).split("\n");
      // What never ends its line is no card's.
      rest = (lines.pop() ?? "").slice(-4096);
      const done: (readonly GpuReading[])[] = [];
      const close = (): void => {
        done.push(round);
        round = [];
      };
      for (const line of lines) {
        const read = parseGpuLine(line);
        if (!read) continue;
        // A card that comes again begins the next round, also where the one before lost a line.
        if (round.some(({ uuid }) => uuid === read.gpu.uuid)) close();
        round.push(read.gpu);
        if (read.count !== undefined && round.length >= read.count) close();
      }
      return done;
    },
  };
}
