import { syncFolder } from "./durable-replace.ts";

/**
 * Names that were given before it was asked are there to stay when it resolves. Who asks while one is on its way shares the
 * next with all others that do: each is a commit of the volume's journal.
 */
export function createFolderSync(): (folder: string) => Promise<void> {
  const now = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  async function run(folder: string): Promise<void> {
    try {
      await syncFolder(folder);
    } finally {
      now.delete(folder);
    }
  }

  async function after(folder: string, before: Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    next.delete(folder);
    return begin(folder);
  }

  function begin(folder: string): Promise<void> {
    const running = run(folder);
    now.set(folder, running);
    return running;
  }

  return (folder) => {
    const running = now.get(folder);
    if (!running) return begin(folder);
    const shared = next.get(folder) ?? after(folder, running);
    next.set(folder, shared);
    return shared;
  };
}
