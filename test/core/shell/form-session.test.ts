import assert from "node:assert/strict";
import { freshDraft } from "../../../src/core/present/download-form.ts";
import type { FormPage } from "../../../src/core/protocol/form-page.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { createFormSession } from "../../../src/extension/library/form-session.ts";
import { aPreview, anAnalysis } from "../../support/download-samples.ts";

const never = new AbortController().signal;

/** A form over a deck that answers as told. */
function aForm(onError = (error: unknown): void => assert.fail(String(error))) {
  const analysis = anAnalysis();
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
    const form = aForm((error) => void errors.push(error));
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
