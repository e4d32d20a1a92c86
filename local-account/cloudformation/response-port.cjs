/**
 * Loaded into each function's process before its code (NODE_OPTIONS --require). CloudFormation's response URLs are at
 * the HTTPS default port, and CDK's own provider code relies on it: it drops the port of the URL. On 127.0.0.1 the
 * default port is nobody's, so a request there that names no port goes to the local account's response server.
 */
const https = require('node:https');
const { syncBuiltinESMExports } = require('node:module');

const port = process.env.LOCAL_ACCOUNT_RESPONSE_PORT;
const { request } = https;

https.request = (target, ...rest) =>
  isPlain(target) && target.hostname === '127.0.0.1' && !target.port
    ? request({ ...target, port }, ...rest)
    : request(target, ...rest);

function isPlain(target) {
  return typeof target === 'object' && !(target instanceof URL);
}

syncBuiltinESMExports();
