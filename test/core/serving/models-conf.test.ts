import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseConf } from "../../../src/core/serving/models-conf.ts";
import { setConfValue } from "../../../src/core/serving/set-conf-value.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const plain = (text: string): unknown =>
  Object.fromEntries(
    parseConf(text).sections.map(({ id, pairs }) => [
      id,
      Object.fromEntries([...pairs].map(([key, { value }]) => [key, value])),
    ]),
  );
const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

suite("models.conf", () => {
  test("a value is verbatim after the first equals sign, only the blanks at its ends are cut", () => {
    const text = '[a]\n  NAME \t=  "Ein Name" = ja # kein Kommentar \t\nEXTRA_ARGS=-ot "\\.ffn_.*=CPU"\n';
    assert.deepEqual(plain(text), {
      a: { NAME: '"Ein Name" = ja # kein Kommentar', EXTRA_ARGS: '-ot "\\.ffn_.*=CPU"' },
    });
  });

  test("comments, blank lines, CRLF and a byte order mark are no problem", () => {
    const { problems } = parseConf("\uFEFF# first\r\n\r\n [a] \r\n\t# second\r\nMODEL=x.gguf\r\n");
    assert.deepEqual(problems, []);
    assert.deepEqual(plain("\uFEFF[a]\r\nMODEL=x.gguf\r\n"), { a: { MODEL: "x.gguf" } });
  });

  test("every line that cannot be used is told with its number, and the rest is read", () => {
    const text = [
      "A=1",
      "[a]",
      "MODEL=m",
      "MODEL=n",
      "nonsense",
      "lower=1",
      "[b c]",
      "LOST=1",
      "[a]",
      "AGAIN=1",
      "[d]",
      "K=\0",
    ].join("\n");
    const { problems } = parseConf(text);
    assert.deepEqual(
      problems.map(({ line, section }) => [line, section]),
      [
        [1, undefined],
        [4, "a"],
        [5, "a"],
        [6, "a"],
        [7, undefined],
        [9, "a"],
        [12, "d"],
      ],
    );
    assert.match(problems[1]?.problem ?? "", /MODEL stands on line 3 already/);
    assert.deepEqual(plain(text), { a: { MODEL: "m" }, d: {} });
  });

  test("setting a value keeps every other byte, whatever bytes they are", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "",
        "# note",
        "\t# caf\u00e9",
        "[one]",
        "[two]",
        "MODEL=a b",
        "NAME =  x ",
        "broken",
        "EXTRA_ARGS=-ot \\d=CPU",
      ),
      fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, "")),
    );
    const file = fc
      .tuple(
        fc.constantFrom("", "\uFEFF"),
        fc.array(line),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.uint8Array({ maxLength: 9 }),
      )
      .map(([bom, lines, end, last, junk]) =>
        Buffer.concat([
          bytes(bom + ["[first]", "KEY=1", ...lines].join(end) + (last ? end : "")),
          last ? junk.filter((byte) => byte !== 0x5b) : new Uint8Array(),
        ]),
      );
    const value = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .map((text) => text.replaceAll(/[\r\n\0]/g, "").replaceAll(/^[ \t]+|[ \t]+$/g, ""));
    fc.assert(
      fc.property(file, fc.constantFrom("KEY", "OTHER", "MODEL"), value, (content, key, wanted) => {
        const had = parseConf(content.toString("latin1"));
        const after = Buffer.from(setConfValue(content, "first", key, wanted));
        const now = parseConf(after.toString("latin1"));
        const pair = now.sections[0]?.pairs.get(key);
        assert.equal(Buffer.from(pair?.value ?? "", "latin1").toString("utf8"), Buffer.from(wanted).toString("utf8"));
        assert.equal(now.problems.length, had.problems.length);
        const old = had.sections[0]?.pairs.get(key);
        if (old) {
          assert.deepEqual(after.subarray(0, old.from), content.subarray(0, old.from));
          assert.deepEqual(after.subarray(after.length - (content.length - old.to)), content.subarray(old.to));
        } else assert.deepEqual(Buffer.from(setConfValue(after, "first", key, undefined)), content);
        for (const section of had.sections)
          for (const [other, { value: kept }] of section.pairs)
            if (section.id !== "first" || other !== key)
              assert.equal(now.sections.find(({ id }) => id === section.id)?.pairs.get(other)?.value, kept);
      }),
      { numRuns: 300 },
    );
  });

  test("what is set again to what it was gives the very same file", () => {
    const content = bytes("\uFEFF[a]\r\nNAME = caf\u00e9 \r\n# end");
    assert.deepEqual(Buffer.from(setConfValue(content, "a", "NAME", "caf\u00e9")), Buffer.from(content));
  });

  test("a value that would break its line, and a section that is not there, are refused", () => {
    const content = bytes("[a]\nMODEL=x\n");
    for (const [section, key, value] of [
      ["a", "NAME", "x\n[b]"],
      ["a", "NAME", " x"],
      ["b", "NAME", "x"],
      ["a", "na me", "x"],
    ] as const)
      assert.throws(
        () => setConfValue(content, section, key, value),
        (error) => isFault(error, "configInvalid"),
      );
  });

  test("ten megabytes are read in the blink of an eye, and keep their tail", () => {
    const text = "[first]\nMODEL=a\n".padEnd(10_000_000, "# filler\n") + "\n[last]\nMODEL=z\n";
    assert.deepEqual(plain(text), { first: { MODEL: "a" }, last: { MODEL: "z" } });
  });
});
