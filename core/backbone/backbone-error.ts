import { EXIT_CODE, OmnidistillError } from '../errors.ts';

/** The model cannot be the backbone that `config.backbone` says it is. */
export class BackboneError extends OmnidistillError {
  public override readonly name = 'BackboneError';
  public override readonly exitCode = EXIT_CODE.config;

  public constructor(message: string, options?: ErrorOptions) {
    super(`config.backbone: ${message}`, options);
  }
}
