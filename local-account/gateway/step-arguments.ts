import { AwsError } from '../platform';
import { type Member, type ServiceModel, shapeOf } from '../service-model';

/** Members that Pipelines' own copy of an operation lacks: RegisterModel registers versions of a group only. */
const excluded: Readonly<Record<string, readonly string[]>> = { CreateModelPackage: ['ModelPackageName'] };

/**
 * Refuses arguments of a pipeline step that do not fit the operation that the step calls, as CreatePipeline and
 * UpdatePipeline do: members that the operation does not have, a value in place of a list, a word that is not one of an
 * enumeration. What is known only at run time passes.
 */
// AWS: sagemaker-pipelines/arguments-fit-the-operation
export function checkStepArguments(model: ServiceModel, operation: string, args: unknown): void {
  const input = model.operations[operation]?.input;
  if (input === undefined) return;
  for (const name of excluded[operation] ?? []) {
    if (Object.hasOwn(args as object, name)) throw refused(`Unknown Argument member '${name}'.`);
  }
  check(model, input, args);
}

function check(model: ServiceModel, member: Pick<Member, 'shape'>, value: unknown): void {
  if (value === null || value === undefined || isVariable(value)) {
    if (isVariable(value) && shapeOf(model, member).type === 'list') throw refused('Expecting start of Json Array.');
    return;
  }
  const shape = shapeOf(model, member);
  if (shape.type === 'list') {
    if (!Array.isArray(value)) throw refused('Expecting start of Json Array.');
    for (const item of value) check(model, shape.member!, item);
  } else if (shape.type === 'map') {
    for (const item of Object.values(value as object)) check(model, shape.value!, item);
  } else if (shape.type === 'structure') {
    for (const [name, inner] of Object.entries(value as object)) {
      const known = shape.members?.[name];
      if (known === undefined) throw refused(`Unknown Argument member '${name}'.`);
      check(model, known, inner);
    }
  } else if (shape.enum !== undefined && typeof value === 'string' && !shape.enum.includes(value)) {
    throw refused(
      `Model Validation failed: Value '${value}' for '${member.shape}' failed to satisfy enum value set: [${shape.enum.join(', ')}]`,
    );
  }
}

/** A parameter, a property of another step, or a function over them. */
function isVariable(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    /^(?:Get|Std:\w+)$/.test(Object.keys(value)[0]!)
  );
}

/** AWS: sagemaker-pipelines/arguments-fit-the-operation */
function refused(reason: string): AwsError {
  return new AwsError('ValidationException', `Unable to parse pipeline definition. ${reason}`);
}
