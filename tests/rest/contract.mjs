// Holds answers against the API's document: the status must be documented, the body must be valid.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020.js';

import { root } from '../lib/process.mjs';

export const document = JSON.parse(readFileSync(path.join(root, 'crates/rest/src/openapi.json'), 'utf8'));

// Not strict: the document as a whole is no schema, only parts of it are.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, 'openapi');
const escape = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const valid = (...pointer) => ajv.compile({ $ref: `openapi#/${pointer.map((part) => encodeURIComponent(escape(part))).join('/')}` });
const validError = valid('components', 'schemas', 'Error');

const templates = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Every `METHOD path status` that the document promises. */
export const promises = templates.flatMap(({ template }) =>
  ['get', 'post'].flatMap((method) =>
    Object.keys(document.paths[template][method]?.responses ?? {}).map((status) => `${method} ${template} ${status}`),
  ),
);

/**
 * Fails unless the answer is one that the document allows; gives its promise, or undefined for what lies outside of every
 * operation: unknown paths, wrong methods, OPTIONS.
 */
export function check(method, url, { status, headers, json }) {
  const { pathname } = new URL(url);
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const template = templates.find(({ pattern }) => pattern.test(pathname))?.template;
  const operation = document.paths[template]?.[verb];
  if (status >= 400 && method !== 'HEAD') {
    assert.ok(validError(json), `${method} ${pathname} ${status}: ${JSON.stringify(json)}`);
  }
  if (!operation) {
    assert.ok(method === 'OPTIONS' ? status === 204 || status === 404 : status === 404 || status === 405, `${method} ${pathname} ${status}`);
    return undefined;
  }
  const promise = `${verb} ${template} ${status}`;
  const response = operation.responses[status];
  assert.ok(response, `${promise} is not documented: ${JSON.stringify(json)}`);
  const documented = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  for (const [name] of headers) {
    if (name.startsWith('roomtalk-')) assert.ok(documented.includes(name), `${promise}: header ${name} is not documented`);
  }
  if (method === 'HEAD') return undefined;
  const type = headers.get('content-type')?.split(';')[0];
  if (response.content) {
    assert.ok(Object.keys(response.content).includes(type), `${promise}: ${type} is not documented`);
  } else {
    assert.equal(type, undefined, promise);
  }
  if (response.content?.[type]?.schema) {
    const validate = valid('paths', template, verb, 'responses', String(status), 'content', type, 'schema');
    assert.ok(validate(json), `${promise}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(json)}`);
  }
  return promise;
}
