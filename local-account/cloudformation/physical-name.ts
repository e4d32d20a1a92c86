import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** <stack>-<logical id>-<random>, as CloudFormation names resources without a given name, shortened to fit. */
export function physicalName(stackName: string, logicalId: string, maximum: number): string {
  const random = [...randomBytes(12)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  const room = maximum - random.length - 1;
  const stackPart = stackName.slice(0, Math.max(room - logicalId.length - 1, Math.floor(room / 2)));
  return `${`${stackPart}-${logicalId}`.slice(0, room).replace(/-+$/, '')}-${random}`;
}
