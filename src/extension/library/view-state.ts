import type { Memento } from "vscode";
import { type Grouping, type ModelFilter, asGrouping, parseFilter } from "../../core/present/model-filter.ts";
import { type Disposable, type Event, createEmitter } from "../../core/util/events.ts";

/** How the view *Models* is looked at: kept over windows and restarts, as the models are the same in all of them. */
export interface ViewState extends Disposable {
  readonly filter: ModelFilter;
  readonly groupBy: Grouping;
  readonly onChange: Event<void>;
  setFilter(filter: ModelFilter): void;
  setGroupBy(groupBy: Grouping): void;
}

const KEY = "modelDeck.models.view";

export function createViewState(memory: Pick<Memento, "get" | "update">): ViewState {
  const changed = createEmitter<void>();
  const kept = memory.get<unknown>(KEY);
  const known = typeof kept === "object" && kept !== null ? kept : {};
  let filter = parseFilter("filter" in known ? known.filter : {}) ?? {};
  let groupBy = asGrouping("groupBy" in known ? known.groupBy : undefined) ?? "backend";
  const keep = (): void => {
    void memory.update(KEY, { filter, groupBy });
    changed.fire();
  };
  return {
    get filter() {
      return filter;
    },
    get groupBy() {
      return groupBy;
    },
    onChange: changed.event,
    setFilter: (next) => {
      filter = next;
      keep();
    },
    setGroupBy: (next) => {
      groupBy = next;
      keep();
    },
    dispose: () => changed.dispose(),
  };
}
