/** Accuracy in percent at 1, 10 and 50 images per class, as it was published; `undefined` where it was not. */
interface Published {
  readonly method: string;
  readonly source: string;
  readonly accuracy: Readonly<Record<number, number | undefined>>;
}

const of = (method: string, source: string, [one, ten, fifty]: readonly number[]): Published => ({
  method,
  source,
  accuracy: { 1: one, 10: ten, 50: fifty },
});

const DC = 'Zhao, Mopuri and Bilen, ICLR 2021';
const DSA = 'Zhao and Bilen, ICML 2021';
const IDC = 'Kim et al., ICML 2022';

/**
 * What the literature reports for a ConvNet-3 of width 128 that was trained with SGD for 300 to 2,000 epochs. Only figures that were read
 * at their source.
 */
export const PUBLISHED: Readonly<Record<string, readonly Published[]>> = {
  mnist: [of('DC', DC, [91.7, 97.4, 98.8]), of('DSA', DSA, [88.7, 97.8, 99.2]), of('IDC', IDC, [94.2, 98.4, 99.1])],
  'fashion-mnist': [
    of('DC', DC, [70.5, 82.3, 83.6]),
    of('DSA', DSA, [70.6, 84.6, 88.7]),
    of('IDC', IDC, [81, 86, 86.2]),
  ],
  'cifar-10': [
    of('random', DC, [14.4, 26, 43.4]),
    of('DC', DC, [28.3, 44.9, 53.9]),
    of('DSA', DSA, [28.8, 52.1, 60.6]),
    of('DM', 'Zhao and Bilen, WACV 2023', [26, 48.9, 63]),
    of('IDC', IDC, [50.6, 67.5, 74.5]),
  ],
};
