import assert from "node:assert/strict";
import * as v from "valibot";
import { argumentProblem } from "../../../src/core/util/argument-problem.ts";
import { schemaText } from "../../../src/core/util/schema-text.ts";
import { verbs } from "../../../src/core/verbs/table.ts";

suite("what is wrong with an argument", () => {
  const schema = v.strictObject({
    name: v.pipe(v.string(), v.nonEmpty()),
    limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(9))),
    list: v.optional(v.pipe(v.array(v.boolean()), v.minLength(1))),
    state: v.optional(v.picklist(["done", "failed"])),
    own: v.optional(v.pipe(v.string(), v.regex(/^a$/, "takes the letter a"))),
    odd: v.optional(v.union([v.string(), v.array(v.string())])),
  });
  const problem = (given: unknown, of: v.GenericSchema = schema): string => {
    const { issues } = v.safeParse(of, given);
    assert.ok(issues);
    return argumentProblem(issues[0], of);
  };

  test("is said in words that name what is taken and what was given", () => {
    for (const [given, words] of [
      [{}, "it is needed"],
      [{ name: "" }, "it may not be empty"],
      [{ name: 5 }, "takes a text, not 5"],
      [{ name: "a", bogus: 1 }, "there is no such argument"],
      [{ name: "a", limit: "x" }, 'takes a number, not "x"'],
      [{ name: "a", limit: -1 }, "takes 1 or more, not -1"],
      [{ name: "a", limit: 10 }, "takes 9 or less, not 10"],
      [{ name: "a", limit: 1.5 }, "takes a whole number, not 1.5"],
      [{ name: "a", limit: 1e300 }, "takes a whole number, not 1e+300"],
      [{ name: "a", list: [] }, "it may not be empty"],
      [{ name: "a", list: [1] }, "takes true or false, not 1"],
      [{ name: "a", list: {} }, "takes a list"],
      [{ name: "a", state: "gone" }, 'takes one of done, failed, not "gone"'],
      [{ name: "a", own: "b" }, "takes the letter a"],
      [null, "takes an object, not null"],
    ] as const)
      assert.equal(problem(given), words, JSON.stringify(given));
  });

  test("is said without signs of a program", () => {
    const ofVerb = (name: string, given: unknown): string => {
      const verb = verbs.find((one) => one.name === name) ?? assert.fail(name);
      return problem(given, verb.args);
    };
    const words = "takes a length of 200 or less, not 201";
    assert.equal(ofVerb("hub.search", { provider: "huggingface", text: "x".repeat(201) }), words);
    assert.equal(ofVerb("images.pull", { image: "a b" }), "takes the name of an image");
  });

  test("of several forms it names them all", () => {
    const forms = v.union([
      v.strictObject({ ids: v.array(v.string()) }),
      v.strictObject({ all: v.literal(true), kind: v.exactOptional(v.nullable(v.record(v.string(), v.unknown()))) }),
    ]);
    assert.equal(
      problem({ all: false }, forms),
      "takes { ids: string[] } | { all: true, kind?: Record<string, unknown> | null }",
    );
  });

  test("what was given is cut where it is long", () => {
    assert.ok(problem({ name: "a", limit: "x".repeat(5000) }).length < 120);
  });

  test("there are words for what each verb takes, and for nothing else", () => {
    for (const verb of verbs) assert.match(schemaText(verb.args), /^\{/, verb.name);
    assert.throws(() => schemaText(v.date()), TypeError);
  });
});
