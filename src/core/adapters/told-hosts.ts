import type { Http } from "../ports/http.ts";
import { connectionReason, retryAfter } from "../sources/hub-faults.ts";
import type { HostBook } from "../system/host-book.ts";
import { isFault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { NetFetch } from "./net-fetch.ts";

/** Where a host says that it is asked too much, and not for how long. */
const WAIT = millis(30_000);

/** The same, and how hosts answer is noted. */
export const toldFetch =
  (request: NetFetch, hosts: HostBook): NetFetch =>
  async (url, how) => {
    try {
      const response = await request(url, how);
      note(hosts, url.host, response.status, (name) => response.headers.get(name) ?? undefined);
      return response;
    } catch (error) {
      if (!isGivenUp(how.signal))
        hosts.silent(url.host, { code: "network", host: url.host, reason: connectionReason(error) });
      throw error;
    }
  };

/** The same, and how hosts answer is noted. */
export const toldHttp = (http: Http, hosts: HostBook): Http => ({
  request: async (question, signal) => {
    const { host } = new URL(question.url);
    try {
      const response = await http.request(question, signal);
      note(hosts, host, response.status, (name) => response.header(name));
      return response;
    } catch (error) {
      if ((isFault(error, "network") || isFault(error, "timeout")) && !isGivenUp(signal))
        hosts.silent(host, error.fault);
      throw error;
    }
  },
});

function note(hosts: HostBook, host: string, status: number, header: (name: string) => string | undefined): void {
  const said = status === 429 || status === 503 ? retryAfter({ header }) : undefined;
  if (said !== undefined || status === 429) hosts.waits(host, said ?? WAIT);
  else hosts.answered(host);
}

/** By who asked; that the time for an answer was over says something of the host. */
const isGivenUp = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && !(reason instanceof DOMException && reason.name === "TimeoutError");
