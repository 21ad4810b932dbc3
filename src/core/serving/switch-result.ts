import { noticeWords } from "../present/switch-words.ts";
import type { SwitchResult } from "../protocol/serving.ts";
import type { Parts } from "./bring-up.ts";
import type { SwitchEnd } from "./switch-group.ts";

export function switchResult(profile: string, end: SwitchEnd, parts: Parts, took: number): SwitchResult {
  const { outcome, ready, reason, logTail, offers } = end;
  return {
    outcome,
    profile,
    ...(ready && { running: ready.run.subject.profile, url: ready.run.server.url }),
    tookMs: Math.round(took),
    parts,
    ...(ready?.got && outcome === "ready" ? { readBack: ready.got } : {}),
    warnings: end.notices.map(noticeWords),
    ...(reason && { reason }),
    ...(logTail && logTail.length > 0 ? { logTail } : {}),
    ...(offers && offers.length > 0 ? { offers } : {}),
  };
}
