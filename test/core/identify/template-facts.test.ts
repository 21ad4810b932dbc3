import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/core/identify/capabilities-of.ts";
import { effective, settled } from "../../../src/core/identify/effective.ts";
import { templateFacts } from "../../../src/core/identify/template-facts.ts";
import type { Characteristic } from "../../../src/core/protocol/models.ts";

const saysOf = (template: string, name: string): unknown =>
  templateFacts(template).find((one) => one.name === name)?.value;

suite("what a chat template tells", () => {
  for (const [what, template, tools, thinking] of [
    ["messages alone", "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", false, false],
    ["the variable tools", "{%- if tools %}{{ tools | tojson }}{% endif %}", true, false],
    ["tools in a comment", "{# no tools here #}{{ messages }}", false, false],
    ["tools in a text", "You have many tools. {{ 'tools are good }}' }}", false, false],
    ["a field called tools", "{{ message.tools }}", false, false],
    ["another word with tools in it", "{% set power_tools = 1 %}{{ toolset }}", false, false],
    ["calls of a message", "{% if message['tool_calls'] %}x{% endif %}", true, false],
    ["a mark for calls", "{{ '<tool_call>' }}", true, false],
    ["enable_thinking", "{% if enable_thinking is defined %}x{% endif %}", false, true],
    ["a variable thinking", "{% if thinking %}x{% endif %}", false, true],
    ["the word thinking in a text", "I am thinking. {{ messages }}", false, false],
    ["an opened thought", "<|assistant|><think>\n", false, true],
    ["thoughts taken out of history", "{{ content.split('</think>')[-1] }}", false, true],
    ["a namespaced thought", "{{ '<seed:think>' }}", false, true],
    ["channels", "<|start|>assistant<|channel|>analysis<|message|>", false, true],
    ["reasoning_content", "{{ message.reasoning_content }}", false, true],
    ["Ollama's language", "{{ if .Tools }}{{ .Tools }}{{ end }}{{ if .Think }}<think>{{ end }}", true, true],
    ["Ollama's language without either", "{{ .System }} {{ .Prompt }}", false, false],
    ["a comment of Ollama's language", "{{/* .Tools */}}{{ .Prompt }}", false, false],
    ["an open block", "{{ tools", true, false],
    ["an open text", "{{ 'tools", false, false],
  ] as const)
    test(`${what}: ${tools ? "tools" : "no tools"}, ${thinking ? "thinking" : "no thinking"}`, () => {
      assert.equal(saysOf(template, "tools"), tools);
      assert.equal(saysOf(template, "thinking"), thinking);
    });

  test("an empty one tells nothing", () => {
    assert.deepEqual(templateFacts(" \n{# only words #}"), []);
  });

  test("a no is less sure than a yes", () => {
    const toolsOf = (template: string) => templateFacts(template).find((one) => one.name === "tools");
    const yes = toolsOf("{{ tools }}");
    const no = toolsOf("{{ messages }}");
    assert.ok(yes && no && yes.confidence > no.confidence);
    assert.equal(no.source, "template");
  });
});

suite("the value that holds", () => {
  const one = (source: Characteristic["source"], value: boolean, confidence: number): Characteristic => ({
    name: "tools",
    value,
    source,
    confidence,
  });

  test("is the most trusted source's, however sure others are", () => {
    const all = [one("name", true, 1), one("template", true, 1), one("server", false, 0.5), one("hub", true, 1)];
    assert.deepEqual(effective(all), [one("server", false, 0.5)]);
    assert.deepEqual(effective([...all, one("person", true, 0.1)]), [one("person", true, 0.1)]);
  });

  test("is the surest of one source, and every source keeps one", () => {
    const all = [one("template", false, 0.6), one("template", true, 0.9), one("hub", true, 0.2)];
    assert.deepEqual(effective(all), [one("template", true, 0.9)]);
    assert.deepEqual(settled(all), [one("template", true, 0.9), one("hub", true, 0.2)]);
  });

  test("comes in the order of the known names, others after them", () => {
    const named = (name: string): Characteristic => ({ name, value: true, source: "gguf", confidence: 1 });
    const names = effective(["zeta", "tools", "alpha", "text", "architecture"].map(named)).map(({ name }) => name);
    assert.deepEqual(names, ["architecture", "text", "tools", "alpha", "zeta"]);
  });

  test("of yes and no are the capabilities, under the registry's names", () => {
    const said = (name: string, value: boolean): Characteristic => ({ name, value, source: "config", confidence: 1 });
    assert.deepEqual(capabilitiesOf([said("embeddings", true), said("vision", false), said("thinking", true)]), [
      "embedding",
      "thinking",
    ]);
  });
});
