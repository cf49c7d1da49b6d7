/** What is drawn as one: a word of a script whose letters take their form from their neighbours, an emoji with what belongs to it, else one character. */
export interface Unit {
  readonly text: string;
  /** Its letters run from right to left. */
  readonly leftwards: boolean;
}

const leftward = String.raw`[\p{Script=Arabic}\p{Script=Hebrew}]`;
const word = String.raw`${leftward}(?:${leftward}|\p{M}|[\u200c-\u200f])*`;
const pictograph = String.raw`\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?`;
const emoji = String.raw`${pictograph}(?:\u200d${pictograph})*|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3`;
const unit = new RegExp(`(${word})|${emoji}|.`, 'gsu');

export const unitsOf = (text: string): readonly Unit[] => [...text.matchAll(unit)].map(([text, word]) => ({ text, leftwards: word !== undefined }));

/** Signs that stand between two words from right to left belong to them; letters and digits of other scripts do not. */
export const isBetween = (text: string): boolean => /^[\s\p{P}\p{S}]$/u.test(text);

const pairs = ['()', '[]', '{}', '<>', '«»', '‹›'];
const mirrors = new Map(pairs.flatMap(([open = '', close = '']) => [[open, close] as const, [close, open] as const]));

/** How a bracket looks where letters run from right to left: it opens to the other side. */
export const mirrored = (text: string): string => mirrors.get(text) ?? text;

/** The opening bracket that a closing one belongs to. */
export const openingOf = (text: string): string | undefined => pairs.find(([, close]) => close === text)?.[0];
