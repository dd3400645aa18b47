import { IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DOCKERFILE, IMAGE_CONTEXT } from './image-context.ts';
import type { Settings } from './settings.ts';

/**
 * The worker's image: one that exists, or the GPU variant of this project's Dockerfile, which `cdk deploy` builds
 * (synthesis does not).
 */
export const workerImage = (
  projectRoot: string,
  { imageUri, baseImage }: Pick<Settings, 'imageUri' | 'baseImage'>,
): ecs.ContainerImage =>
  imageUri === undefined
    ? ecs.ContainerImage.fromAsset(projectRoot, {
        file: DOCKERFILE,
        ignoreMode: IgnoreMode.DOCKER,
        exclude: ['*', ...IMAGE_CONTEXT.map((path) => `!${path}`)],
        // TensorFlow's wheels and the GPU instances are x86-64, whatever the machine that deploys.
        platform: Platform.LINUX_AMD64,
        ...(baseImage === undefined ? {} : { buildArgs: { BASE: baseImage } }),
      })
    : ecs.ContainerImage.fromRegistry(imageUri);
