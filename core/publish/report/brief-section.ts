import type { Brief } from './brief.ts';
import { type Html, html } from './html.ts';

const QUESTIONS: Readonly<Record<keyof Brief, string>> = {
  given: 'What was given',
  cameOut: 'What came out',
  worth: 'What it is worth',
  next: 'What to do next',
  doubts: 'What not to believe',
};

/** The run in plain words, before any table. */
export const briefSection = (brief: Brief): Html => html`
<div class="brief" role="group" aria-label="In plain words">
${(Object.keys(QUESTIONS) as (keyof Brief)[]).map(
  (key) =>
    brief[key].length > 0 &&
    html`
<div><h2>${QUESTIONS[key]}</h2><ul>${brief[key].map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`,
)}
</div>`;
