/** What the environment says about e-mail. */
import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

const url = 'smtps://custos:secret@mail.example.org';
const from = 'custos@example.org';

test('e-mail needs both the server and the sender', () => {
  expect(readEnvironment({}).mail).toBeUndefined();
  expect(readEnvironment({ CUSTOS_SMTP_URL: url, CUSTOS_MAIL_FROM: from }).mail).toEqual({ url, from });
  expect(() => readEnvironment({ CUSTOS_SMTP_URL: url })).toThrow('CUSTOS_MAIL_FROM is missing');
  expect(() => readEnvironment({ CUSTOS_MAIL_FROM: from })).toThrow('CUSTOS_SMTP_URL is missing');
});

test('another protocol is refused, and the address with its password is not told', () => {
  const wrong = { CUSTOS_SMTP_URL: url.replace('smtps', 'https'), CUSTOS_MAIL_FROM: from };
  expect(() => readEnvironment(wrong)).toThrow('CUSTOS_SMTP_URL is set to something unusable');
  expect(() => readEnvironment(wrong)).not.toThrow('secret');
});
