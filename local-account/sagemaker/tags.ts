import type { Tag } from '@aws-sdk/client-sagemaker';

/** Tags by ARN; SageMaker stores them apart from the resources. */
export class Tags {
  private readonly tags = new Map<string, Map<string, string>>();

  add(arn: string, tags: readonly Tag[] | undefined): Tag[] {
    const present = this.tags.get(arn) ?? new Map<string, string>();
    tags?.forEach(({ Key, Value }) => present.set(Key ?? '', Value ?? ''));
    if (present.size > 0) {
      this.tags.set(arn, present);
    }
    return this.of(arn);
  }

  remove(arn: string, keys: readonly string[]): void {
    keys.forEach((key) => this.tags.get(arn)?.delete(key));
  }

  forget(arn: string): void {
    this.tags.delete(arn);
  }

  state() {
    return this.tags;
  }

  take(tags: ReturnType<Tags['state']>): void {
    for (const [arn, of] of tags) this.tags.set(arn, of);
  }

  of(arn: string): Tag[] {
    return [...(this.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }
}
