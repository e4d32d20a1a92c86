import { workflowName } from '../allowed/rights/vocabulary';
import { isProperties, type Properties, properties, type Templates, text, type Value } from '../template';

/**
 * Values of the templates as one text that a reader knows again, and that is the same in each deployment: a resource is
 * `<DataLake/CuratedBucket>` by reference, by ARN, and by an import into another stack. An ARN of this account and
 * region is `service:name`. Whatever is not known here stays as it is written, so it matches no entry of a list.
 */
export class Names {
  private readonly exports = new Map<string, () => string>();
  private readonly known = new Map<string, string>();

  constructor(private readonly templates: Templates) {
    for (const [stack, template] of Object.entries(templates))
      for (const output of Object.values(template.Outputs ?? {})) {
        const name = properties(output.Export).Name;
        if (typeof name === 'string') this.exports.set(name, () => this.of(stack, output.Value));
      }
  }

  of(stack: string, value: Value | undefined): string {
    if (typeof value === 'string') return shortened(value);
    if (!isProperties(value)) return text(value);
    // The same key or bucket is named in many statements.
    const key = `${stack} ${text(value)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const result = shortened(this.intrinsic(stack, value));
    this.known.set(key, result);
    return result;
  }

  private intrinsic(stack: string, value: Properties): string {
    const [[name, argument], ...more] = Object.entries(value);
    if (name === undefined || more.length > 0) return text(value);
    switch (name) {
      case 'Ref':
        return this.reference(stack, text(argument));
      case 'Fn::GetAtt': {
        const [id, attribute] = (Array.isArray(argument) ? argument : text(argument).split('.')).map(text);
        return this.reference(stack, id ?? '', attribute);
      }
      case 'Fn::Join': {
        if (!Array.isArray(argument) || !Array.isArray(argument[1])) return text(value);
        return argument[1].map((part) => this.of(stack, part)).join(text(argument[0]));
      }
      case 'Fn::Sub': {
        const [pattern, variables] = Array.isArray(argument) ? argument : [argument];
        return text(pattern).replace(/\$\{([^}!]+)\}/g, (_, variable: string) => {
          const given = properties(variables)[variable];
          if (given !== undefined) return this.of(stack, given);
          const [id = '', attribute] = variable.split('.');
          return this.reference(stack, id, attribute);
        });
      }
      case 'Fn::FindInMap': {
        const [map, , key] = Array.isArray(argument) ? argument : [];
        return `<${withoutHash(text(map))}.${text(key)}>`;
      }
      case 'Fn::ImportValue':
        return this.exports.get(text(argument))?.() ?? text(value);
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName, Region, ...rest } = properties(argument);
        const from = text(StackName).replace(/^MlaBlueprint-/, '');
        const output = this.templates[from]?.Outputs?.[text(OutputName)];
        const elsewhere = this.of(stack, Region) !== '<region>' || Object.keys(rest).length > 0;
        return output === undefined || elsewhere ? text(value) : this.of(from, output.Value);
      }
      default:
        return text(value);
    }
  }

  private reference(stack: string, id: string, attribute?: string): string {
    if (id.startsWith('AWS::')) return pseudo[id] ?? `<${id}>`;
    const kind = this.templates[stack]?.Resources[id] === undefined ? 'parameter ' : '';
    const suffix = attribute === undefined || attribute === 'Arn' ? '' : `.${attribute}`;
    return `<${kind}${stack}/${withoutHash(id)}${suffix}>`;
  }
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': '<partition>',
  'AWS::Region': '<region>',
  'AWS::AccountId': '<account>',
  'AWS::URLSuffix': '<suffix>',
};

/** CDK ends a logical id with eight digits that stand for the construct's path. */
export function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function shortened(value: string): string {
  return value
    .replace(/^arn:<partition>:([a-z0-9-]+):<region>:<account>:/, '$1:')
    .replace(/^arn:<partition>:(s3:::)cdk-[a-z0-9]+-assets-<account>-<region>(?=\/|$)/, '<assets>')
    .replace(/^arn:<partition>:iam::<account>:/, 'iam:')
    .replace(/(?<=^|\/)[0-9a-f]{64}(?=\.[a-z]+\*?$)/, '<asset>')
    .replace(workflowName, '<workflow>');
}
