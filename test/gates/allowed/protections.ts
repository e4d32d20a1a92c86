import { at, isProperties, list, type Properties, resourcesOf, type Templates, text } from '../template';
import type { Reading } from './reading';
import { withoutHash } from './reading';

/** A resource that another one has to have. */
interface Companion {
  readonly of: string;
  readonly needs: string;
  readonly why: string;
  /** Text that names the resource, in all properties of its companion. */
  readonly by: (self: Read) => readonly string[];
  /** Which resources of the type need none, with the reason. */
  readonly except?: (self: Read) => boolean;
}

export interface Read {
  readonly stack: string;
  readonly id: string;
  readonly properties: Properties;
}

const name =
  (type: string, attribute = '') =>
  ({ stack, id }: Read) => [`"<${type} ${stack}/${withoutHash(id)}${attribute}>"`];

/** By name of the state machine, as its alarms write it. */
const ofMachine =
  (metric: string) =>
  ({ properties }: Read) => [`"${metric}"`, `:stateMachine:${text(properties.StateMachineName)}"`];

/**
 * What every resource of a kind has next to it. A resource that is left out takes a protection with it, and no property
 * of another one tells.
 */
const companions: readonly Companion[] = [
  { of: 'AWS::S3::Bucket', needs: 'AWS::S3::BucketPolicy', why: 'refuses plain HTTP', by: name('S3::Bucket') },
  { of: 'AWS::S3::Bucket', needs: 'Custom::S3AutoDeleteObjects', why: 'leaves nothing behind', by: name('S3::Bucket') },
  { of: 'AWS::SQS::Queue', needs: 'AWS::SQS::QueuePolicy', why: 'says who may send', by: name('SQS::Queue') },
  {
    of: 'AWS::SQS::Queue',
    needs: 'AWS::CloudWatch::Alarm',
    why: 'nobody reads a queue of dead letters unless told',
    by: name('SQS::Queue', '.QueueName'),
  },
  { of: 'AWS::SNS::Topic', needs: 'AWS::SNS::TopicPolicy', why: 'says who may publish', by: name('SNS::Topic') },
  { of: 'AWS::EC2::VPC', needs: 'AWS::EC2::FlowLog', why: 'records who talked to whom', by: name('EC2::VPC') },
  { of: 'AWS::EC2::VPC', needs: 'AWS::EC2::VPCEndpoint', why: 'is the only way to S3', by: name('EC2::VPC') },
  {
    of: 'AWS::EC2::Subnet',
    needs: 'AWS::EC2::SubnetRouteTableAssociation',
    why: "the VPC's main table is nobody's",
    by: name('EC2::Subnet'),
  },
  {
    of: 'AWS::Lambda::Function',
    needs: 'AWS::Logs::MetricFilter',
    why: 'its errors are counted, and an alarm reads the count',
    by: ({ properties }) => [`"${text(at(properties, 'LoggingConfig.LogGroup'))}"`],
    // CDK's own writes no JSON.
    except: ({ id }) => id.startsWith('CustomS3AutoDelete'),
  },
  {
    of: 'AWS::Logs::MetricFilter',
    needs: 'AWS::CloudWatch::Alarm',
    why: 'nobody reads a metric without one',
    by: ({ properties }) => [
      `"MetricName":${JSON.stringify(at(list(properties.MetricTransformations)[0], 'MetricName'))}`,
    ],
  },
  ...['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map((metric) => ({
    of: 'AWS::StepFunctions::StateMachine',
    needs: 'AWS::CloudWatch::Alarm',
    why: `somebody learns of ${metric}`,
    by: ofMachine(metric),
  })),
  {
    of: 'AWS::Events::Rule',
    needs: 'AWS::Lambda::Permission',
    why: 'it may call its function',
    by: ({ stack, id, properties }) => [
      `"<Events::Rule ${stack}/${withoutHash(id)}.Arn>"`,
      `"FunctionName":${JSON.stringify(at(list(properties.Targets)[0], 'Arn'))}`,
    ],
    // State machines are started by a role.
    except: ({ properties }) => at(list(properties.Targets)[0], 'RoleArn') !== undefined,
  },
  ...['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability'].map((kind) => ({
    of: `AWS::SageMaker::${kind}JobDefinition`,
    needs: 'AWS::SageMaker::MonitoringSchedule',
    why: 'a definition runs nothing',
    by: ({ id }: Read) => [`/${withoutHash(id)}.JobDefinitionArn`],
  })),
  {
    of: 'AWS::CloudWatch::Alarm',
    needs: 'AWS::Logs::MetricFilter',
    why: 'makes the metric that it watches',
    by: ({ properties }) => [`"MetricName":${JSON.stringify(properties.MetricName)}`],
    // An app without endpoint still has the alarm on its errors, which then never fires.
    except: ({ properties }) =>
      properties.MetricName === 'EndpointErrors' ||
      !/^MlaBlueprint\/(Logs|Security|Endpoint)$/.test(text(properties.Namespace)),
  },
  {
    of: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    needs: 'AWS::CloudWatch::Alarm',
    why: 'an alarm calls it',
    by: name('ApplicationAutoScaling::ScalingPolicy'),
    except: ({ properties }) => properties.PolicyType !== 'StepScaling',
  },
  {
    of: 'AWS::SageMaker::Endpoint',
    needs: 'AWS::Logs::LogGroup',
    why: 'its log is encrypted and ends',
    by: ({ properties }) => [`"/aws/sagemaker/Endpoints/${text(properties.EndpointName)}"`],
  },
];

