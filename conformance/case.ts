/** A client as people have it on their computers. */
export const clients = {
  javascript: 'JavaScript SDK',
  cli: 'AWS CLI',
  boto3: 'boto3',
  'sagemaker-2': 'SageMaker SDK 2',
  'sagemaker-3': 'SageMaker SDK 3',
} as const;

export type Client = keyof typeof clients;

/** Something that a client does, and how it must end on AWS. */
export interface Case {
  readonly id: string;
  readonly client: Client;
  readonly what: string;
}

export type Result = 'works' | 'refused by name' | 'differs';

export interface Outcome extends Case {
  readonly result: Result;
  /** The error, when it does not work. */
  readonly detail?: string;
}

/** What emulators answer for an operation that they do not have. */
const refusals = [
  /is not supported by the local account/,
  /NotImplemented|not (?:yet )?(?:been )?implemented|UnsupportedOperation|UnknownOperation|not included (?:in|within) your/i,
];

/** What an error says about a case: an operation that is refused by its name misleads nobody; any other error does. */
export function outcomeOf(one: Case, error: string | undefined): Outcome {
  if (error === undefined) return { ...one, result: 'works' };
  const detail = error.replace(/\s+/g, ' ').trim();
  return { ...one, result: refusals.some((text) => text.test(detail)) ? 'refused by name' : 'differs', detail };
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
