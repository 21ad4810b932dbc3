import type { ScanTasks } from "../maintenance/scan-tasks.ts";
import type { Images } from "../ports/images.ts";
import type { Log } from "../ports/log.ts";
import { isCancelled, reasonOf } from "../util/faults.ts";

/** Fetches images, each as a task; only ever on a person's word. */
export interface ImagePulls {
  /** Resolves with the id of its task once that is under way; of an image that is being fetched already, with that one's. */
  pull(image: string): Promise<{ readonly id: string }>;
}

export function createImagePulls({
  images,
  tasks,
  log,
}: {
  readonly images: Images;
  readonly tasks: Pick<ScanTasks, "run">;
  readonly log: Pick<Log, "warn">;
}): ImagePulls {
  const underWay = new Map<string, Promise<string>>();
  return {
    pull: async (image) => {
      const known = underWay.get(image);
      if (known) return { id: await known };
      const started = Promise.withResolvers<string>();
      underWay.set(image, started.promise);
      // Whoever asked may go: a task is given up by its own name.
      const { signal } = new AbortController();
      tasks
        .run(
          image,
          (tell, given) => images.pull(image, (progress) => tell({ ...progress, unit: "bytes" }), given),
          signal,
          started.resolve,
        )
        .catch((error: unknown) => {
          if (!isCancelled(error, signal)) log.warn(`${image} was not fetched: ${reasonOf(error)}`);
        })
        .finally(() => underWay.delete(image));
      return { id: await started.promise };
    },
  };
}
