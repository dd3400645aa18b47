import { copiesIn, isBelowFloor } from '../../contracts/privacy.ts';
import type { Summary } from '../../contracts/summary.ts';
import { EXIT_CODE, OmnidistillError } from '../../errors.ts';
import { floorWords, refusalWords } from '../../text/privacy.ts';

/** More of a set's views are copies of real images than the run allows, or one lies nearer to a real image than the run keeps. */
export class TooManyCopiesError extends OmnidistillError {
  public override readonly name = 'TooManyCopiesError';
  public override readonly exitCode = EXIT_CODE.data;

  /** @param refused - a sentence for each set, and @param report - where all numbers lie */
  public constructor(refused: readonly string[], report: string) {
    super(
      `${refused.join(' ')} Nothing is released; everything else is kept, and ${report} tells what was measured. Start another ` +
        'run without these methods (distill.methods), or one that allows copies (distill.privacy.maximumCopies) or ' +
        'keeps a smaller distance (distill.matching.floor) if you hold the rights in the images.',
    );
  }
}

/** What stands against a release, a sentence for each set; nothing where the run allows what there is. */
export const refusalsOf = ({ privacy, config }: Pick<Summary, 'privacy' | 'config'>): string[] => {
  const { privacy: allowed, matching } = config.distill;
  return Object.entries(privacy).flatMap(([name, one]) => [
    ...(allowed.maximumCopies !== null && copiesIn(one) > allowed.maximumCopies
      ? [refusalWords(name, one, allowed.maximumCopies)]
      : []),
    ...(isBelowFloor(one, matching.floor) ? [floorWords(name, one, matching.floor)] : []),
  ]);
};
