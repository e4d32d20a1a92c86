import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { context } from '../../../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../../../lib/config';
import { flightDisruption } from '../../../../lib/problem/flight-disruption';
import { workflow } from '../../../../lib/workflow';
import { statement, statementsOf, templateOf } from '../../../fixtures/workflow-app';

const synthesize = (idleEndpoint: WorkflowConfiguration['idleEndpoint']) =>
  workflow(new App({ context }), { ...sandbox, idleEndpoint }, flightDisruption);

describe('an idle endpoint that is removed', () => {
  const stacks = synthesize({ ...sandbox.idleEndpoint, removeAfterHours: 72 });
  const serving = Template.fromStack(stacks.serving);
  const monitoring = Template.fromStack(stacks.monitoring);

  it('is in its stack only while a version is approved and the endpoint is not removed', () => {
    expect(serving.findConditions('HasApprovedModel').HasApprovedModel).toEqual({
      'Fn::And': [
        { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ApprovedModelPackage' }, 'none'] }] },
        { 'Fn::Equals': [{ Ref: 'EndpointState' }, 'deployed'] },
      ],
    });
    serving.hasResource('AWS::SageMaker::Endpoint', { Condition: 'HasApprovedModel' });
    Template.fromStack(stacks.training).hasResourceProperties('Custom::StateParameter', {
      Name: '/mla-blueprint/flight-disruption/endpoint-state',
      InitialValue: 'deployed',
    });
    expect(serving.findParameters('EndpointState').EndpointState).toMatchObject({
      Type: 'String',
      Default: 'deployed',
      AllowedValues: ['deployed', 'removed'],
    });
  });

  it('is released with both parameters, in both directions', () => {
    const [machine] = Object.values(
      Template.fromStack(stacks.release).findResources('AWS::StepFunctions::StateMachine'),
    );
    const definition = JSON.stringify(machine?.Properties);
    expect(definition.match(/ParameterKey\W+EndpointState\W/g)).toHaveLength(2);
  });

  it('is removed with the deployment role, and with no other', () => {
    expect(statement(monitoring, 'IdleEndpointWatch', 'UpdateServingStack').Condition).toEqual({
      StringEquals: { 'cloudformation:RoleArn': expect.anything() },
    });
    expect(statement(monitoring, 'IdleEndpointWatch', 'PassDeploymentRole').Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    });
    monitoring.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDLE_HOURS: '24', REMOVE_AFTER_HOURS: '72' } },
    });
  });
});

describe('an idle endpoint that is only reported', () => {
  it('needs no second parameter, and the function that watches it can change nothing', () => {
    expect(templateOf('serving').findParameters('EndpointState')).toEqual({});
    expect(statementsOf(templateOf('monitoring'), 'IdleEndpointWatch').map(({ Sid }) => Sid)).not.toContain(
      'UpdateServingStack',
    );
  });
});

it.each([12, 2_000])(
  'refuses to remove an endpoint after %s hours when it is reported after 24',
  (removeAfterHours) => {
    expect(() => synthesize({ ...sandbox.idleEndpoint, removeAfterHours })).toThrow(/removeAfterHours/);
  },
);
