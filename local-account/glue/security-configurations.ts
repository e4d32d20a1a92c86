import type {
  CreateSecurityConfigurationCommandInput,
  EncryptionConfiguration,
  SecurityConfiguration,
} from '@aws-sdk/client-glue';
import { alreadyThere, invalidInput, notThere, unsupported } from './errors';
import type { Operations } from './operations';

/** How a job's output, logs and bookmarks are encrypted. */
export class SecurityConfigurations {
  private readonly all = new Map<string, SecurityConfiguration>();

  constructor(private readonly now: () => Date) {}

  readonly operations: Operations = {
    CreateSecurityConfiguration: ({ Name = '', EncryptionConfiguration }: CreateSecurityConfigurationCommandInput) => {
      if (this.all.has(Name)) throw alreadyThere(`Security Configuration ${Name} already exists`);
      check(EncryptionConfiguration ?? {});
      const CreatedTimeStamp = this.now();
      this.all.set(Name, { Name, CreatedTimeStamp, EncryptionConfiguration });
      return { Name, CreatedTimestamp: CreatedTimeStamp };
    },
    GetSecurityConfiguration: ({ Name = '' }: { Name?: string }) => ({ SecurityConfiguration: this.get(Name) }),
    GetSecurityConfigurations: () => ({ SecurityConfigurations: [...this.all.values()] }),
    DeleteSecurityConfiguration: ({ Name = '' }: { Name?: string }) => {
      this.get(Name);
      this.all.delete(Name);
    },
  };

  get(name: string): SecurityConfiguration {
    const found = this.all.get(name);
    if (found === undefined) throw notThere(`Security Configuration ${name} not found`);
    return found;
  }

  state(): SecurityConfiguration[] {
    return [...this.all.values()];
  }

  take(all: readonly SecurityConfiguration[]): void {
    for (const one of all) this.all.set(one.Name ?? '', one);
  }
}

function check({ S3Encryption = [], CloudWatchEncryption, JobBookmarksEncryption }: EncryptionConfiguration): void {
  const needsKey = [
    [S3Encryption[0]?.S3EncryptionMode === 'SSE-KMS', S3Encryption[0]?.KmsKeyArn],
    [CloudWatchEncryption?.CloudWatchEncryptionMode === 'SSE-KMS', CloudWatchEncryption?.KmsKeyArn],
    [JobBookmarksEncryption?.JobBookmarksEncryptionMode === 'CSE-KMS', JobBookmarksEncryption?.KmsKeyArn],
  ] as const;
  if (S3Encryption.length > 1) throw unsupported('CreateSecurityConfiguration: more than one S3Encryption');
  if (needsKey.some(([needed, key]) => needed && key === undefined))
    throw invalidInput('KMS key ARN is required for the chosen encryption mode');
}
