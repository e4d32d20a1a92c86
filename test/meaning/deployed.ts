import type { Located, Properties, Templates, Value } from '../gates/template';

export const region = 'eu-central-1';
export const accountId = '111122223333';

/** A resource with its properties as CloudFormation would send them: without intrinsics. */
export class Deployed {
  private resolved?: Properties;

  constructor(
    private readonly stacks: DeployedStacks,
    readonly stack: string,
    readonly id: string,
    readonly type: string,
    private readonly written: Properties,
  ) {}

  /** Stack and logical id without CDK's hash, such as `Monitoring/AlarmsDrift`. */
  get name(): string {
    return `${this.stack}/${this.id.replace(/[0-9A-F]{8}$/, '')}`;
  }

  get properties(): Properties {
    this.resolved ??= this.stacks.resolve(this.stack, this.written) as Properties;
    return this.resolved;
  }
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The property that names a resource, where a template sets one. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SageMaker::Endpoint': 'EndpointName',
  'AWS::SageMaker::Pipeline': 'PipelineName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/**
 * The resources of all stacks, as they would stand in an account. A resource without a name of its own is called by its
 * stack and logical id, in whatever stack it is referred to.
 */
export class DeployedStacks {
  readonly all: readonly Deployed[];

  constructor(private readonly templates: Templates) {
    this.all = Object.entries(templates).flatMap(([stack, { Resources }]) =>
      Object.entries(Resources).map(
        ([id, { Type, Properties = {} }]) => new Deployed(this, stack, id, Type, Properties),
      ),
    );
  }

  of(...types: readonly string[]): Deployed[] {
    return this.all.filter(({ type }) => types.includes(type));
  }

  named(name: string): Deployed | undefined {
    return this.all.find((one) => one.name === name);
  }

  /** Name or id of a resource, as AWS's metrics and events have it. */
  physicalName({ stack, id }: Pick<Located, 'stack' | 'id'>): string {
    const resource = this.templates[stack]?.Resources[id];
    const property = resource && nameProperties[resource.Type];
    const name = property === undefined ? undefined : resource?.Properties?.[property];
    return name === undefined ? `${stack}-${id}` : String(this.resolve(stack, name));
  }

  arn({ stack, id }: Pick<Located, 'stack' | 'id'>): string {
    const type = this.templates[stack]?.Resources[id]?.Type ?? '';
    const name = this.physicalName({ stack, id });
    return type === 'AWS::StepFunctions::StateMachine'
      ? `arn:aws:states:${region}:${accountId}:stateMachine:${name}`
      : `arn:aws:${type.split('::')[1]?.toLowerCase()}:${region}:${accountId}:${name}`;
  }

  resolve(stack: string, value: Value): Value {
    if (Array.isArray(value)) return value.map((one) => this.resolve(stack, one));
    if (typeof value !== 'object' || value === null) return value;
    const [key = '', argument = null] = Object.entries(value)[0] ?? [];
    const inner = (one: Value): string => String(this.resolve(stack, one));
    switch (key) {
      case 'Ref':
        return pseudo[String(argument)] ?? this.physicalName({ stack, id: String(argument) });
      case 'Fn::GetAtt': {
        const [id = '', attribute = ''] = argument as string[];
        if (attribute === 'Arn') return this.arn({ stack, id });
        const name = this.physicalName({ stack, id });
        return attribute.endsWith('Name') ? name : `${name}.${attribute}`;
      }
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = argument as Record<string, Value>;
        return this.output(inner(StackName ?? ''), inner(OutputName ?? ''));
      }
      // CDK names an export after its stack and its output.
      case 'Fn::ImportValue': {
        const [stackName = '', outputName = ''] = inner(argument).split(':');
        return this.output(stackName, outputName);
      }
      case 'Fn::Sub':
        return typeof argument === 'string' ? argument : String((argument as Value[])[0]);
      case 'Fn::Select': {
        const [index, list] = argument as [number, Value];
        return (this.resolve(stack, list) as Value[])[index] ?? null;
      }
      case 'Fn::Split': {
        const [delimiter, text] = argument as [string, Value];
        return inner(text).split(delimiter);
      }
      case 'Fn::Join': {
        const [delimiter, parts] = argument as [string, Value[]];
        return parts.map(inner).join(delimiter);
      }
      case 'Fn::If':
        return this.resolve(stack, (argument as Value[])[1] ?? null);
      default:
        return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.resolve(stack, one)]));
    }
  }

  private output(stackName: string, outputName: string): Value {
    const stack = stackName.replace(/^MlaBlueprint-/, '');
    const output = this.templates[stack]?.Outputs?.[outputName];
    return output === undefined ? `no output ${stackName}/${outputName}` : this.resolve(stack, output.Value ?? null);
  }
}
