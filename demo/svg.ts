/** Coordinates with two digits: shorter markup, equal on every machine. */
const digits = (value: number): string => String(Math.round(value * 100) / 100);

/** Tagged template for SVG markup: numbers are rounded, lists are joined, everything else is taken as it is. */
export const svg = (strings: TemplateStringsArray, ...values: (number | string | readonly string[])[]): string =>
  String.raw(
    { raw: strings },
    ...values.map((value) =>
      typeof value === 'number' ? digits(value) : typeof value === 'string' ? value : value.join(''),
    ),
  );
