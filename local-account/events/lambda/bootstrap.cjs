'use strict';
/**
 * What runs inside a function's process: is told which function it is, loads the handler once and answers one event at
 * a time, as Lambda's Node.js runtime does. Plain CommonJS, because it runs without the local account's own loader.
 */
const path = require('node:path');
const { format } = require('node:util');

// Most functions need these two, and they bring what all clients share. Loaded while nobody waits.
require('@aws-sdk/client-s3');
require('@aws-sdk/client-sagemaker');

let requestId;
let handler;
let loadError;

process.once('message', ({ environment, folder }) => {
  // What it was started with, it keeps: Node has read it already.
  Object.assign(process.env, environment);
  process.chdir(folder);
  useLogFormat();
  load();
  process.on('message', answer);
});

function useLogFormat() {
  if (process.env.AWS_LAMBDA_LOG_FORMAT !== 'JSON') return;
  // "Log formats of Lambda functions in Node.js": one JSON object for each line, with its level.
  const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...parts) => {
      const message = parts.length === 1 ? parts[0] : format(...parts);
      process.stdout.write(
        `${JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message }, errorsToo)}\n`,
      );
    };
  }
}

function errorsToo(_, value) {
  if (!(value instanceof Error)) return value;
  return { errorType: value.name, errorMessage: value.message, stackTrace: (value.stack || '').split('\n') };
}

function load() {
  const [file, name] = process.env._HANDLER.split('.');
  try {
    const module = require(path.join(process.env.LAMBDA_TASK_ROOT, file));
    handler = module[name];
    if (typeof handler !== 'function') throw new Error(`${file}.${name} is undefined or not exported`);
  } catch (error) {
    loadError = error;
  }
}

async function answer({ id, event, deadline, context }) {
  requestId = context.lambda.awsRequestId;
  Object.assign(process.env, context.environment);
  const started = {
    ...context.lambda,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    callbackWaitsForEmptyEventLoop: true,
  };
  try {
    if (loadError) throw loadError;
    const result =
      handler.length >= 3
        ? await new Promise((resolve, reject) =>
            handler(event, started, (error, value) => (error ? reject(error) : resolve(value))),
          )
        : await handler(event, started);
    process.send({ id, result: result === undefined ? null : result });
  } catch (error) {
    const known = error instanceof Error;
    const failure = {
      errorType: known ? error.name : typeof error,
      errorMessage: known ? error.message : String(error),
      trace: known && error.stack ? error.stack.split('\n') : [],
    };
    if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') console.error(error);
    else console.error(JSON.stringify({ level: 'ERROR', ...failure }));
    process.send({ id, failure });
  }
}
