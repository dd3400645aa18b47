import { distilledFiles } from '../../artifacts/distilled.ts';
import { releaseFiles } from '../../artifacts/release.ts';
import { hasBanks } from '../../contracts/config.ts';
import { METHODS } from '../../contracts/methods.ts';
import { setName } from '../../contracts/names.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import { listed } from '../../text/format.ts';
import { bankLines, datasetLines, floatLines, testingLines, trainingLines, viewLines } from './card-code.ts';

/** Lines for Python that take a set all the way: it is loaded, a net learns from it, and the net is asked about test images. */
export const loadingLines = (evaluation: ReleaseEval): string => {
  const { sets, config } = evaluation;
  if (sets[0] === undefined) return '';
  const set = setName(sets[0]);
  const bank = hasBanks(config);
  return `## Loading

The lines below run in a folder that holds this release (from a hub: \`huggingface_hub.snapshot_download(NAME, repo_type="dataset")\`).

${fenced(datasetLines(set))}

\`image\` is one view, of the size that nets take; \`soft_label\` is what the teachers say of it, and what a net should learn. \`label\` and
the folders of \`<set>/train\` say which class it was made for, which the teachers do not take every view for.${gridWarning(evaluation)}

## Training

${bank ? `The \`only/\` rows below were trained on a label bank: ${config.distill.bank.views} views that \`${releaseFiles.bankLoader.key}\` makes of the images, each with its own label.` : 'The `only/` rows below were trained on these views with their soft labels, varied and mixed.'}
These lines train a net like theirs in PyTorch:

${fenced(`${bank ? bankLines(set) : viewLines(set)}\n${trainingLines(evaluation)}`)}

Test images have to be made what the net has seen: cropped, resized, and standardised one by one. With a folder for each class:

${fenced(testingLines(evaluation))}

The floats that the numbers were measured with, without the loss to 8 bits:

${fenced(floatLines(set))}
`;
};

/** Where sets have them, that there are images which are no images. */
function gridWarning({ sets }: ReleaseEval): string {
  const gridded = sets.filter(({ method }) => METHODS[method].factor > 1).map(setName);
  if (gridded.length === 0) return '';
  return `

**The images in \`${distilledFiles('<set>').images.key}\` of ${listed(gridded)} are grids**: four views each, at half their size. A net that is trained on the
grids themselves learns nothing; the last lines of this section split them.`;
}

function fenced(code: string): string {
  return `\`\`\`python\n${code}\n\`\`\``;
}
