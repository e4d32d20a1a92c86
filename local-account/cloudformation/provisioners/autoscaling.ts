import {
  DeleteScalingPolicyCommand,
  type DeleteScalingPolicyCommandInput,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling';
import { unlessGone } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { optionalNumber, optionalText, pick, tagRecord, text } from './values';

export const scalableTarget: Provisioner = {
  replacing: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
  updating: ['MinCapacity', 'MaxCapacity', 'RoleARN', 'SuspendedState'],
  inert: ['Tags'],
  create: (properties, context) => register(properties, tagRecord(properties), context),
  update: (_, properties, __, context) => register(properties, undefined, context),
  async delete(_, properties, { clients }) {
    const target = pick(properties, ['ServiceNamespace', 'ResourceId', 'ScalableDimension']);
    await unlessGone(
      clients.autoscaling.send(
        new DeregisterScalableTargetCommand(target as unknown as RegisterScalableTargetCommandInput),
      ),
    );
  },
};

async function register(
  properties: Properties,
  Tags: Record<string, string> | undefined,
  { clients }: ProvisionContext,
): Promise<Provisioned> {
  const input = {
    ...pick(properties, ['ServiceNamespace', 'ResourceId', 'ScalableDimension', 'RoleARN', 'SuspendedState']),
    MinCapacity: optionalNumber(properties, 'MinCapacity'),
    MaxCapacity: optionalNumber(properties, 'MaxCapacity'),
    Tags,
  };
  await clients.autoscaling.send(new RegisterScalableTargetCommand(input as RegisterScalableTargetCommandInput));
  const id = ['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map((name) => text(properties, name)).join('|');
  return { physicalId: id, attributes: { Id: id } };
}

export const scalingPolicy: Provisioner = {
  replacing: ['PolicyName', 'ResourceId', 'ScalableDimension', 'ServiceNamespace', 'ScalingTargetId'],
  updating: ['PolicyType', 'TargetTrackingScalingPolicyConfiguration', 'StepScalingPolicyConfiguration'],
  inert: [],
  create: putPolicy,
  update: (_, properties, __, context) => putPolicy(properties, context),
  async delete(_, properties, { clients }) {
    const input = { ...target(properties), PolicyName: text(properties, 'PolicyName') };
    await unlessGone(
      clients.autoscaling.send(new DeleteScalingPolicyCommand(input as unknown as DeleteScalingPolicyCommandInput)),
    );
  },
};

async function putPolicy(properties: Properties, { clients }: ProvisionContext): Promise<Provisioned> {
  const names = [
    'PolicyName',
    'PolicyType',
    'TargetTrackingScalingPolicyConfiguration',
    'StepScalingPolicyConfiguration',
  ];
  const input = { ...pick(properties, names), ...target(properties) };
  const { PolicyARN = '' } = await clients.autoscaling.send(
    new PutScalingPolicyCommand(input as unknown as PutScalingPolicyCommandInput),
  );
  return { physicalId: PolicyARN, attributes: { Arn: PolicyARN } };
}

/** A policy names its target by three properties or by the target's id, which joins them. */
function target(properties: Properties): { ResourceId: string; ScalableDimension: string; ServiceNamespace: string } {
  const id = optionalText(properties, 'ScalingTargetId');
  const [ResourceId, ScalableDimension, ServiceNamespace] =
    id?.split('|') ?? ['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map((name) => text(properties, name));
  return { ResourceId, ScalableDimension, ServiceNamespace };
}
