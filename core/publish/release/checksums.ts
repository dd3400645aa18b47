/** Checksums by path as a `SHA256SUMS` file, which `sha256sum --check` reads, too. */
export const formatChecksums = (sums: ReadonlyMap<string, string>): string =>
  [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, sum]) => {
      const escaped = escapeName(name);
      return `${escaped === name ? '' : '\\'}${sum}  ${escaped}\n`;
    })
    .join('');

/**
 * Reads a `SHA256SUMS` file.
 * @throws SyntaxError that names the first line that is none
 */
export const parseChecksums = (text: string): Map<string, string> => {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line, index) => {
      const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      if (sum === undefined || name === undefined) {
        throw new SyntaxError(`SHA256SUMS: line ${index + 1} is no checksum: "${line.slice(0, 80)}".`);
      }
      return [escaped === '\\' ? unescapeName(name) : name, sum] as const;
    }),
  );
};

// As `sha256sum` does: a name with a line break would otherwise forge a line of its own.
function escapeName(name: string): string {
  return name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function unescapeName(name: string): string {
  return name.replace(/\\(.)/g, (_, code: string) => ({ n: '\n', r: '\r' })[code] ?? code);
}
