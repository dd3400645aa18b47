import { describe, expect, it } from 'vitest';
import {
  clusteredOrder,
  confusedPairs,
  imagesIn,
  macroRecallOf,
  sharesOf,
} from '../../../../core/publish/report/confusion.ts';
import { confusionSection } from '../../../../core/publish/report/confusion-section.ts';

/** Two seeds; classes 0 and 2 are taken for each other, and class 3 is not in the benchmark. */
const pooled = {
  seeds: 2,
  counts: [
    [6, 0, 4, 0],
    [1, 9, 0, 0],
    [5, 0, 5, 0],
    [0, 0, 0, 0],
  ],
};

const sectionOf = (classes: number): string => {
  const counts = Array.from({ length: classes }, (_, truth) =>
    Array.from({ length: classes }, (_, prediction) => (truth === prediction ? 8 : prediction === (truth ^ 1) ? 2 : 0)),
  );
  const names = Array.from({ length: classes }, (_, i) => `c${i}`);
  const test = { seeds: 2, counts };
  return confusionSection(names, { primitive: { test }, omni: { test } }).text;
};

describe('a confusion matrix', () => {
  it('names the mistakes that are made most, in images a seed and as a share of the class', () => {
    expect(confusedPairs(pooled, 2)).toEqual([
      { truth: 2, prediction: 0, images: 2.5, share: 0.5 },
      { truth: 0, prediction: 2, images: 2, share: 0.4 },
    ]);
  });

  it('counts no class that the benchmark lacks', () => {
    expect(imagesIn(pooled)).toBe(15);
    expect(macroRecallOf(pooled)).toBeCloseTo((0.6 + 0.9 + 0.5) / 3, 10);
    expect(sharesOf(pooled.counts[3]!)).toEqual([0, 0, 0, 0]);
  });

  it('puts classes that are taken for each other side by side, and loses none', () => {
    const order = clusteredOrder(pooled);
    expect(order.slice(0, 2)).toEqual([0, 2]);
    expect([...order].sort()).toEqual([0, 1, 2, 3]);
  });

  it('shows numbers as long as anybody can read them, then a map, and the mistakes in words beside both', () => {
    expect(sectionOf(7)).not.toContain('makes most');
    expect(sectionOf(30)).toMatch(/makes most[\s\S]*<table class="confusion"/);
    const many = sectionOf(100);
    expect(many).toMatch(/makes most/);
    expect(many).not.toContain('<table class="confusion"');
    expect(many).toMatch(
      /aria-label="Confusion of omni on test, 100 classes: macro recall 80.0.%; most often mistaken: c0 for c1 20.0.%/,
    );
    expect(many.length).toBeLessThan(20_000);
  });
});
