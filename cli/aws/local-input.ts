import { statSync } from 'node:fs';
import { placeOfModel } from '../../core/backbone/model-files.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { neededFiles } from '../../core/data/labelled/needed-files.ts';
import { folderOf, splitFragment, splitObjectUri } from '../../core/store/uri.ts';
import { count } from '../../core/text/format.ts';
import { packShipment, type Shipment } from './upload.ts';
import { findFiles, type Role } from './upload-files.ts';

/** An input whose places lie in the bucket, once the shipments are there. */
export interface RemoteInput {
  readonly input: RunInput;
  readonly shipments: readonly Shipment[];
}

/** A place of this machine with what of it goes to the bucket. */
interface Packed {
  readonly shipment: Shipment;
  /** The object in there that the place names, or nothing where it is a folder. */
  readonly key: string | undefined;
}

/**
 * What of an input lies on this machine, and the same input with the places where it will lie.
 * @param progress - told how far reading is
 * @throws ConfigError where a place cannot be read or holds nothing to upload
 */
export const localInput = async (
  input: RunInput,
  bucket: string,
  progress: (line: string) => void,
): Promise<RemoteInput> => {
  const packed = new Map<string, Packed>();
  const pack = async (uri: string, role: Role, only?: readonly string[]): Promise<Shipment> =>
    packShipment(await findFiles(uri, role, only), (done, total) =>
      progress(`${folderOf(uri)}: ${count(done)} of ${count(total)} files are read`),
    );
  const packPlace = async (place: string, field: string, role: Role): Promise<Packed> => {
    const needed = role === 'labelled' ? await neededFiles({ field, uri: place }) : undefined;
    if (needed !== undefined) return { shipment: await pack(needed.root, role, needed.keys), key: needed.key };
    const shipment = await pack(place, role);
    const isFile = statSync(shipment.path).isFile();
    return { shipment, key: isFile ? shipment.files[0]!.key : undefined };
  };
  const remote = async (uri: string, field: string, role: Role): Promise<string> => {
    if (!uri.startsWith('file:')) return uri;
    // Several places may pick rows of one CSV.
    const { uri: place } = splitFragment(uri);
    const name = `${role} ${place}`;
    const known = packed.get(name) ?? (await packPlace(place, field, role));
    packed.set(name, known);
    return `${remoteUri(bucket, known)}${uri.slice(place.length)}`;
  };
  const remoteModel = async (uri: string): Promise<string> => {
    if (!uri.startsWith('file:')) return uri;
    // Its files alone: what else is in their folder is nobody's business.
    const { root, key } = splitObjectUri(uri);
    const model = { shipment: await pack(root, 'pool', (await placeOfModel(uri)).keys), key };
    packed.set(`model ${uri}`, model);
    return remoteUri(bucket, model);
  };

  const { config } = input;
  const labelled = await remote(input.labelled, 'labelled', 'labelled');
  const pool = await remote(input.pool, 'pool', 'pool');
  const benchmarks: Record<string, string> = {};
  for (const [name, uri] of Object.entries(input.benchmarks)) {
    benchmarks[name] = await remote(uri, `benchmarks.${name}`, 'labelled');
  }
  const audit = input.audit === undefined ? {} : { audit: await remote(input.audit, 'audit', 'pool') };
  const model = config?.backbone && {
    config: { ...config, backbone: { ...config.backbone, uri: await remoteModel(config.backbone.uri) } },
  };
  return {
    input: { ...input, labelled, pool, benchmarks, ...audit, ...model },
    shipments: [...packed.values()].map(({ shipment }) => shipment),
  };
};

function remoteUri(bucket: string, { shipment, key }: Packed): string {
  return `s3://${bucket}/${shipment.prefix}${key === undefined ? '' : `/${key}`}`;
}