/** Names by which one resource means another, where no reference says so. */
const byName: readonly { readonly form: RegExp; readonly type: string; readonly property: string }[] = [
  { form: /:stateMachine:([\w-]+)/g, type: 'AWS::StepFunctions::StateMachine', property: 'StateMachineName' },
  { form: /"(\/[\w-]+\/[\w-]+\/[\w-]+-(?:package|state))"/g, type: 'Custom::StateParameter', property: 'Name' },
  { form: /\\"JobName\\":\\"([\w-]+)\\"/g, type: 'AWS::Glue::Job', property: 'Name' },
  { form: /\\"RulesetNames\\":\[\\"([\w-]+)\\"/g, type: 'AWS::Glue::DataQualityRuleset', property: 'Name' },
];

/** Names that nothing has: of a state machine, a parameter, a job. */
function namesOfNothing(templates: Templates): Unprotected[] {
  return byName.flatMap(({ form, type, property }) => {
    const known = new Set(resourcesOf(templates, type).map(({ properties }) => text(properties[property])));
    return Object.entries(templates).flatMap(([stack, template]) =>
      [...new Set([...JSON.stringify(template.Resources).matchAll(form)].map(([, found]) => found))]
        .filter((found) => !known.has(found))
        .map((found) => ({ place: stack, problem: `names ${found}, but no ${type} has this name` })),
    );
  });
}

/** Exports and outputs that another stack reads, and nobody gives. */
function readsOfNothing(templates: Templates): Unprotected[] {
  const given = new Set(
    Object.entries(templates).flatMap(([stack, { Outputs = {} }]) =>
      Object.entries(Outputs).flatMap(([name, output]) => [
        `MlaBlueprint-${stack}/${name}`,
        ...(at(output, 'Export.Name') === undefined ? [] : [text(at(output, 'Export.Name'))]),
      ]),
    ),
  );
  return Object.entries(templates).flatMap(([stack, template]) => {
    const all = JSON.stringify(template);
    const imports = [...all.matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name);
    const outputs = [...all.matchAll(/"Fn::GetStackOutput":(\{.*?"OutputName":"\w+"[^}]*\})/g)].map(([, one]) => {
      const { StackName, OutputName } = JSON.parse(one) as Record<string, string>;
      return `${StackName}/${OutputName}`;
    });
    return [...new Set([...imports, ...outputs])]
      .filter((name) => !given.has(name))
      .map((name) => ({ place: stack, problem: `reads ${name}, which no stack gives` }));
  });
}

export interface Unprotected {
  readonly place: string;
  readonly problem: string;
}

export function unprotected(templates: Templates, reading: Reading): Unprotected[] {
  const read = (type: string): Read[] =>
    resourcesOf(templates, type).map(({ stack, id, properties }) => {
      const value = reading.read(stack, properties);
      return { stack, id, properties: isProperties(value) ? value : {} };
    });
  const texts = new Map<string, string[]>();
  const textsOf = (type: string) => {
    const known = texts.get(type) ?? read(type).map(({ properties }) => JSON.stringify(properties));
    texts.set(type, known);
    return known;
  };
  return [
    ...namesOfNothing(templates),
    ...readsOfNothing(templates),
    ...companions.flatMap(({ of, needs, why, by, except }) =>
      read(of)
        .filter((one) => except?.(one) !== true)
        .filter((one) => !textsOf(needs).some((other) => by(one).every((part) => other.includes(part))))
        .map(({ stack, id }) => ({
          place: `${stack}/${id}`,
          problem: `has no ${needs} as every ${of} has: it ${why}`,
        })),
    ),
    ...read('AWS::SageMaker::Endpoint')
      .filter(({ stack, properties }) => {
        // Guardrails are only for one variant of instances.
        const config = read('AWS::SageMaker::EndpointConfig').find((one) => one.stack === stack)?.properties ?? {};
        const variants = list(config.ProductionVariants);
        return (
          variants.length === 1 &&
          at(variants[0], 'ServerlessConfig') === undefined &&
          properties.DeploymentConfig === undefined
        );
      })
      .map(({ stack, id }) => ({
        place: `${stack}/${id} DeploymentConfig`,
        problem: 'is missing: nothing rolls a release back',
      })),
  ];
}
