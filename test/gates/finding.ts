/** What a security check found at one place. */
export interface Finding {
  /** Stack and resource, or construct path, or file. */
  readonly place: string;
  readonly problem: string;
}
