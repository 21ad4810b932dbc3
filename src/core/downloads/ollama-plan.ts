import type { HubAnalysis } from "../protocol/hub.ts";
import type { DownloadPlan } from "./plan.ts";

/** What stands for a place where the server alone knows where the bytes lie. */
const ELSEWHERE = "ollama://";

/** One pseudo file stands for all of a model: the server says how large it is while it fetches. */
export function ollamaPlan(analysis: HubAnalysis, force: boolean): DownloadPlan {
  const name = `${analysis.repository.replace(/^ollama:/, "")}:${analysis.revision}`;
  return {
    version: 1,
    provider: "ollama",
    repository: analysis.repository,
    ...(analysis.title !== undefined && { title: analysis.title }),
    revision: analysis.revision,
    commit: analysis.commit,
    variant: analysis.revision,
    format: "gguf",
    root: ELSEWHERE,
    folder: ELSEWHERE,
    location: "ollama",
    madeFolders: [],
    force,
    tags: [...analysis.tags],
    characteristics: [...analysis.characteristics],
    files: [
      {
        path: name,
        target: `${ELSEWHERE}${name}`,
        sizeBytes: analysis.files.reduce((sum, file) => sum + file.sizeBytes, 0),
        primary: true,
      },
    ],
  };
}

/** `name:tag` */
export const ollamaNameOf = ({ files }: DownloadPlan): string => files[0]?.path ?? "";
