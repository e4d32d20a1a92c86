/** Tags of a service's resources, by ARN. */
export class ResourceTags {
  private readonly tags = new Map<string, Map<string, string>>();

  add(arn: string, tags: Readonly<Record<string, string>>): void {
    const present = this.tags.get(arn) ?? new Map<string, string>();
    for (const [key, value] of Object.entries(tags)) present.set(key, value);
    this.tags.set(arn, present);
  }

  remove(arn: string, keys: readonly string[]): void {
    for (const key of keys) this.tags.get(arn)?.delete(key);
  }

  forget(arn: string): void {
    this.tags.delete(arn);
  }

  state() {
    return this.tags;
  }

  take(tags: ReturnType<ResourceTags['state']>): void {
    for (const [arn, of] of tags) this.tags.set(arn, of);
  }

  of(arn: string): Record<string, string> {
    return Object.fromEntries(this.tags.get(arn) ?? []);
  }
}
