import { auditCsv, auditLabel, type Mark } from '../core/contracts/audit-file.ts';
import { AUDIT_DATA_ID, type AuditData } from '../core/publish/report/audit-data.ts';
import { type Card, imageCard } from './image-card.ts';
import { listenToKeys } from './keyboard.ts';
import { openMarks } from './marks.ts';
import { showResults, talliesOf } from './results.ts';

/** The audit by hand in a run's report: marks, what follows from them, and the file that a run reads. */
const data = JSON.parse(document.getElementById(AUDIT_DATA_ID)!.textContent!) as AuditData;
const { images, classes } = data;
const marks = openMarks(() => localStorage, {
  key: data.storageKey,
  images: images.length,
  classes: classes.length,
});
const place = document.getElementById('audit-images') as HTMLDetailsElement;
const marked = (): number[] => [...images.keys()].filter((image) => marks.of(image) !== undefined);
const action = (name: string, below: Element = place): HTMLButtonElement =>
  below.querySelector(`[data-action="${name}"]`)!;

const onMark = (image: number, mark: Mark | undefined): void => {
  // Who picks the very class that it was taken for says that it is right.
  marks.set(image, mark === images[image]!.label ? 'right' : mark);
  cards[image]!.show(marks.of(image));
  show();
};

const cards: Card[] = [...place.querySelectorAll<HTMLElement>('.audit-image')].map((element, image) =>
  imageCard(element, {
    about: element.querySelector('img')!.alt,
    label: images[image]!.label,
    classes,
    onMark: (mark) => onMark(image, mark),
  }),
);

function show(): void {
  const some = marked();
  showResults(talliesOf(data, marks.of), images.length);
  for (const name of ['save', 'clear']) action(name).disabled = some.length === 0;
  for (const group of place.querySelectorAll<HTMLElement>('.audit-class')) {
    const open = group.querySelector('.audit-image[data-state=""]') !== null;
    action('rest', group).hidden = !open;
  }
  place.querySelector('[data-kept]')!.textContent = marks.kept()
    ? 'The marks stay in this browser.'
    : 'This browser keeps no marks: save them before you leave the page.';
}

function save(): void {
  const rows = marked().map((image) => {
    const { file, label } = images[image]!;
    return { file, label: auditLabel(marks.of(image)!, label, classes) };
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([auditCsv(rows)], { type: 'text/csv' }));
  link.download = data.csvName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

for (const [image, card] of cards.entries()) {
  card.show(marks.of(image));
  card.setReachable(image === 0);
}
listenToKeys(cards, { classes: classes.length, markOf: marks.of, onMark });
for (const group of place.querySelectorAll<HTMLElement>('.audit-class')) {
  action('rest', group).addEventListener('click', () => {
    for (const [image, { element }] of cards.entries()) {
      if (group.contains(element) && marks.of(image) === undefined) onMark(image, 'right');
    }
  });
}
action('save').addEventListener('click', save);
action('clear').addEventListener('click', () => {
  if (!confirm('Take all marks back?')) return;
  for (const image of marked()) onMark(image, undefined);
});
for (const element of place.querySelectorAll<HTMLElement>('.audit-keys, .audit-bar')) element.hidden = false;
place.open = marked().length > 0;
show();
