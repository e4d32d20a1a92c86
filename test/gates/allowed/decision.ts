/**
 * Choice states by name: each way out as a sentence, in order (sentences.ts). A list of lists has one for each
 * configuration that differs. Another threshold or a new way out is a line here.
 */
export type Decisions = Readonly<Record<string, readonly string[] | readonly (readonly string[])[]>>;
