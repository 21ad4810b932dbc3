import type { IncomingMessage } from "node:http";

/** Where a request was answered: the JSON interface, `/resolve/` of the hub, or the address it redirects to. */
export type Door = "api" | "resolve" | "cdn";

/** What goes wrong with one answer. Offsets count in the file, not in the answer. */
export type HubFault =
  /** The connection is torn after that many bytes of the body. */
  | { readonly kind: "cut"; readonly after: number }
  /** A clean end after that many bytes, with a length that says no more was meant. */
  | { readonly kind: "short"; readonly after: number }
  /** More bytes than the file has, chunked. */
  | { readonly kind: "long"; readonly extra: number }
  /** 200 and the whole file, whatever range was asked for. */
  | { readonly kind: "ignoreRange" }
  /** The body is right, the header is what it says here. */
  | { readonly kind: "contentRange"; readonly value: string | undefined }
  | { readonly kind: "etag"; readonly value: string | undefined }
  | { readonly kind: "header"; readonly name: string; readonly value: string }
  | { readonly kind: "html" }
  /** The content packed, with the header that says so. */
  | { readonly kind: "gzip" }
  | { readonly kind: "noLength" }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
  /** Nothing more after that many bytes; the connection stays open. */
  | { readonly kind: "stall"; readonly after: number }
  /** One byte is another. */
  | { readonly kind: "corrupt"; readonly at: number }
  | { readonly kind: "slow"; readonly bytesPerSecond: number }
  | { readonly kind: "wait"; readonly ms: number };

export interface FaultRule {
  /** Left out: at every door. */
  readonly door?: Door;
  /** Must occur in the address or match it. */
  readonly url?: string | RegExp;
  readonly method?: string;
  /** Requests it meets before it is used up; 1 unless told. */
  readonly times?: number;
  /** Requests it lets pass first; 0 unless told. */
  readonly after?: number;
  readonly do: HubFault;
}

export interface FaultScript {
  add(rule: FaultRule): void;
  clear(): void;
  /** All that go wrong with this request, in the order they were added. */
  take(door: Door, request: IncomingMessage): readonly HubFault[];
}

export function createFaultScript(): FaultScript {
  const rules: { rule: FaultRule; left: number; skip: number }[] = [];
  return {
    add: (rule) => void rules.push({ rule, left: rule.times ?? 1, skip: rule.after ?? 0 }),
    clear: () => void rules.splice(0),
    take: (door, request) => {
      const taken: HubFault[] = [];
      for (const entry of rules) {
        const { rule } = entry;
        if (entry.left <= 0 || (rule.door !== undefined && rule.door !== door)) continue;
        if (rule.method !== undefined && rule.method !== request.method) continue;
        const url = request.url ?? "";
        if (rule.url !== undefined && !(typeof rule.url === "string" ? url.includes(rule.url) : rule.url.test(url)))
          continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        taken.push(rule.do);
      }
      return taken;
    },
  };
}

export const faultOf = <Kind extends HubFault["kind"]>(
  faults: readonly HubFault[],
  kind: Kind,
): Extract<HubFault, { kind: Kind }> | undefined =>
  faults.find((one): one is Extract<HubFault, { kind: Kind }> => one.kind === kind);
