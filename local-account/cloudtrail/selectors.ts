import { AwsError } from '../platform';
import type { TrailRecord } from './record';

export interface AdvancedSelector {
  readonly Name?: string;
  readonly FieldSelectors: readonly ({ readonly Field: string } & Partial<Record<Operator, readonly string[]>>)[];
}

type Operator = 'Equals' | 'StartsWith' | 'EndsWith' | 'NotEquals' | 'NotStartsWith' | 'NotEndsWith';

/** Whether a trail records an event ("AdvancedFieldSelector"). Without selectors: every management event. */
export function selected(
  record: TrailRecord,
  dataType: string | undefined,
  selectors: readonly AdvancedSelector[] | undefined,
): boolean {
  if (selectors === undefined) return record.managementEvent;
  return selectors.some(({ FieldSelectors }) =>
    FieldSelectors.every((selector) => {
      const values = fieldOf(record, dataType, selector.Field);
      const one = (operator: Operator, test: (value: string, wanted: string) => boolean) => {
        const wanted = selector[operator];
        if (wanted === undefined) return true;
        const found = values.some((value) => wanted.some((text) => test(value, text)));
        return operator.startsWith('Not') ? !found : found;
      };
      const equal = (value: string, wanted: string) => value === wanted;
      const starts = (value: string, wanted: string) => value.startsWith(wanted);
      const ends = (value: string, wanted: string) => value.endsWith(wanted);
      return (
        one('Equals', equal) &&
        one('StartsWith', starts) &&
        one('EndsWith', ends) &&
        one('NotEquals', equal) &&
        one('NotStartsWith', starts) &&
        one('NotEndsWith', ends)
      );
    }),
  );
}

function fieldOf(record: TrailRecord, dataType: string | undefined, field: string): readonly string[] {
  switch (field) {
    case 'eventCategory':
      return [record.eventCategory];
    case 'readOnly':
      return [String(record.readOnly)];
    case 'eventName':
      return [record.eventName];
    case 'eventSource':
      return [record.eventSource];
    case 'resources.type':
      return dataType === undefined ? [] : [dataType];
    case 'resources.ARN':
      // A call on a whole bucket (ListObjects) counts as one on the objects below its name.
      return (record.resources ?? []).map(({ type, ARN }) => (type === 'AWS::S3::Bucket' ? `${ARN}/` : ARN));
    default:
      throw new AwsError(
        'InvalidEventSelectorsException',
        `The field ${field} of an event selector is not supported by the local account.`,
      );
  }
}
