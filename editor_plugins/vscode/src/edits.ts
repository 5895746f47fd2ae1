// What a text is after edits. Knows nothing of VS Code.

/** A replacement of the characters from `start` to `end` of a text. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** The text after the replacements, none of which overlaps another. */
export function replaced(text: string, replacements: Replacement[]): string {
  const lastFirst = replacements.toSorted((one, other) => other.start - one.start);
  return lastFirst.reduce(
    (whole, { start, end, text }) => whole.slice(0, start) + text + whole.slice(end),
    text,
  );
}
