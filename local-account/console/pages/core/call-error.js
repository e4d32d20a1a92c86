/** An error as AWS words it. */
export class CallError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} call
   */
  constructor(code, message, call) {
    super(message);
    this.code = code;
    this.call = call;
  }
}
