import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface SynthOptions {
  /** The project's folder. */
  readonly root: string;
  /** Folder of the cloud assembly. */
  readonly output: string;
  /** The app's command. @default the one in cdk.json */
  readonly app?: string;
  readonly signal?: AbortSignal;
}

/** Runs `cdk synth`: the rehearsal deploys the same assembly as `cdk deploy`. */
export function synthesize({ root, output, app, signal }: SynthOptions): Promise<void> {
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const args = [
    cli,
    'synth',
    '--quiet',
    '--no-notices',
    '--no-version-reporting',
    '--output',
    output,
    ...(app === undefined ? [] : ['--app', app]),
  ];
  // The app's command in cdk.json is on npm's path. The synthesis calls no AWS account, because the stacks name none.
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
  const environment = {
    ...process.env,
    PATH: path,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const lines: string[] = [];
    const keep = (text: string) => {
      lines.push(text);
      lines.splice(0, Math.max(0, lines.length - 200));
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) =>
      reject(error.name === 'AbortError' ? error : new Error(`cdk synth could not be started: ${error.message}`)),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`cdk synth failed with exit code ${code ?? 'none'}:\n${lines.join('').trim().slice(-4000)}`));
    });
  });
}
