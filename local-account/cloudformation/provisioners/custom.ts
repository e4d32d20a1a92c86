import type { Provisioner } from '../provisioner';

/** AWS::CloudFormation::CustomResource and Custom::*, backed by a Lambda function. */
export const customResource: Provisioner = {
  replacing: ['ServiceToken'],
  updating: ['*'],
  inert: [],
  async create(properties, { customResource: run, initiated }) {
    initiated();
    const { physicalId, data } = await run({ requestType: 'Create', properties });
    return { physicalId, attributes: data };
  },
  async update(physicalId, properties, oldProperties, { customResource: run }) {
    const answer = await run({ requestType: 'Update', physicalId, properties, oldProperties });
    return { physicalId: answer.physicalId, attributes: answer.data };
  },
  async delete(physicalId, properties, { customResource: run }) {
    await run({ requestType: 'Delete', physicalId, properties });
  },
};
