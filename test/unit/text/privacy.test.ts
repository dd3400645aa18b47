import { expect, it } from 'vitest';
import { holdsCopies, privacySentences } from '../../../core/text/privacy.ts';
import { toyNearness, toyPrivacy } from '../../support/toy-privacy.ts';

it('says of a set what it is: copies, as soon as more of it is near than chance would bring', () => {
  const text = privacySentences(toyPrivacy(), 0);
  expect(text).toMatch(
    /^Its images are copies of real images, or near to it: of 8 views beside 40 real images, 100\.0.% are nearer/,
  );
  expect(text).toMatch(/finds 100\.0.% of those that were used at 1.% false alarms \(95 %: 81\.0.% to 100\.0.%; area/);
  expect(text).toContain('for lack of images');
  const untraced = (share: number) => ({ ...toyNearness(share), traced: null });
  expect(holdsCopies(toyPrivacy({ pixels: untraced(0), embedding: untraced(0.08) }))).toBe(true);
  expect(holdsCopies(toyPrivacy({ pixels: untraced(0), embedding: untraced(0.06) }))).toBe(false);
  // Images that were moved far from where they started and can still be followed back there.
  expect(holdsCopies(toyPrivacy({ pixels: toyNearness(0), embedding: untraced(0) }))).toBe(true);
});

it('does not take images that are far from real ones for harmless, nor what was not measured for safe', () => {
  const far = toyPrivacy({
    pixels: { ...toyNearness(0), traced: null },
    embedding: { ...toyNearness(0.05), traced: null },
    membership: { notMeasured: 'Drawn once.' },
  });
  expect(privacySentences(far, 0)).toContain('which does not make people in them unrecognisable');
  expect(privacySentences(far, 0)).toContain('was not measured. Drawn once.');
  expect(privacySentences(far, 0)).not.toContain('lead back');
});

it('says whether views keep the distance that they were to keep, of methods that keep one', () => {
  const matched = toyPrivacy({ set: { method: 'dm-averages', ipc: 1 } });
  expect(privacySentences(matched, 0.005)).toContain(
    'They were to keep a distance of 0.005 in pixels from every real image, and do: the nearest lies at 0.010.',
  );
  expect(privacySentences(matched, 0.2)).toContain('from every real image, and do not: one lies at 0.010.');
  expect(privacySentences(matched, 0)).not.toContain('were to keep');
  expect(privacySentences(toyPrivacy(), 0.2)).not.toContain('were to keep');
});
