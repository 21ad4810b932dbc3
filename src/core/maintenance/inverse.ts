import type { Step } from "./plan.ts";
import { type Slices, each } from "./slices.ts";

export type FinalStep = Extract<Step, { kind: "delete" | "deleteOllama" }>;
export type ReversibleStep = Exclude<Step, FinalStep>;

export const isFinal = (step: Step): step is FinalStep => step.kind === "delete" || step.kind === "deleteOllama";

/** The name in the trash of what the step of that index threw away. */
export const trashIdOf = (runId: string, index: number): string => `${runId}-${index}`;

/** What takes the steps of a run back, last one first. */
export function* inverseAll(runId: string, steps: readonly Step[]): Slices<readonly ReversibleStep[]> {
  const inverted: ReversibleStep[] = [];
  let index = 0;
  yield* each(steps, (step) => {
    if (!isFinal(step)) inverted.push(inverse(step, trashIdOf(runId, index++)));
  });
  return inverted.toReversed();
}

/** @param trashId of what the step threw away, where it did */
export function inverse(step: ReversibleStep, trashId: string): ReversibleStep {
  switch (step.kind) {
    case "row":
      return { ...step, before: step.after, after: step.before };
    case "trash":
      return { ...step, kind: "restore", trashId };
    case "restore": {
      const { path, root, bytes, seen } = step;
      return { kind: "trash", path, root, bytes, seen };
    }
    case "removeFolder":
      return { kind: "makeFolder", path: step.path };
    case "makeFolder":
      return { kind: "removeFolder", path: step.path };
    case "makeLink":
      return { ...step, kind: "removeLink" };
    case "removeLink":
      return { ...step, kind: "makeLink" };
  }
}
