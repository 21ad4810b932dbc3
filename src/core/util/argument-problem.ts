import type * as v from "valibot";
import { schemaText } from "./schema-text.ts";

/** Of a text that was given, at most. */
const SHOWN = 60;

/** What is wrong with an argument, to stand behind its name: in our words, where the schema has none of its own. */
export function argumentProblem(issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string {
  // Checks say what they want; what begins so is the library's.
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.expected === "never") return "there is no such argument";
  if (issue.received === "undefined") return "it is needed";
  if (issue.type === "non_empty" || issue.type === "min_length") return "it may not be empty";
  const takes = `takes ${wanted(issue, schema)}`;
  // Which of its fields does not fit is not known.
  return issue.received === "Object" ? takes : `${takes}, not ${given(issue.received)}`;
}

function wanted({ type, expected, requirement, path }: v.BaseIssue<unknown>, schema: v.GenericSchema): string {
  switch (type) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "strict_object":
    case "record":
      return "an object";
    case "union":
      return path === undefined ? schemaText(schema) : plain(expected);
    case "picklist":
      return `one of ${plain(expected).replaceAll(/[()"]/g, "").replaceAll(" | ", ", ")}`;
    case "safe_integer":
      return "a whole number";
    case "min_value":
      return `${String(requirement)} or more`;
    case "max_length":
      return `a length of ${String(requirement)} or less`;
    case "max_value":
      return `${String(requirement)} or less`;
    default:
      return plain(expected);
  }
}

const plain = (expected: string | null): string => expected ?? "something else";

function given(received: string): string {
  if (received === "Array") return "a list";
  return received.length > SHOWN ? `${received.slice(0, SHOWN)}…` : received;
}
