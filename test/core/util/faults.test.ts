import assert from "node:assert/strict";
import { fault, isCancelled, isFault, reasonOf } from "../../../src/core/util/faults.ts";

suite("faults", () => {
  test("a fault is known by its mark and its code, also when another copy of the class made it", () => {
    const foreign = Object.assign(new Error("notFound"), {
      name: "FaultError",
      code: "notFound",
      fault: { code: "notFound", what: "file", name: "a" },
    });
    assert.equal(isFault(foreign), true);
    assert.equal(isFault(foreign, "notFound"), true);
    assert.equal(isFault(foreign, "exists"), false);
    assert.equal(isFault(new Error("notFound")), false);
    assert.equal(isFault({ name: "FaultError", fault: {} }), false);
  });

  test("a fault carries its facts, its code and its cause", () => {
    const cause = new Error("ENOENT");
    const error = fault({ code: "fileUnreadable", path: "/a", reason: "gone" }, cause);
    assert.equal(error.code, "fileUnreadable");
    assert.equal(error.cause, cause);
    assert.deepEqual(error.fault, { code: "fileUnreadable", path: "/a", reason: "gone" });
  });

  test("a reason is one line", () => assert.equal(reasonOf(new Error("a\n  b")), "a b"));

  test("cancelled is what ended with the signal's own reason or an AbortError, and only after the abort", () => {
    const controller = new AbortController();
    const abortError = new DOMException("aborted", "AbortError");
    assert.equal(isCancelled(abortError, controller.signal), false);
    controller.abort();
    assert.equal(isCancelled(controller.signal.reason, controller.signal), true);
    assert.equal(isCancelled(abortError, controller.signal), true);
    assert.equal(isCancelled(new Error("disk"), controller.signal), false);
  });
});
