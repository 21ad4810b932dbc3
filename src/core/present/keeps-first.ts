/** What a row of a list that is narrowed by typing is found by. */
interface Row {
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
}

/**
 * Whether the first row that is found by what is typed, which Enter means, stays it when rows say something else. The
 * labels are the same in both; rows found by theirs come first. Where it cannot be told, it does not.
 */
export function keepsFirst(before: readonly Row[], after: readonly Row[], typed: string): boolean {
  const sought = typed.trim().toLowerCase();
  if (sought === "" || before.some(({ label }) => shown(label).includes(sought))) return true;
  const [was, is] = [before, after].map((rows) => rows.findIndex((row) => textsOf(row).some(isNear(sought))));
  if (was !== is || was === undefined) return false;
  return (
    was === -1 || [before[was], after[was]].every((row) => row && textsOf(row).some((text) => text.includes(sought)))
  );
}

const shown = (text: string): string => text.replaceAll(/\$\([\w~-]+\)/g, "").toLowerCase();

const textsOf = ({ label, description = "", detail = "" }: Row): readonly string[] =>
  [label, description, detail].map(shown);

/** All that a list may take for a match: the letters in their order, whatever is between them. */
const isNear =
  (sought: string) =>
  (text: string): boolean => {
    let at = -1;
    for (const letter of sought) {
      at = text.indexOf(letter, at + 1);
      if (at === -1) return false;
    }
    return true;
  };
