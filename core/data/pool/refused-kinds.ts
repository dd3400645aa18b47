/** A kind of file that people keep images in and that is not read. */
interface RefusedKind {
  readonly extensions: readonly string[];
  readonly name: string;
  /** How to make a pool of it. */
  readonly instead: string;
}

const KINDS: readonly RefusedKind[] = [
  {
    extensions: ['h5', 'hdf5', 'hdf'],
    name: 'HDF5',
    instead: 'write its images out, e.g. with h5py: Image.fromarray(array).save("0.png")',
  },
  {
    extensions: ['npy', 'npz'],
    name: 'NumPy',
    instead: 'write its images out: Image.fromarray(array).save("0.png") for array in np.load("x.npz")["images"]',
  },
  { extensions: ['mat'], name: 'MATLAB', instead: 'write its images out, e.g. with scipy.io.loadmat and Pillow' },
  { extensions: ['pkl', 'pickle', 'joblib'], name: 'a pickle', instead: 'write its images out, e.g. with Pillow' },
  {
    extensions: ['mdb', 'lmdb'],
    name: 'LMDB',
    instead:
      'write its values out: for key, value in environment.begin().cursor(), as files or with webdataset.TarWriter',
  },
  {
    extensions: ['tfrecord', 'tfrecords'],
    name: 'TFRecord',
    instead: 'write its images out, e.g. with tf.io.write_file',
  },
  {
    extensions: ['arrow', 'feather'],
    name: 'Arrow',
    instead: 'write Parquet: datasets.load_from_disk("x").to_parquet("x.parquet")',
  },
  { extensions: ['7z', 'rar'], name: 'an archive of another kind', instead: 'unpack it' },
  {
    extensions: ['bz2', 'tbz', 'tbz2', 'xz', 'txz', 'zst'],
    name: 'packed in a way that is not read',
    instead: 'unpack it, or pack it with gzip',
  },
  { extensions: ['gz'], name: 'a single packed file', instead: 'unpack it' },
  {
    extensions: ['mp4', 'avi', 'mov', 'mkv', 'webm', 'mpg', 'mpeg'],
    name: 'a film',
    instead: 'take images out of it: ffmpeg -i film.mp4 -vf fps=1 pool/%06d.png',
  },
];

/** What a file is by its name and what to do about it, e.g. `HDF5, which is not read; …`; `undefined` for all others. */
export const refusedKindOf = (key: string): string | undefined => {
  const extension = /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase() ?? '';
  const kind = KINDS.find(({ extensions }) => extensions.includes(extension));
  return kind && `${kind.name}, which is not read; ${kind.instead}`;
};
