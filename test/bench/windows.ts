import { performance } from "node:perf_hooks";
import { type TestWindow, createWindowWorld } from "../core/owner/windows.ts";
import { interleaved } from "./interleaved.ts";

/** What following costs: a question asked in the owner's window against the same in another, and how late events come. */
export async function windows(rounds: number): Promise<void> {
  const world = await createWindowWorld();
  try {
    const [owner, follower] = [await world.open(), await world.open()];
    const asks = (window: TestWindow) => async (): Promise<number> => {
      const began = performance.now();
      for (let count = 0; count < 20; count += 1) await window.run("models.list");
      return performance.now() - began;
    };
    for (const { contender, median, least, most } of await interleaved(
      { "the owner's window": asks(owner), "a following one": asks(follower) },
      rounds,
    ))
      console.log(
        `W1  models.list in the owner's window ÷ in ${contender}: ${median.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}, ${rounds} rounds)`,
      );

    const model = { model: "demo/tiny-GGUF", paused: true };
    await owner.run("downloads.add", model);
    const late: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // The first event of a round, heard by way of each window's own pipe.
      const heard = [owner, follower].map(nextChange);
      await owner.run(round % 2 === 0 ? "downloads.cancel" : "downloads.add", round % 2 === 0 ? { all: true } : model);
      const [there = 0, here = 0] = await Promise.all(heard);
      late.push(here - there);
      // Whatever else this round had to say has come by the time that this is answered.
      await Promise.all([owner, follower].map((window) => window.run("downloads.list")));
    }
    const sorted = late.toSorted((one, other) => one - other);
    const at = (share: number): string => (sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
    console.log(
      `W2  an event reaches a following window ${at(0.5)} ms after the owner's (${at(0)} to ${at(1)}, ${rounds} rounds)`,
    );
  } finally {
    await world.close();
  }
}

async function nextChange(window: TestWindow): Promise<number> {
  const changes = (): number => window.events.filter(({ kind }) => kind === "downloads").length;
  const before = changes();
  await window.heard(() => changes() > before);
  return performance.now();
}
