import assert from "node:assert/strict";
import { freshDraft } from "../../../src/core/present/download-form.ts";
import type { FormPage } from "../../../src/core/protocol/form-page.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { createFormSession } from "../../../src/extension/library/form-session.ts";
import { aPreview, anAnalysis } from "../../support/download-samples.ts";

const never = new AbortController().signal;

/** A form over a deck that answers as told. */
function aForm(analysis = anAnalysis(), onError = (error: unknown): void => assert.fail(String(error))) {
  const places = [{ name: "main", path: "/models", layout: "owner-repo", freeBytes: 1e12 }] as const;
  const asked: { readonly verb: string; readonly args: unknown }[] = [];
  const waiting = new Set<() => void>();
  let answer = async (_verb: string, _signal: AbortSignal): Promise<unknown> => aPreview();
  const session = createFormSession(
    {
      ask: createAsk(async (verb, args, signal) => {
        asked.push({ verb, args });
        return verb === "downloads.add" && !refusal
          ? { ids: ["d1"] }
          : refusal
            ? Promise.reject(refusal)
            : answer(verb, signal);
      }),
      analysis,
      places,
      pause: async (signal) => signal.throwIfAborted(),
      onChange: () => {
        for (const wake of waiting) wake();
      },
      onError,
      signal: never,
    },
    freshDraft(analysis, places),
  );
  let refusal: Error | undefined;
  const until = async (holds: (page: FormPage) => boolean): Promise<FormPage> => {
    while (!holds(session.page)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
    return session.page;
  };
  return {
    session,
    asked,
    until,
    refuse: (error: Error | undefined) => (refusal = error),
    answerWith: (other: typeof answer) => (answer = other),
    pick: (...picked: readonly string[]) => session.keep({ ...session.page.draft, picked }),
  };
}

suite("a download that is put together", () => {
  test("is looked at when something was chosen, and queued as it was chosen", async () => {
    const form = aForm();
    assert.equal(form.session.page.preview.kind, "none");
    form.pick("0");
    await form.until(({ preview }) => preview.kind === "shown");
    assert.deepEqual(await form.session.add(true), ["d1"]);
    const args = { model: "acme/tiny", revision: "main", files: ["tiny-Q4_K_M.gguf"], location: "main" };
    assert.deepEqual(form.asked.slice(0, 2), [
      { verb: "downloads.preview", args },
      { verb: "downloads.add", args: { ...args, paused: true } },
    ]);
    assert.equal(form.session.page.status.text, "1 download is in the queue.");
  });

  test("says that it is queued until something else is chosen, whatever is looked at after it", async () => {
    const form = aForm();
    form.pick("0");
    await form.until(({ preview }) => preview.kind === "shown");
    await form.session.add(false);
    await form.until(({ preview }) => preview.kind === "asking");
    const page = await form.until(({ preview }) => preview.kind === "shown");
    assert.deepEqual(page.status, { kind: "done", text: "1 download is in the queue." });
    const bad = { code: "badArguments", verb: "downloads.preview", path: "location", problem: "it is away" } as const;
    form.refuse(fault(bad));
    form.session.stop();
    const refused = await form.until(({ problems }) => problems.length > 0);
    assert.deepEqual(refused.status, page.status);
    form.pick("0", "1");
    assert.equal(form.session.page.status.kind, "none");
  });

  test("is queued also where its form is closed before the answer: nothing is looked at after it, and a refusal is told", async () => {
    const errors: unknown[] = [];
    const form = aForm(anAnalysis(), (error) => void errors.push(error));
    form.pick("0");
    await form.until(({ preview }) => preview.kind === "shown");
    const before = form.asked.length;
    const adding = form.session.add(false);
    form.session.dispose();
    assert.deepEqual(await adding, ["d1"]);
    await new Promise((resolve) => void setImmediate(resolve));
    assert.deepEqual(
      form.asked.slice(before).map(({ verb }) => verb),
      ["downloads.add"],
    );
    const refusal = fault({ code: "network", host: "hub.test", reason: "no route" });
    form.refuse(refusal);
    await form.session.add(false);
    assert.deepEqual(errors, [refusal]);
  });

  test("is not asked for while nothing is chosen, or no folder is", async () => {
    const form = aForm();
    assert.deepEqual(await form.session.add(false), []);
    assert.deepEqual(form.session.page.problems, [{ field: "files", problem: "Choose what to download." }]);
    assert.deepEqual(form.session.page.status, { kind: "failed", text: "Choose what to download." });
    form.session.become({ picked: ["0"], location: "" });
    assert.deepEqual(await form.session.add(false), []);
    assert.deepEqual(form.session.page.problems, [{ field: "location", problem: "Choose a folder." }]);
    assert.deepEqual(form.asked, []);
  });

  test("tells a fault at its field, and one that has none beside the buttons", async () => {
    const form = aForm();
    const bad = { code: "badArguments", verb: "downloads.add", path: "subfolder", problem: "it takes none" } as const;
    form.refuse(fault(bad));
    form.pick("0");
    const page = await form.until(({ problems }) => problems.length > 0);
    assert.deepEqual(page.problems, [{ field: "subfolder", problem: "It takes none." }]);
    assert.equal(page.preview.kind, "none");
    form.refuse(fault({ code: "network", host: "hub.test", reason: "no route" }));
    await form.session.add(false);
    assert.equal(form.session.page.status.kind, "failed");
    assert.match(form.session.page.status.text, /hub\.test/);
    assert.equal(form.session.page.adding, false);
  });

  test("another version is looked at before anything of it is asked for, and nothing of the one before is queued", async () => {
    const versions = [
      { revision: "2", name: "v2", baseModel: "SDXL 1.0", publishedAt: "2026-03-01T12:00:00Z" },
      { revision: "1", name: "v1" },
    ];
    const parts = { provider: "civitai", repository: "civitai:12", versions } as const;
    const older = anAnalysis({ ...parts, revision: "1", choices: anAnalysis().choices.slice(2) });
    const form = aForm(anAnalysis({ ...parts, revision: "2" }));
    assert.deepEqual(
      form.session.page.versions.map(({ label }) => label),
      ["v2 · SDXL 1.0 · 2026-03-01", "v1"],
    );
    form.pick("0", "1");
    await form.until(({ preview }) => preview.kind === "shown");
    const looked = Promise.withResolvers<unknown>();
    form.answerWith(async (verb) => (verb === "hub.analyze" ? looked.promise : aPreview()));
    form.session.keep({ ...form.session.page.draft, version: "1" });
    await form.until(({ preview }) => preview.kind === "asking");
    assert.deepEqual(await form.session.add(false), []);
    assert.match(form.session.page.status.text, /still being looked at/);
    looked.resolve(older);
    const { edition } = form.session.page;
    const page = await form.until(({ preview, edition: now }) => preview.kind === "shown" && now > edition);
    assert.deepEqual([page.draft.version, page.draft.picked, page.choices.length], ["1", ["0"], 1]);
    await form.session.add(false);
    const { verb, args } = form.asked.findLast((one) => one.verb === "downloads.add") ?? {};
    const wanted = { model: "civitai:12", revision: "1", files: ["tiny.ckpt"], location: "main" };
    assert.deepEqual([verb, args], ["downloads.add", wanted]);
  });

  test("a version that cannot be looked at leaves the one there was, and says why", async () => {
    const form = aForm(anAnalysis({ provider: "civitai", repository: "civitai:12", revision: "2" }));
    form.pick("0");
    await form.until(({ preview }) => preview.kind === "shown");
    form.refuse(fault({ code: "network", host: "civitai.test", reason: "no route" }));
    form.session.keep({ ...form.session.page.draft, version: "1" });
    const page = await form.until(({ status }) => status.kind === "failed");
    assert.match(page.status.text, /civitai\.test/);
    const { draft, preview } = await form.until((now) => now.draft.version === "2");
    assert.deepEqual([draft.picked, preview.kind], [["0"], "shown"]);
  });

  test("hashing is shown while it lasts, and can be stopped", async () => {
    const form = aForm();
    form.pick("0");
    await form.until(({ preview }) => preview.kind === "shown");
    form.answerWith((_, signal) => {
      const { promise, reject } = Promise.withResolvers<unknown>();
      signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
      return promise;
    });
    form.session.prove();
    await form.until(({ preview }) => preview.kind === "proving");
    form.answerWith(async () => aPreview());
    form.session.stop();
    await form.until(({ preview }) => preview.kind === "shown");
    const args = form.asked.map((one) => JSON.stringify(one.args).includes('"prove":true'));
    assert.deepEqual(args, [false, true, false]);
  });
});
