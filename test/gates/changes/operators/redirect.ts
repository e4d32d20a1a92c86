import { isProperties, type Templates, type Value } from '../../template';
import type { Place } from '../places';
import { isIntrinsic, nameOf, type Operator, replace, type Step, within } from './operator';

const stranger = '999988887777';

/** To an account, bucket, topic, role, image, region or address that is not ours; or to the wrong one of ours. */
export const redirect: Operator = {
  name: 'redirect',
  steps: (place) => [...pseudo(place), ...reference(place), ...literal(place)],
};

function pseudo(place: Place): Step[] {
  if (!isIntrinsic(place.value)) return [];
  const { Ref } = place.value;
  if (Ref === 'AWS::AccountId') return [replace(place, 'outside account', stranger)];
  if (Ref === 'AWS::Region') return [replace(place, 'other region', 'us-east-1')];
  return [];
}

/** What refers to a resource: to one of a stranger's, and to another of the same type. */
function reference(place: Place): Step[] {
  const { value, templates, stack } = place;
  const target = targetOf(value);
  if (target === undefined || within(place, 'DependsOn')) return [];
  const resource = templates[stack].Resources[target];
  if (resource === undefined) return [];
  const outside = outsideOf(resource.Type, value);
  const sibling = siblingOf(templates, stack, target);
  return [
    ...(outside === undefined ? [] : [replace(place, 'outside resource', outside)]),
    ...(sibling === undefined ? [] : [replace(place, 'another of the same type', pointingTo(value, sibling))]),
  ];
}

function targetOf(value: Value): string | undefined {
  if (!isProperties(value)) return undefined;
  if (typeof value.Ref === 'string') return value.Ref;
  const attribute = value['Fn::GetAtt'];
  return Array.isArray(attribute) && typeof attribute[0] === 'string' ? attribute[0] : undefined;
}

function pointingTo(value: Value, id: string): Value {
  const attribute = isProperties(value) ? value['Fn::GetAtt'] : undefined;
  return Array.isArray(attribute) ? { 'Fn::GetAtt': [id, attribute[1]] } : { Ref: id };
}

function siblingOf(templates: Templates, stack: string, id: string): string | undefined {
  const { Resources } = templates[stack];
  const same = Object.keys(Resources).filter((one) => Resources[one].Type === Resources[id].Type);
  return same.length < 2 ? undefined : same[(same.indexOf(id) + 1) % same.length];
}

function outsideOf(type: string, value: Value): Value | undefined {
  const [, service, kind] = type.split('::');
  if (service === 'S3' && kind === 'Bucket')
    return isProperties(value) && 'Ref' in value ? 'stranger-bucket' : 'arn:aws:s3:::stranger-bucket';
  const [prefix, resource] = (
    {
      'IAM Role': ['iam:', 'role/stranger'],
      'KMS Key': ['kms:eu-central-1', 'key/11111111-2222-3333-4444-555555555555'],
      'SNS Topic': ['sns:eu-central-1', 'stranger'],
      'SQS Queue': ['sqs:eu-central-1', 'stranger'],
      'Lambda Function': ['lambda:eu-central-1', 'function:stranger'],
      'StepFunctions StateMachine': ['states:eu-central-1', 'stateMachine:stranger'],
      'Logs LogGroup': ['logs:eu-central-1', 'log-group:stranger:*'],
    } as Readonly<Record<string, readonly [string, string]>>
  )[`${service} ${kind}`] ?? [undefined, ''];
  return prefix === undefined ? undefined : `arn:aws:${prefix}:${stranger}:${resource}`;
}

function literal(place: Place): Step[] {
  const { value } = place;
  if (typeof value !== 'string') return [];
  const name = nameOf(place);
  const found: [string, string][] = [
    ['outside bucket', value.replace(/s3:\/\/[^/]*/, 's3://stranger-bucket')],
    ['outside account', value.replace(/\b\d{12}\b/, stranger)],
    ['outside address', value.replace(/https?:\/\/[^/"]+/, 'https://stranger.example.net')],
    ['outside mailbox', value.replace(/[\w.-]+@[\w.-]+\.\w+/, 'stranger@example.net')],
    ['outside service', value.replace(/^[a-z-]+\.amazonaws\.com$/, 'ec2.amazonaws.com')],
    [
      'other region',
      value.replace(/\b(us|eu|ap)-(east|west|central|south|north|southeast|northeast)-\d\b/, 'us-west-2'),
    ],
    ...(/Image(Uri)?$/.test(name) ? [['other image', value.replace(/:[^:/]*$/, ':latest')] as [string, string]] : []),
    ...(/^(S3Bucket|BucketName|Bucket)$/.test(name) ? [['outside bucket', 'stranger-bucket'] as [string, string]] : []),
  ];
  return found.filter(([, after]) => after !== value).map(([rule, after]) => replace(place, rule, after));
}
