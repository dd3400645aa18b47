import type { AuditVerdict, Mark } from '../core/contracts/audit-file.ts';

/** An image of the page with its controls. */
export interface Card {
  readonly element: HTMLElement;
  show(mark: Mark | undefined): void;
  /** Whether the tabulator key leads to it: to one image of all. */
  setReachable(reachable: boolean): void;
}

export interface CardOptions {
  /** What the image is asked: `happy? Image 3 of 20` */
  readonly about: string;
  /** Index of its pseudo-label. */
  readonly label: number;
  readonly classes: readonly string[];
  readonly onMark: (mark: Mark | undefined) => void;
}

/** Puts buttons to an image, and a list of classes as long as it is marked wrong. */
export const imageCard = (element: HTMLElement, { about, label, classes, onMark }: CardOptions): Card => {
  element.append(copyOf('audit-buttons'));
  element.setAttribute('role', 'group');
  const buttons = [...element.querySelectorAll('button')];
  let reachable = false;
  let select: HTMLSelectElement | undefined;

  const reach = (): void => {
    for (const one of [element, ...buttons, ...(select ? [select] : [])]) one.tabIndex = reachable ? 0 : -1;
  };
  const addSelect = (): HTMLSelectElement => {
    element.append(copyOf('audit-classes'));
    const added = element.querySelector('select')!;
    added.querySelector(`option[value="${label}"]`)?.remove();
    added.addEventListener('change', () => onMark(added.value === 'wrong' ? 'wrong' : Number(added.value)));
    return added;
  };
  const show = (mark: Mark | undefined): void => {
    const state = typeof mark === 'number' ? 'wrong' : mark;
    element.dataset.state = state ?? '';
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.mark === state));
    if (state === 'wrong') {
      select ??= addSelect();
      select.value = String(mark);
    } else {
      select?.remove();
      select = undefined;
    }
    const said = typeof mark === 'number' ? `wrong, it shows ${classes[mark]}` : (mark ?? 'not looked at');
    element.setAttribute('aria-label', `${about}: ${said}`);
    reach();
  };

  for (const button of buttons) {
    button.addEventListener('click', () => {
      const pressed = button.getAttribute('aria-pressed') === 'true';
      onMark(pressed ? undefined : (button.dataset.mark as AuditVerdict));
    });
  }
  return {
    element,
    show,
    setReachable: (now) => {
      reachable = now;
      reach();
    },
  };
};

function copyOf(template: string): Node {
  return (document.getElementById(template) as HTMLTemplateElement).content.cloneNode(true);
}
