import type { Clock } from "../ports/clock.ts";
import { type Disposable, type Event, createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import { seconds } from "../util/ids.ts";

/** Questions to disks that may never answer: a mount whose server is gone holds a call for good, and with it a thread. */
export interface DiskQuestions extends Disposable {
  /**
   * Rejects with AbortError once nobody asks any more, also what waits then: closing does not wait for a disk.
   * @throws FaultError `diskSilent` where no answer comes in time, and at once as long as an earlier question below the same
   * root is without one
   */
  ask<T>(root: string, question: () => Promise<T>): Promise<T>;
  /** A disk that had not answered in time did it after all. */
  readonly onAnswer: Event<void>;
}

const PATIENCE = seconds(5);

export function createDiskQuestions(clock: Pick<Clock, "sleep">): DiskQuestions {
  const silent = new Set<string>();
  const answered = createEmitter<void>();
  const ended = new AbortController();
  const silence = (root: string): Error => fault({ code: "diskSilent", folder: root });
  const isLate = async (root: string, over: AbortSignal): Promise<never> => {
    await clock.sleep(PATIENCE, AbortSignal.any([over, ended.signal]));
    throw silence(root);
  };

  return {
    ask: async (root, question) => {
      ended.signal.throwIfAborted();
      if (silent.has(root)) throw silence(root);
      const over = new AbortController();
      let isAnswered = false;
      const answer = question().finally(() => {
        isAnswered = true;
        if (silent.delete(root)) answered.fire();
      });
      try {
        return await Promise.race([answer, isLate(root, over.signal)]);
      } catch (error) {
        if (!isAnswered) {
          silent.add(root);
          // Nobody waits for it any more.
          answer.catch(() => undefined);
        }
        throw error;
      } finally {
        over.abort();
      }
    },
    onAnswer: answered.event,
    dispose: () => {
      ended.abort();
      answered.dispose();
    },
  };
}
