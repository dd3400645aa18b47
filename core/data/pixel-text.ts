/**
 * Grey values as a CSV of pixels writes them, 0 to 255.
 * @returns as many values, or which is wrong in words
 */
export const greyValues = (texts: readonly string[]): Uint8Array | string => {
  const wrong = texts.findIndex((value) => !/^\d{1,3}$/.test(value) || Number(value) > 255);
  return wrong >= 0
    ? `pixel ${wrong} is "${texts[wrong]!.slice(0, 20)}", needs a whole number from 0 to 255`
    : Uint8Array.from(texts, Number);
};
