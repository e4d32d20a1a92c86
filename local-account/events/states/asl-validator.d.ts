declare module 'asl-validator' {
  /** Checks a state machine's definition against the schema and the paths within it. */
  export default function aslValidator(definition: unknown): {
    isValid: boolean;
    errorsText: (separator?: string) => string;
  };
}
