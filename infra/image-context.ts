/**
 * What the worker's Dockerfile copies; anything more would only change the image's hash and slow the build.
 * containers/worker/Dockerfile.dockerignore says the same to a builder that is called by hand.
 */
export const IMAGE_CONTEXT = [
  'package.json',
  'containers/worker/Dockerfile',
  'containers/worker/keep-packages.mjs',
  'scripts/setup-tensorflow.ts',
  'scripts/tensorflow',
  'scripts/extract-wheel.py',
  'dist/image',
  'dist/worker',
] as const;

/** The Dockerfile, from the project's folder. */
export const DOCKERFILE = 'containers/worker/Dockerfile';
