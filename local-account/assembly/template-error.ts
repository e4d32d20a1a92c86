/** Something in a template that AWS would refuse or that the local account cannot resolve, with its place. */
export class TemplateError extends Error {
  constructor(
    readonly stackName: string,
    /** Such as Resources/RawBucket/Properties/BucketName. */
    readonly place: string,
    problem: string,
  ) {
    super(`${stackName}: ${place === '' ? '' : `${place}: `}${problem}`);
    this.name = 'TemplateError';
  }
}
