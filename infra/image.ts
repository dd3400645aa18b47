import { IgnoreMode } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Settings } from './settings.ts';

/** What the Dockerfile copies; everything else would only change the image's hash. */
const BUILD_CONTEXT = ['package.json', 'package-lock.json', 'containers/worker/Dockerfile', 'dist/worker'];

/** The worker's image: one that exists, or this project's Dockerfile, which `cdk deploy` builds (synthesis does not). */
export const workerImage = (
  projectRoot: string,
  { imageUri, baseImage }: Pick<Settings, 'imageUri' | 'baseImage'>,
): ecs.ContainerImage =>
  imageUri === undefined
    ? ecs.ContainerImage.fromAsset(projectRoot, {
        file: 'containers/worker/Dockerfile',
        ignoreMode: IgnoreMode.DOCKER,
        exclude: ['*', ...BUILD_CONTEXT.map((path) => `!${path}`)],
        ...(baseImage === undefined ? {} : { buildArgs: { BASE: baseImage } }),
      })
    : ecs.ContainerImage.fromRegistry(imageUri);
