import { z } from 'zod';

/** What Hugging Face datasets write into the footer, as far as it is read here. */
const Footer = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
});
const ClassLabel = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()) });

/**
 * The names of classes by column, out of the metadata that Hugging Face datasets add to Parquet and Arrow files.
 * @param text - the value under the key `huggingface`; anything else gives no names
 */
export function classLabelsOf(text: string | undefined): ReadonlyMap<string, readonly string[]> {
  const { data } = Footer.safeParse(parsed(text));
  const labels = new Map<string, readonly string[]>();
  for (const [column, feature] of Object.entries(data?.info.features ?? {})) {
    const label = ClassLabel.safeParse(feature).data;
    if (label !== undefined) labels.set(column, label.names);
  }
  return labels;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
