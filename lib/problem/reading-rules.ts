/**
 * How a value is read, the same everywhere: curation, training, serving, monitoring (docs/reference/reading.md). `problem.json`
 * carries these rules to TypeScript and Python, so they use only what regular expressions of both languages read alike.
 * A pattern fits the whole text.
 */
export const readingRules = {
  /**
   * ASCII digits with a sign, a fraction and an exponent as programs print them; no blanks, separators of thousands,
   * hexadecimal, NaN or infinity.
   */
  number: '-?[0-9]{1,9}(?:\\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?',
  /**
   * Visible ASCII without quote and comma: it is the first cell of a batch row and an inference id, which takes 64
   * ASCII characters.
   */
  record_id: '[!#-+\\x2d-~]{1,64}',
  /**
   * Characters that no text holds: control characters, line and paragraph separators, half a surrogate pair, byte order
   * marks, and U+FFFD, which stands for bytes that somebody could not decode.
   */
  unreadable: '[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffd-\\uffff]',
  /** Characters (code points) of a text. */
  longest_text: 100,
  /** First and last year of a date: pandas cannot hold every date that ISO 8601 can write. */
  years: [1900, 2199],
} as const;
