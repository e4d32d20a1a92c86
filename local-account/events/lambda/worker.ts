import type { ChildProcess } from 'node:child_process';

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type Answer = { readonly result: unknown; readonly failure?: undefined } | { readonly failure: Failure };

/** One process of a function: loads the code once, handles one event at a time. */
export class Worker {
  private lines: string[] = [];
  private rest = '';
  private settle: ((answer: Answer) => void) | undefined;
  private next = 0;
  alive = true;

  /** @param child that is no function yet (bootstrap.cjs) */
  constructor(
    private readonly child: ChildProcess,
    environment: Readonly<Record<string, string>>,
    folder: string,
  ) {
    child.send({ environment, folder });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => this.collect(chunk.toString()));
    this.child.on('message', ({ id, result, failure }: { id: number; result?: unknown; failure?: Failure }) => {
      if (id === this.next) this.settle?.(failure ? { failure } : { result });
    });
    this.child.on('exit', (code, signal) => {
      this.alive = false;
      this.settle?.({
        failure: {
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: Error: Runtime exited with ${signal ?? `error: exit status ${code ?? 0}`}`,
          trace: [],
        },
      });
    });
  }

  /** Lines that the function wrote since the last call. */
  takeLines(): string[] {
    const lines = this.rest ? [...this.lines, this.rest] : this.lines;
    this.lines = [];
    this.rest = '';
    return lines;
  }

  async invoke(
    event: unknown,
    timeoutSeconds: number,
    context: { lambda: object; environment: Readonly<Record<string, string>> },
  ): Promise<Answer> {
    const id = (this.next += 1);
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => {
        this.kill();
        resolve({
          failure: {
            errorType: 'Sandbox.Timedout',
            errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
            trace: [],
          },
        });
      }, timeoutSeconds * 1000);
    });
    const answered = new Promise<Answer>((resolve) => (this.settle = resolve));
    this.child.send({ id, event, deadline: Date.now() + timeoutSeconds * 1000, context });
    try {
      const answer = await Promise.race([answered, timedOut]);
      await new Promise((resolve) => setImmediate(resolve)); // what was printed last arrives after the answer
      return answer;
    } finally {
      clearTimeout(timer);
      this.settle = undefined;
    }
  }

  kill(): void {
    this.alive = false;
    this.child.kill('SIGKILL');
  }

  private collect(text: string): void {
    const parts = (this.rest + text).split('\n');
    this.rest = parts.pop() ?? '';
    this.lines.push(...parts);
  }
}
