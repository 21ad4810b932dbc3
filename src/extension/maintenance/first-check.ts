import type { Task } from "../../core/protocol/tasks.ts";
import type { Disposable } from "../../core/util/events.ts";
import type { VerbResults } from "../ask.ts";
import type { Reading } from "../reading.ts";

/**
 * Has what shows checks of files loaded once one runs. Where that fails it is told once, and tried again with each later
 * change of the tasks.
 */
export function onFirstCheck(deps: {
  readonly tasks: Pick<Reading<VerbResults["tasks.list"]>, "value" | "onChange">;
  readonly load: () => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}): Disposable {
  const { tasks, load, onError } = deps;
  let loading = false;
  let told = false;
  const look = async (): Promise<void> => {
    if (loading || !tasks.value.tasks.some(isCheck)) return;
    loading = true;
    try {
      await load();
      watching.dispose();
    } catch (error) {
      loading = false;
      if (!told) onError(error);
      told = true;
    }
  };
  const watching = tasks.onChange(() => void look());
  return watching;
}

const isCheck = ({ kind, state }: Task): boolean => kind === "verify" && (state === "running" || state === "verifying");
