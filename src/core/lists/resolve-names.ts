import type { Definition, Property, Wrong } from "./read-definition.ts";

/** What a key names, its references followed. */
export interface Resolved {
  readonly names: readonly string[];
  readonly wrong: readonly Wrong[];
}

/** References in a row that are followed; the program itself gives up after ten. */
const DEEPEST = 10;

/** A string in place of a list names another entry, whose same key counts; that one may name another in turn. */
export function resolveNames(entries: ReadonlyMap<string, Definition>, id: string, key: string): Resolved {
  const names: string[] = [];
  const wrong: Wrong[] = [];
  const asked = new Set<string>();
  const follow = (property: Property, chain: readonly string[]): void => {
    if (property.kind === "names") {
      names.push(...property.names);
      return;
    }
    if (property.kind === "modules") {
      for (const one of property.modules) follow(one, chain);
      return;
    }
    const { to, sub } = property;
    const way = [...chain, to];
    if (chain.includes(to) || way.length > DEEPEST + 1)
      return void wrong.push({ key, problem: `Its references go round: ${way.join(" → ")}.` });
    // Names are told once, so each entry is asked once: lists that name each other many times end all the same.
    const question = JSON.stringify([to, sub]);
    if (asked.has(question)) return;
    asked.add(question);
    const next = entries.get(to);
    if (!next)
      return void wrong.push({ key, problem: `It names the entry “${to.slice(0, 100)}”, which is not there.` });
    const found = next.properties.get(key);
    const named = sub !== undefined && found?.kind === "modules" ? found.named.get(sub) : found;
    if (sub !== undefined && !named)
      return void wrong.push({ key, problem: `The entry “${to}” has no module “${sub.slice(0, 100)}”.` });
    if (named) follow(named, way);
  };
  const property = entries.get(id)?.properties.get(key);
  if (property) follow(property, [id]);
  return { names: [...new Set(names)], wrong };
}
