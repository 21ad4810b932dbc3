import type { UnknownFlag } from "../../protocol/profiles.ts";
import { nearNames } from "../../util/near-names.ts";
import type { HelpFlag } from "./parse-help.ts";
import { otherNames } from "./renames.ts";

/** Those of the arguments that would end the server with “invalid argument”; none where the help says nothing. */
export function unknownFlags(args: readonly string[], help: readonly HelpFlag[]): readonly UnknownFlag[] {
  const known = new Map(help.flatMap((flag) => flag.names.map((name) => [name, flag] as const)));
  const usable = (name: string): boolean => {
    const flag = known.get(name.split(" ")[0] ?? "");
    return flag !== undefined && !flag.removed;
  };
  if (known.size === 0) return [];
  const names = [...known.keys()].filter((name) => name.startsWith("--") && usable(name));
  const unknown: UnknownFlag[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const given = args[at] ?? "";
    if (!/^--?[A-Za-z]/.test(given)) continue;
    // llama.cpp takes an underscore in a long name for a dash.
    const flag = given.startsWith("--") ? given.replaceAll("_", "-") : given;
    const found = known.get(flag);
    if (found?.takesValue === true) at += 1;
    else if (!found && !/^--?[A-Za-z]/.test(args[at + 1] ?? "-x")) at += 1;
    if (found && !found.removed) continue;
    if (unknown.some((one) => one.flag === given)) continue;
    const instead = found?.removed?.instead;
    const renamedTo = [...(instead === undefined ? [] : [instead]), ...otherNames(flag)].find(usable);
    unknown.push({
      flag: given,
      ...(renamedTo === undefined ? {} : { renamedTo }),
      near: nearNames(flag.replace(/=.*/, ""), names).filter((name) => name !== renamedTo),
    });
  }
  return unknown;
}
