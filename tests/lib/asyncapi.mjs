// The document of the socket's events, and validators of what it describes.
import Ajv from 'ajv';
import { parse } from 'yaml';

import { read } from './documents.mjs';

export const document = parse(await read('docs/asyncapi.yaml'));

// Not strict: the document as a whole is no schema, only parts of it are.
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(document, 'asyncapi');

/** What a reference of the document names, and its key there. */
function follow({ $ref }) {
  const steps = $ref.replace('#/', '').split('/');
  const found = steps.reduce((place, step) => place?.[step], document);
  if (!found) throw new Error(`${$ref} leads nowhere`);
  return found.$ref ? follow(found) : { key: steps.at(-1), message: found };
}

/** A message by its reference: `name`, and `problem(payload)`, which is undefined or says what is wrong. */
function message(reference) {
  const { key, message } = follow(reference);
  const validate = ajv.compile({ $ref: `asyncapi#/components/messages/${key}/payload` });
  const problem = (payload) => (validate(payload) ? undefined : `${ajv.errorsText(validate.errors)}: ${JSON.stringify(payload)}`);
  return { name: message.name, examples: message.examples ?? [], problem };
}

const only = (list) => {
  if (list?.length !== 1) throw new Error(`one message is expected: ${JSON.stringify(list)}`);
  return message(list[0]);
};

const operations = Object.values(document.operations).map(({ action, messages, reply }) => {
  return { action, event: only(messages), ack: reply && only(reply.messages) };
});
const of = (wanted) => operations.filter(({ action }) => action === wanted).map((operation) => [operation.event.name, operation]);

/** What clients emit: name of the event to its `event` and its `ack`. */
export const received = new Map(of('receive'));
/** What the hub emits: name of the event to its `event`. */
export const sent = new Map(of('send'));
/** Every message of the document. */
export const messages = Object.keys(document.components.messages).map((key) => message({ $ref: `#/components/messages/${key}` }));
/** The codes of refusals. */
export const codes = document.components.schemas.Code.enum;
