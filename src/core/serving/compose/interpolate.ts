/**
 * A text of a compose file with its variables in place: `$NAME`, `${NAME}`, with `:-` `-` (default), `:+` `+` (instead)
 * and `:?` `?` (wanted), `$$` for a dollar. @param onMissing hears of a variable that is wanted and not there
 */
export function interpolate(
  text: string,
  variables: ReadonlyMap<string, string>,
  onMissing: (name: string, reason: string) => void = () => undefined,
): string {
  let made = "";
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return made + text.slice(at);
    made += text.slice(at, dollar);
    const rest = text.slice(dollar + 1);
    const plain = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
    if (rest.startsWith("$")) {
      made += "$";
      at = dollar + 2;
    } else if (plain !== undefined) {
      made += variables.get(plain) ?? "";
      at = dollar + 1 + plain.length;
    } else if (rest.startsWith("{")) {
      const end = closing(text, dollar + 2);
      if (end < 0) return made + text.slice(dollar);
      made += expression(text.slice(dollar + 2, end), variables, onMissing);
      at = end + 1;
    } else {
      made += "$";
      at = dollar + 1;
    }
  }
  return made;
}

/** Names of all variables a text speaks of. */
export const variablesIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g), ([, name = ""]) => name);

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith("${", at)) depth += 1;
    else if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function expression(
  inside: string,
  variables: ReadonlyMap<string, string>,
  onMissing: (name: string, reason: string) => void,
): string {
  const [, name = "", colon = "", sign = "", other = ""] =
    /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?)([-+?])(.*))?$/s.exec(inside) ?? [];
  const value = variables.get(name);
  const isThere = value !== undefined && (colon === "" || value !== "");
  if (sign === "+") return isThere ? interpolate(other, variables, onMissing) : "";
  if (isThere) return value;
  if (sign === "-") return interpolate(other, variables, onMissing);
  if (sign === "?") onMissing(name, interpolate(other, variables, onMissing));
  return "";
}
