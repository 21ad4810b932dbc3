import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { createPart, isGone } from "../../../src/extension/part.ts";

suite("a part of the shell", () => {
  test("is loaded with its first use, and once for all that ask meanwhile", async () => {
    let loads = 0;
    const part = createPart(async () => {
      loads += 1;
      return { dispose: () => undefined };
    });
    assert.equal(loads, 0);
    const [one, other] = await Promise.all([part.get(), part.get()]);
    assert.equal(one, other);
    assert.equal(await part.get(), one);
    assert.equal(loads, 1);
  });

  test("that could not be loaded is loaded anew with the next use", async () => {
    const answers = [Promise.reject(new Error("no room")), Promise.resolve({ dispose: () => undefined })];
    const part = createPart(() => answers.shift() ?? Promise.reject(new Error("asked too often")));
    await assert.rejects(part.get(), /no room/);
    assert.ok(await part.get());
    assert.equal(answers.length, 0);
  });

  test("ends with the window, also where it was still on its way; what was never used is not loaded for it", async () => {
    const disposed = Promise.withResolvers<string>();
    const arrival = Promise.withResolvers<{ dispose: () => void }>();
    const part = createPart(() => arrival.promise);
    const waiting = assert.rejects(part.get(), { name: "AbortError" });
    part.dispose();
    arrival.resolve({ dispose: () => disposed.resolve("disposed") });
    assert.equal(await disposed.promise, "disposed");
    await waiting;
    createPart(() => assert.fail("it was loaded")).dispose();
  });

  test("is not made any more for whoever asks after the end, nor handed out ended", async () => {
    const never = createPart(() => assert.fail("it was loaded"));
    never.dispose();
    await assert.rejects(never.get(), { name: "AbortError" });
    let ends = 0;
    const used = createPart(async () => ({ dispose: () => void (ends += 1) }));
    await used.get();
    used.dispose();
    await assert.rejects(used.get(), { name: "AbortError" });
    assert.equal(ends, 1);
    const failing = createPart(() => Promise.reject(new Error("no room")));
    const asked = assert.rejects(failing.get(), { name: "AbortError" });
    failing.dispose();
    await asked;
  });

  test("whose file is gone is known by how it fails, as a bundle or as a source", async () => {
    const gone = "./no-such-bundle.cjs";
    const failures = [
      await import(gone).catch((error: unknown) => error),
      await Promise.resolve()
        .then(() => createRequire(import.meta.url)(gone))
        .catch((error: unknown) => error),
    ];
    assert.deepEqual(failures.map(isGone), [true, true]);
    assert.equal(isGone(new Error("something else")), false);
    assert.equal(isGone(Object.assign(new Error("no file"), { code: "ENOENT" })), false);
  });
});
