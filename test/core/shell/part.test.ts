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
    void part.get();
    part.dispose();
    arrival.resolve({ dispose: () => disposed.resolve("disposed") });
    assert.equal(await disposed.promise, "disposed");
    createPart(() => assert.fail("it was loaded")).dispose();
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
