import { faultWords } from "../../core/present/fault-words.ts";
import { withOffer } from "../../core/present/offer-words.ts";
import type { SwitchOffer, SwitchResult } from "../../core/protocol/serving.ts";
import { offersOfRefusal } from "../../core/serving/offers.ts";
import { isFault } from "../../core/util/faults.ts";
import { askUnfit } from "./ask-unfit.ts";
import { tellFailedSwitch } from "./failed-switch.ts";

type Request = Readonly<Record<string, unknown>>;
type Reason = { readonly message: string; readonly remedy?: string | undefined };

/** Switches that this window asked for, with what is told of those that fail. */
export interface SwitchRuns {
  /** Whether one is under way. */
  readonly underWay: boolean;
  /** @param asked of the switch beside its profile, for when it is tried once more */
  run(profile: string, asked: Request, work: (signal: AbortSignal) => Promise<SwitchResult>): Promise<void>;
  /** The same switch with what was offered. */
  take(profile: string, asked: Request, offer: SwitchOffer): Promise<void>;
  cancel(): void;
}

export function createSwitchRuns(deps: {
  /** What is said where another model serves again; may be empty. */
  readonly after: (result: SwitchResult) => string;
  readonly onBegin: (work: Promise<unknown>) => void;
  readonly onReady: (profile: string, result: SwitchResult) => void;
  /** The same switch once more. */
  readonly again: (profile: string, more: Readonly<Record<string, unknown>>) => Promise<void>;
  /** What is done before that, where the offer is a deed. */
  readonly prepare: (offer: SwitchOffer) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): SwitchRuns {
  let current: AbortController | undefined;
  const take = async (profile: string, asked: Request, offer: SwitchOffer): Promise<void> => {
    await deps.prepare(offer);
    await deps.again(profile, withOffer(asked, offer));
  };
  /** Nothing waits for the answer: a notification stands as long as it likes. */
  const tell = (
    { message, remedy }: Reason,
    after: string,
    offers: readonly SwitchOffer[],
    taken: (offer: SwitchOffer) => Promise<void>,
  ): void => {
    void tellFailedSwitch({ message, ...(remedy !== undefined && { remedy }) }, after, offers)
      .then((offer) => offer && taken(offer))
      .catch(deps.onError);
  };
  return {
    get underWay() {
      return current !== undefined;
    },
    take,
    run: async (profile, asked, work) => {
      const taken = (offer: SwitchOffer): Promise<void> => take(profile, asked, offer);
      const own = new AbortController();
      current = own;
      try {
        const working = work(AbortSignal.any([own.signal, deps.signal]));
        deps.onBegin(working);
        const result = await working;
        if (result.outcome === "ready") deps.onReady(profile, result);
        if (!result.reason || (result.outcome !== "failed" && result.outcome !== "rolledBack")) return;
        tell(result.reason, deps.after(result), result.offers ?? [], taken);
      } catch (error) {
        const offers = offersOfRefusal(error);
        if (!isFault(error) || offers.length === 0) throw error;
        if (isFault(error, "doesNotFit"))
          void askUnfit(error.fault, offers)
            .then((offer) => offer && taken(offer))
            .catch(deps.onError);
        else tell(faultWords(error.fault), "", offers, taken);
      } finally {
        if (current === own) current = undefined;
      }
    },
    cancel: () => current?.abort(),
  };
}
