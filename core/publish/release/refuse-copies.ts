import { copiesIn } from '../../contracts/privacy.ts';
import type { Summary } from '../../contracts/summary.ts';
import { EXIT_CODE, OmnidistillError } from '../../errors.ts';
import { refusalWords } from '../../text/privacy.ts';

/** More of a set's views are copies of real images than the run allows. */
export class TooManyCopiesError extends OmnidistillError {
  public override readonly name = 'TooManyCopiesError';
  public override readonly exitCode = EXIT_CODE.data;

  /** @param refused - a sentence for each set, and @param report - where all numbers lie */
  public constructor(refused: readonly string[], report: string) {
    super(
      `${refused.join(' ')} Nothing is released; everything else is kept, and ${report} tells what was measured. Start another ` +
        'run without these methods (distill.methods), or one that allows copies (distill.privacy.maximumCopies) if you ' +
        'hold the rights in the images.',
    );
  }
}

/** What stands against a release, a sentence for each set; nothing where the run allows what there is. */
export const refusalsOf = ({ privacy, config }: Pick<Summary, 'privacy' | 'config'>): string[] => {
  const maximum = config.distill.privacy.maximumCopies;
  if (maximum === null) return [];
  return Object.entries(privacy).flatMap(([name, one]) =>
    copiesIn(one) > maximum ? [refusalWords(name, one, maximum)] : [],
  );
};
