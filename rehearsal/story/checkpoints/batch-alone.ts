import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';

import { batch } from '../../../operator/commands/batch';
import { invoke } from '../../../operator/commands/invoke';
import { status } from '../../../operator/commands/status';
import { CommandFailed } from '../../../operator/errors';
import { type Checkpoint, expect } from '../checkpoint';

const withoutEndpoint: Checkpoint = {
  id: 'batch-only',
  sentence:
    'There is no endpoint; each row of a file is scored with the released model, and `invoke` names the batch command instead.',
  topics: ['DEPLOY-02', 'CHOICE-01'],
  async run({ operator, output }) {
    const { Endpoints } = await operator.clients.sagemaker.send(new ListEndpointsCommand({}));
    expect(Endpoints?.length === 0, 'there is an endpoint');
    const { outcome } = await batch(operator, { sample: { airport: 'JFK', month: '2013-07' } }, output);
    expect(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
    const { live, endpoint } = await status(operator, {}, output);
    expect(
      live === 1 && endpoint === 'none (served in batch)',
      `version ${live ?? 'none'} is live, the endpoint is ${endpoint}`,
    );
    const refusal = await invoke(operator, { sample: { airport: 'JFK', month: '2013-07', rows: 1 } }, output).catch(
      (error: unknown) => error,
    );
    expect(
      refusal instanceof CommandFailed && (refusal.remedy ?? '').includes('npm run mlops -- batch'),
      `invoke says ${String(refusal)}`,
    );
  },
};

/** What a workflow without an endpoint does differently. */
export const batchAlone: readonly Checkpoint[] = [withoutEndpoint];
