import type { Core, Deck } from "./core.ts";
import type { Trouble } from "./protocol/downloads.ts";
import type { DeckEvent, DeckSnapshot } from "./protocol/snapshot.ts";
import { startNotices } from "./present/notices.ts";
import { createEmitter } from "./util/events.ts";
import { createScope } from "./util/scope.ts";
import { runVerb } from "./verbs/run-verb.ts";

/**
 * The deck of the process that owns the core.
 * @param notices what was found at the start
 * @param end lets go of the core's world, last
 */
export function localDeck(core: Core, notices: () => readonly Trouble[], end: () => Promise<void>): Deck {
  const scope = createScope();
  const events = scope.use(createEmitter<DeckEvent>((error) => core.log.error("a listener failed", error)));
  const tell = (event: DeckEvent): void => events.fire(event);

  scope.use(
    core.registry.onChange((changes) => {
      // Whoever shows any of them reads it again.
      if (changes === "many") return tell({ kind: "models", names: [] });
      const rows = changes.filter((change) => change.table === "entries");
      const names = new Set(rows.map((change) => String((change.after ?? change.before)?.["name"])));
      if (names.size > 0) tell({ kind: "models", names: [...names] });
    }),
  );
  scope.use(
    core.registry.onRevised((opened) => {
      tell({ kind: "models", names: [] });
      tell({ kind: "history" });
      for (const notice of startNotices(opened, [])) tell({ kind: "notice", notice });
    }),
  );
  scope.use(core.registry.onPresence((names) => tell({ kind: "models", names })));
  scope.use(core.watching.onNewFiles((found) => tell({ kind: "newFiles", ...found })));
  scope.use(core.downloads.onChange(() => tell({ kind: "downloads", change: core.downloads.changes.take() })));
  scope.use(core.downloads.onProgress(() => tell({ kind: "progress", change: core.downloads.changes.take() })));
  scope.use(core.serving.onChange(() => tell({ kind: "serving" })));
  scope.use(core.serving.onLog((lines) => tell({ kind: "logs", ...lines })));
  scope.use(core.tasks.onChange(() => tell({ kind: "tasks" })));
  scope.use(core.maintenance.onChange(() => tell({ kind: "history" })));
  scope.use(core.profiles.onChange(() => tell({ kind: "profiles" })));

  let closing: Promise<void> | undefined;
  return {
    run: (verb, args, signal) =>
      runVerb(core, verb, args, signal ? AbortSignal.any([signal, scope.signal]) : scope.signal),
    snapshot: async (): Promise<DeckSnapshot> => ({
      stats: await core.registry.stats(),
      downloads: core.downloads.list({}),
      serving: core.serving.status(),
      notices: notices(),
    }),
    onEvent: events.event,
    close: () => {
      closing ??= (async () => {
        // Before the runs are given up: a switch is not rolled back by our leaving, the next owner finishes it.
        const ends = Promise.allSettled([
          core.serving.close(),
          core.downloads.close(),
          core.verifier.close(),
          core.close(),
        ]);
        scope.dispose();
        const failed = (await ends).find(({ status }) => status === "rejected");
        await end();
        if (failed?.status === "rejected") throw failed.reason;
      })();
      return closing;
    },
  };
}
