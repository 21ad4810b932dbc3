import type { ScanAsk } from "../ports/scanner.ts";
import type { Settings } from "../settings.ts";
import { slashed } from "./slashed.ts";

type Named = Settings["invokeai"];

const above = (path: string): string => path.replace(/[\\/][^\\/]*$/, "");

/** The folder of an InvokeAI whose database, else whose models, a person named; undefined where she named neither. */
export function namedInvokeRoot({ database, models }: Named): string | undefined {
  if (database === undefined) return models === undefined ? undefined : above(slashed(models));
  const folder = above(slashed(database));
  return folder.endsWith("/databases") ? above(folder) : folder;
}

/** What a person named holds for her own InvokeAI alone: another one that is asked of is read as it says itself. */
export function withNamedInvoke(asks: readonly ScanAsk[], named: Named): readonly ScanAsk[] {
  const root = namedInvokeRoot(named);
  const { database, models } = named;
  return asks.map((ask) =>
    ask.store === "invokeai" && ask.root === root
      ? {
          ...ask,
          ...(database !== undefined && { database: slashed(database) }),
          ...(models !== undefined && { models: slashed(models) }),
        }
      : ask,
  );
}
