import { Aws, IgnoreMode } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { parseEcrImage } from './ecr-image.ts';
import { DOCKERFILE, IMAGE_CONTEXT } from './image-context.ts';
import type { Settings } from './settings.ts';

/**
 * The worker's image: one that exists, or the GPU variant of this project's Dockerfile, which `cdk deploy` builds
 * (synthesis does not). One in ECR is pulled with rights on its repository alone.
 */
export const workerImage = (
  scope: Construct,
  projectRoot: string,
  { imageUri, baseImage }: Pick<Settings, 'imageUri' | 'baseImage'>,
): ecs.ContainerImage => {
  if (imageUri === undefined) {
    return ecs.ContainerImage.fromAsset(projectRoot, {
      file: DOCKERFILE,
      ignoreMode: IgnoreMode.DOCKER,
      exclude: ['*', ...IMAGE_CONTEXT.map((path) => `!${path}`)],
      // TensorFlow's wheels and the GPU instances are x86-64, whatever the machine that deploys.
      platform: Platform.LINUX_AMD64,
      ...(baseImage === undefined ? {} : { buildArgs: { BASE: baseImage } }),
    });
  }
  const inEcr = parseEcrImage(imageUri);
  if (inEcr === undefined) return ecs.ContainerImage.fromRegistry(imageUri);
  const { account, region, repositoryName, tagOrDigest } = inEcr;
  const repositoryArn = `arn:${Aws.PARTITION}:ecr:${region}:${account}:repository/${repositoryName}`;
  const repository = Repository.fromRepositoryAttributes(scope, 'WorkerRepository', { repositoryArn, repositoryName });
  return ecs.ContainerImage.fromEcrRepository(repository, tagOrDigest);
};
