import type { Secrets } from "../ports/secrets.ts";
import type { Provider } from "../protocol/hub.ts";
import type { Settings } from "../settings.ts";

/** Where a source is asked, and as whom. */
export interface SourceAccess {
  /** For the origin of that provider's endpoint alone, in `Authorization`; undefined: none is set, or there are none. */
  tokenFor(provider: Provider): Promise<string | undefined>;
  /**
   * Without a slash at its end. Of a direct address its origin.
   * @param url of the file, where the provider's files have addresses of their own
   */
  endpointFor(provider: Provider, url: string | undefined): string;
}

export function createAccess(
  { huggingface, civitai, ollama }: Pick<Settings, "huggingface" | "civitai" | "ollama">,
  secrets: Pick<Secrets, "get">,
): SourceAccess {
  return {
    tokenFor: async (provider) => {
      if (provider !== "huggingface" && provider !== "civitai") return undefined;
      // A token that was pasted with its line's end is refused as no header at all.
      const token = (await secrets.get(provider))?.trim();
      return token === "" ? undefined : token;
    },
    endpointFor: (provider, url) => {
      switch (provider) {
        case "huggingface":
          return huggingface.endpoint;
        case "civitai":
          return civitai.endpoint;
        case "ollama":
          return ollama.url;
        case "url":
          return url === undefined ? "" : new URL(url).origin;
      }
    },
  };
}
