/**
 * How a value is read in curation, training, serving and monitoring (docs/reference/reading.md). `problem.json` carries
 * these rules to TypeScript and Python, so they use only syntax that both languages' regular expressions read alike. A
 * pattern matches the whole text.
 */
export const readingRules = {
  /**
   * ASCII digits with a sign, a fraction and an exponent as programs print them; no blanks, separators of thousands,
   * hexadecimal, NaN or infinity. One sixtieth has 18 digits behind the point.
   */
  number: '-?[0-9]{1,9}(?:\\.[0-9]{1,25})?(?:[eE][+-]?[0-9]{1,2})?',
  /**
   * Visible ASCII without quote and comma, because it is the first cell of a batch row, and an inference id, which has
   * at most 64 ASCII characters.
   */
  record_id: '[!#-+\\x2d-~]{1,64}',
  /**
   * Characters that a text must not contain: control characters, line and paragraph separators, half a surrogate pair,
   * byte order marks, and U+FFFD, which replaces bytes that could not be decoded.
   */
  unreadable: '[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffd-\\uffff]',
  /** Maximum number of characters (code points) of a text. */
  longest_text: 100,
  /** First and last year of a date: pandas cannot hold every date that ISO 8601 can write. */
  years: [1900, 2199],
} as const;
