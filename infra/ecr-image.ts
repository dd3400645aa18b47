/** An image in a registry of ECR, taken apart. */
export interface EcrImage {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  /** `sha256:…` where a digest is given, else the tag. @default latest */
  readonly tagOrDigest: string;
}

const ECR_IMAGE =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<name>[a-z0-9][a-z0-9._/-]*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** @returns `undefined` for an image that does not lie in ECR, or is none */
export const parseEcrImage = (uri: string): EcrImage | undefined => {
  const { account, region, name, tag, digest } = ECR_IMAGE.exec(uri)?.groups ?? {};
  if (account === undefined || region === undefined || name === undefined) return undefined;
  return { account, region, repositoryName: name, tagOrDigest: digest ?? tag ?? 'latest' };
};
