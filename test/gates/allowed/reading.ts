import { isProperties, type Properties, type Template, type Templates, type Value } from '../template';

/**
 * A template's values with each intrinsic function written as text, so that a rule compares what CloudFormation would put
 * there and not how CDK wrote it. A reference reads `<S3::Bucket DataLake/CaptureBucket.Arn>`, through exports and
 * outputs of other stacks as well; a pseudo parameter `<Region>`; what refers to nothing `<nothing ...>`.
 */
export class Reading {
  private readonly exports = new Map<string, { readonly stack: string; readonly value: Value }>();

  constructor(private readonly templates: Templates) {
    for (const [stack, template] of Object.entries(templates))
      for (const output of Object.values(template.Outputs ?? {})) {
        const exported = isProperties(output.Export) ? output.Export.Name : undefined;
        if (typeof exported === 'string') this.exports.set(exported, { stack, value: output.Value });
      }
  }

  read(stack: string, value: Value): Value {
    if (Array.isArray(value)) return value.map((one) => this.read(stack, one));
    if (!isProperties(value)) return value;
    const names = Object.keys(value);
    if (names.length === 1 && (names[0] === 'Ref' || names[0].startsWith('Fn::')))
      return this.intrinsic(stack, names[0], value[names[0]]);
    return Object.fromEntries(names.map((name) => [name, this.read(stack, value[name])]));
  }

  private text(stack: string, value: Value): string {
    const read = this.read(stack, value);
    return typeof read === 'string' ? read : JSON.stringify(read);
  }

  private intrinsic(stack: string, name: string, argument: Value): Value {
    switch (name) {
      case 'Ref':
        return this.reference(stack, String(argument));
      case 'Fn::GetAtt': {
        const [id, attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
        return this.reference(stack, id, attribute);
      }
      case 'Fn::ImportValue': {
        const found = this.exports.get(this.text(stack, argument));
        return found === undefined
          ? `<nothing exported as ${this.text(stack, argument)}>`
          : this.read(found.stack, found.value);
      }
      case 'Fn::GetStackOutput':
        return this.output(stack, argument);
      case 'Fn::Join': {
        const [delimiter, parts] = argument as [string, Value];
        if (!Array.isArray(parts)) return `<Join ${this.text(stack, parts)}>`;
        return parts.map((part) => this.text(stack, part)).join(delimiter);
      }
      case 'Fn::Sub': {
        const [pattern, values] = Array.isArray(argument) ? argument : [argument, {}];
        const own = isProperties(values) ? values : {};
        return String(pattern).replace(/\$\{([^}!]+)\}/g, (_, key: string) =>
          key in own
            ? this.text(stack, own[key])
            : String(this.intrinsic(stack, key.includes('.') ? 'Fn::GetAtt' : 'Ref', key)),
        );
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = argument as Value[];
        return `<Map ${withoutHash(String(map))} ${this.text(stack, first)} ${this.text(stack, second)}>`;
      }
      case 'Fn::Select': {
        const [index, of] = argument as [number, Value];
        return `<Select ${index} ${this.text(stack, of)}>`;
      }
      case 'Fn::Split': {
        const [delimiter, of] = argument as [string, Value];
        return `<Split ${delimiter} ${this.text(stack, of)}>`;
      }
      case 'Fn::GetAZs':
        return argument === '' ? '<Zones>' : `<Zones ${this.text(stack, argument)}>`;
      case 'Fn::If':
        return { 'Fn::If': this.read(stack, argument) };
      default:
        return `<${name} ${this.text(stack, argument)}>`;
    }
  }

  private reference(stack: string, id: string, attribute?: string): string {
    if (id.startsWith('AWS::')) return `<${id.slice('AWS::'.length)}>`;
    const template: Template | undefined = this.templates[stack];
    const type = template?.Resources[id]?.Type;
    if (type !== undefined)
      return `<${type.replace(/^AWS::/, '')} ${stack}/${withoutHash(id)}${attribute === undefined ? '' : `.${attribute}`}>`;
    return template?.Parameters?.[id] === undefined ? `<nothing called ${id}>` : `<Parameter ${id}>`;
  }

  /** Of another stack of the app, in the same region. */
  private output(stack: string, argument: Value): Value {
    const { StackName, Region, OutputName, ...rest } = isProperties(argument) ? argument : ({} as Properties);
    const other = String(StackName).replace(/^MlaBlueprint-/, '');
    const found = this.templates[other]?.Outputs?.[String(OutputName)];
    const isOurs = this.text(stack, Region) === '<Region>' && Object.keys(rest).length === 0;
    return found === undefined || !isOurs ? `<nothing ${JSON.stringify(argument)}>` : this.read(other, found.Value);
  }
}

/** CDK ends a logical id with eight characters of a hash of its path. */
export function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
