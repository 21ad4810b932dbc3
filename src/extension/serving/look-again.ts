import type { ServingStatus } from "../../core/protocol/serving.ts";
import type { Disposable, Event } from "../../core/util/events.ts";
import type { Ask } from "../ask.ts";
import type { Reading } from "../reading.ts";

/** Milliseconds: an engine that listens at no socket here gives no sign when it comes. */
const RARELY = 30_000;

/**
 * While nothing can serve, has the owner look again: when this window gets the focus, and now and then while it has it.
 * @param focus whether it has it
 */
export function lookAgain({
  ask,
  serving,
  focus,
  onError,
  signal,
  every = RARELY,
}: {
  readonly ask: Ask;
  readonly serving: Pick<Reading<ServingStatus>, "value" | "onChange">;
  readonly focus: { readonly has: () => boolean; readonly onChange: Event<unknown> };
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly every?: number;
}): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isOver = false;
  const isDue = (): boolean => serving.value.runtime?.available === false && focus.has() && !isOver && !signal.aborted;
  const plan = (): void => {
    clearTimeout(timer);
    timer = isDue() ? setTimeout(() => void look(), every) : undefined;
  };
  const look = async (): Promise<void> => {
    if (isLooking || !isDue()) return;
    isLooking = true;
    try {
      await ask("backends.list", {}, signal);
    } catch (error) {
      if (!signal.aborted) onError(error);
    } finally {
      isLooking = false;
      plan();
    }
  };
  const changed = serving.onChange(() => {
    // Each change of a server is told here, too: what is planned stays.
    if (isDue() !== (timer !== undefined)) plan();
  });
  const focused = focus.onChange(() => {
    plan();
    void look();
  });
  plan();
  return {
    dispose: () => {
      isOver = true;
      clearTimeout(timer);
      changed.dispose();
      focused.dispose();
    },
  };
}
