import { AUDIT_STYLE } from './style-audit.ts';
import { BASE_STYLE } from './style-base.ts';
import { CHARTS_STYLE } from './style-charts.ts';
import { IMAGES_STYLE } from './style-images.ts';
import { NARROW_STYLE } from './style-narrow.ts';
import { PRINT_STYLE } from './style-print.ts';
import { RESULTS_STYLE } from './style-results.ts';

/** The page's whole style sheet: what comes later wins. */
export const STYLE = [
  BASE_STYLE,
  RESULTS_STYLE,
  IMAGES_STYLE,
  CHARTS_STYLE,
  AUDIT_STYLE,
  NARROW_STYLE,
  PRINT_STYLE,
].join('');
