/** A pattern of what says this. */
export const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Matches what says this and nothing else, but for blanks around it. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${literally(text)}\\s*$`);
