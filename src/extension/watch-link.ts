import type { ModelStats } from "../core/protocol/models.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import { createContextKeys } from "./context-keys.ts";
import type { DeckLink } from "./deck-link.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";

/** Keeps the welcome views and menus in step, and tells what the deck has to tell of itself. */
export function watchLink(link: DeckLink, serving: Reading<ServingStatus>, report: Report): Disposable {
  const scope = createScope();
  const setContext = createContextKeys();
  const look = (): void => {
    const { state } = link;
    setContext("modelDeck.state", state.kind);
    // That another version owns is told by the welcome view, which also says that it is tried again.
    if (state.kind === "failed") report.error(state.error);
    if (state.kind !== "open") return;
    const read = async (): Promise<void> => {
      const { notices, stats } = await state.deck.snapshot();
      notices.forEach(report.notice);
      tally(stats);
    };
    read().catch(report.error);
  };
  let hasModels = false;
  const tally = ({ count }: ModelStats): void => setContext("modelDeck.hasModels", (hasModels ||= count > 0));
  /** The first one is looked for until it is there. It ticks off a step of the walkthrough, and no more. */
  const lookForModels = (): void => {
    const { state } = link;
    if (hasModels || state.kind !== "open") return;
    void state.deck.snapshot().then(
      ({ stats }) => tally(stats),
      () => undefined,
    );
  };
  const lookAtServing = (): void => {
    const { servers, switching, runtime } = serving.value;
    setContext(
      "modelDeck.serving",
      servers.some(({ state }) => state !== "off"),
    );
    setContext("modelDeck.switching", switching !== undefined);
    setContext("modelDeck.engineUnreachable", runtime?.available === false);
  };
  scope.use(link.onState(look));
  scope.use(link.onEvent((event) => void (event.kind === "notice" && report.notice(event.notice))));
  scope.use(link.onEvent(({ kind }) => void (kind === "models" && lookForModels())));
  scope.use(serving.onChange(lookAtServing));
  look();
  lookAtServing();
  return scope;
}
