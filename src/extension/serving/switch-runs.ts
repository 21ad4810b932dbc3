import { faultWords } from "../../core/present/fault-words.ts";
import { requestOf } from "../../core/present/offer-words.ts";
import type { SwitchOffer, SwitchResult } from "../../core/protocol/serving.ts";
import { offersOfRefusal } from "../../core/serving/offers.ts";
import { isFault } from "../../core/util/faults.ts";
import { tellFailedSwitch } from "./failed-switch.ts";

type Reason = { readonly message: string; readonly remedy?: string | undefined };

/** Switches that this window asked for, with what is told of those that fail. */
export interface SwitchRuns {
  /** Whether one is under way. */
  readonly underWay: boolean;
  run(profile: string, work: (signal: AbortSignal) => Promise<SwitchResult>): Promise<void>;
  cancel(): void;
}

export function createSwitchRuns(deps: {
  /** What is said where another model serves again; may be empty. */
  readonly after: (result: SwitchResult) => string;
  readonly onReady: (profile: string, result: SwitchResult) => void;
  /** The same switch once more. */
  readonly again: (profile: string, more: Readonly<Record<string, unknown>>) => Promise<void>;
  /** What is done before that, where the offer is a deed. */
  readonly prepare: (offer: SwitchOffer) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): SwitchRuns {
  let current: AbortController | undefined;
  const take = async (offer: SwitchOffer, profile: string): Promise<void> => {
    await deps.prepare(offer);
    await deps.again(profile, requestOf(offer) ?? {});
  };
  /** Nothing waits for the answer: a notification stands as long as it likes. */
  const tell = (profile: string, { message, remedy }: Reason, after: string, offers: readonly SwitchOffer[]): void => {
    void tellFailedSwitch({ message, ...(remedy !== undefined && { remedy }) }, after, offers)
      .then((offer) => offer && take(offer, profile))
      .catch(deps.onError);
  };
  return {
    get underWay() {
      return current !== undefined;
    },
    run: async (profile, work) => {
      const own = new AbortController();
      current = own;
      try {
        const result = await work(AbortSignal.any([own.signal, deps.signal]));
        if (result.outcome === "ready") deps.onReady(profile, result);
        if (!result.reason || (result.outcome !== "failed" && result.outcome !== "rolledBack")) return;
        tell(profile, result.reason, deps.after(result), result.offers ?? []);
      } catch (error) {
        const offers = offersOfRefusal(error);
        if (!isFault(error) || offers.length === 0) throw error;
        tell(profile, faultWords(error.fault), "", offers);
      } finally {
        if (current === own) current = undefined;
      }
    },
    cancel: () => current?.abort(),
  };
}
